// SPDX-License-Identifier: BSD-3-Clause
#include "conf/parameters.h"

#include <fmt/format.h>

#include <algorithm>

#include "conf/nearest.h"
#include "conf/shown.h"

namespace amd::conf {

namespace {

using Words = std::vector<std::string_view>;

Words split(std::string_view text, char separator) {
  Words out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

bool contains(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The words that an option word stands for; nothing: it is not known.
std::optional<Words> expand_option(const Parameter& p, std::string_view word) {
  if (contains(split(p.words, ' '), word)) return Words{word};
  for (const std::string_view group : split(p.groups, ';')) {
    const size_t equal = group.find('=');
    if (group.substr(0, equal) == word)
      return split(group.substr(equal + 1), ' ');
  }
  return std::nullopt;
}

struct OptionWord {
  std::string_view word;
  bool on;
};

OptionWord option_word(const Parameter& p, std::string_view word) {
  if (word.starts_with("no") && !expand_option(p, word))
    return {word.substr(2), false};
  return {word, true};
}

ParsedValue unknown_word(const Parameter& p, std::string_view word) {
  const Words words = words_of(p);
  ParsedValue out;
  out.error = fmt::format("{}: \"{}\" is not one of {}", p.name, shown(word),
                          fmt::join(words, ", "));
  if (const auto near = nearest(word, words))
    out.hint = fmt::format("did you mean \"{}\"?", *near);
  return out;
}

ParsedValue parse_word(const Parameter& p, std::string_view text) {
  const Words words = split(p.words, ' ');
  const auto found = std::find(words.begin(), words.end(), text);
  if (found == words.end()) return unknown_word(p, text);
  ParsedValue out;
  if (p.type == ValueType::Name) {
    out.value = std::string(text);
  } else {
    out.value = static_cast<int64_t>(found - words.begin());
  }
  return out;
}

ParsedValue parse_yes_no(const Parameter& p, std::string_view text) {
  ParsedValue out;
  if (text == "yes" || text == "no") {
    out.value = int64_t{text == "yes"};
    return out;
  }
  out.error = fmt::format("{}: \"{}\" is not yes or no", p.name, shown(text));
  static constexpr std::array<std::string_view, 2> kWords = {"yes", "no"};
  if (const auto near = nearest(text, kWords))
    out.hint = fmt::format("did you mean \"{}\"?", *near);
  return out;
}

ParsedValue parse_word_list(const Parameter& p, std::string_view text) {
  const Words known = split(p.words, ' ');
  ParsedValue out;
  for (const std::string_view word : split(text, ',')) {
    if (!contains(known, word)) return unknown_word(p, word);
  }
  out.value = fmt::format("{}", fmt::join(split(text, ','), ","));
  return out;
}

ParsedValue parse_options(const Parameter& p, std::string_view text) {
  ParsedValue out;
  for (const std::string_view word : split(text, ',')) {
    const OptionWord option = option_word(p, word);
    const auto expanded = expand_option(p, option.word);
    if (!expanded) return unknown_word(p, word);
    if (expanded->empty() && !option.on)
      out.warning =
          fmt::format("{}: {} cannot be switched off", p.name, option.word);
  }
  out.value = std::string(text);
  return out;
}

ParsedValue parse_path(const Parameter& p, std::string_view text) {
  ParsedValue out;
  if (text.starts_with('/') || text == "none") {
    out.value = std::string(text);
  } else {
    out.error =
        fmt::format("{}: \"{}\" does not begin with a /", p.name, shown(text));
  }
  return out;
}

constexpr int64_t kTooLarge = int64_t{1} << 40;

// What atoi() makes of a text, without its undefined overflow; `used` tells
// how much of the text it was.
int64_t leading_number(std::string_view text, size_t& used) {
  size_t at = text.find_first_not_of(" \t\n\v\f\r");
  used = 0;
  if (at == std::string_view::npos) return 0;
  const bool negative = text[at] == '-';
  if (text[at] == '-' || text[at] == '+') at++;
  int64_t value = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; at++) {
    value = std::min(value * 10 + (text[at] - '0'), kTooLarge);
    used = at + 1;
  }
  return negative ? -value : value;
}

ParsedValue parse_number(const Parameter& p, std::string_view text) {
  ParsedValue out;
  size_t used = 0;
  int64_t value = leading_number(text, used);
  if (used != text.size() && p.is_amd2()) {
    out.error = fmt::format("{}: \"{}\" is not a number", p.name, shown(text));
    return out;
  }
  if (used != text.size() || text.empty())
    out.warning =
        fmt::format("{}: \"{}\" is read as {}", p.name, shown(text), value);
  const NumberRule& rule = p.number;
  if (value < rule.least || value > rule.most) {
    out.warning.clear();
    out.error = fmt::format("{}: {} is not between {} and {}", p.name,
                            shown(text), rule.least, rule.most);
    return out;
  }
  if (value <= 0 && rule.not_positive_means != 0) {
    value = rule.not_positive_means;
    out.warning =
        fmt::format("{}: \"{}\" means {}", p.name, shown(text), value);
  }
  out.value = value;
  return out;
}

ParsedValue parse_text(const Parameter& p, std::string_view text) {
  ParsedValue out;
  if (p.name == "local_domain")
    text.remove_prefix(std::min(text.find_first_not_of('.'), text.size()));
  out.value = std::string(text);
  return out;
}

// The options that are on after `change` was applied to `current`, as a list
// that says of every word whether it is on.
std::string change_options(const Parameter& p, std::string_view current,
                           std::string_view change) {
  Words on;
  for (const std::string_view list : {current, change}) {
    for (const std::string_view word : split(list, ',')) {
      const OptionWord option = option_word(p, word);
      for (const std::string_view w :
           expand_option(p, option.word).value_or(Words())) {
        std::erase(on, w);
        if (option.on) on.push_back(w);
      }
    }
  }
  std::string out;
  for (const std::string_view word : split(p.words, ' ')) {
    if (!out.empty()) out += ',';
    if (!contains(on, word)) out += "no";
    out += word;
  }
  return out;
}

template <class Scope>
void assign_field(const Parameter& p, const Field<Scope>& field,
                  const RawValue& value, const Origin& origin, Scope& scope) {
  if (p.type != ValueType::Options) {
    field.set(scope, value, origin);
    return;
  }
  field.set(scope,
            change_options(p, std::get<std::string>(field.get(scope)),
                           std::get<std::string>(value)),
            origin);
}

}  // namespace

bool Parameter::fits(Section there) const {
  switch (there) {
    case Section::Global:
      return global != nullptr;
    case Section::Map:
      return map != nullptr;
    case Section::Server:
      return server != nullptr;
    case Section::Group:
      return group != nullptr;
    case Section::Both:
      break;
  }
  return global != nullptr && map != nullptr;
}

const Parameter* find_parameter(std::string_view name) {
  const auto all = parameters();
  const auto found = std::lower_bound(
      all.begin(), all.end(), name,
      [](const Parameter& p, std::string_view n) { return p.name < n; });
  return found != all.end() && found->name == name ? &*found : nullptr;
}

std::vector<std::string_view> words_of(const Parameter& p) {
  if (p.type == ValueType::YesNo) return {"yes", "no"};
  Words words = split(p.words, ' ');
  for (const std::string_view group : split(p.groups, ';'))
    words.push_back(group.substr(0, group.find('=')));
  return words;
}

std::optional<std::string_view> nearest_parameter(std::string_view name,
                                                  Section section) {
  Words names;
  for (const Parameter& p : parameters()) {
    if (p.fits(section)) names.push_back(p.name);
  }
  return nearest(name, names);
}

ParsedValue parse_value(const Parameter& p, std::string_view text) {
  if (text == p.default_text && p.type == ValueType::Number) {
    size_t used = 0;
    ParsedValue out;
    out.value = leading_number(text, used);
    return out;
  }
  switch (p.type) {
    case ValueType::YesNo:
      return parse_yes_no(p, text);
    case ValueType::Number:
      return parse_number(p, text);
    case ValueType::Text:
      return parse_text(p, text);
    case ValueType::Path:
      return parse_path(p, text);
    case ValueType::Word:
    case ValueType::Name:
      return parse_word(p, text);
    case ValueType::WordList:
      return parse_word_list(p, text);
    case ValueType::Options:
      return parse_options(p, text);
  }
  return {};
}

void assign(const Parameter& p, const RawValue& value, const Origin& origin,
            GlobalSettings& scope) {
  assign_field(p, *p.global, value, origin, scope);
}

void assign(const Parameter& p, const RawValue& value, const Origin& origin,
            MapSettings& scope) {
  assign_field(p, *p.map, value, origin, scope);
}

void assign(const Parameter& p, const RawValue& value, const Origin& origin,
            ServerSettings& scope) {
  assign_field(p, *p.server, value, origin, scope);
}

void assign(const Parameter& p, const RawValue& value, const Origin& origin,
            ServerGroup& scope) {
  assign_field(p, *p.group, value, origin, scope);
}

std::string value_text(const Parameter& p, const RawValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  const int64_t number = std::get<int64_t>(value);
  if (p.type == ValueType::YesNo) return number != 0 ? "yes" : "no";
  if (p.type != ValueType::Word) return std::to_string(number);
  return std::string(split(p.words, ' ').at(static_cast<size_t>(number)));
}

}  // namespace amd::conf
