// SPDX-License-Identifier: BSD-3-Clause
// Both passes are one walk with two ways to look a name up.

#include "maplang/eval/expand.h"

#include <functional>
#include <optional>

#include "maplang/eval/slashes.h"
#include "maplang/syntax/ast.h"

namespace amd::maplang {
namespace {

std::string_view part_of(std::string_view value, Part part) {
  const size_t slash = value.rfind('/');
  const size_t dot = value.find('.');
  switch (part) {
    case Part::Whole:
      return value;
    case Part::LastComponent:
      return value.substr(slash == std::string_view::npos ? 0 : slash + 1);
    case Part::Directory:
      return value.substr(0, slash);
    case Part::AfterDot:
      return dot == std::string_view::npos ? "" : value.substr(dot + 1);
    case Part::BeforeDot:
      return value.substr(0, dot);
  }
  return value;
}

std::string spelled(Part part, std::string_view name) {
  std::string inside(name);
  switch (part) {
    case Part::Whole:
      break;
    case Part::LastComponent:
      inside = "/" + inside;
      break;
    case Part::Directory:
      inside += "/";
      break;
    case Part::AfterDot:
      inside = "." + inside;
      break;
    case Part::BeforeDot:
      inside += ".";
      break;
  }
  return "${" + inside + "}";
}

class Expander {
 public:
  // `look_up` gives the value of a name of this pass's own kind; `is_other`
  // says whether the name belongs to the other pass.
  using LookUp = std::function<std::optional<std::string>(std::string_view)>;
  using IsOther = bool (*)(std::string_view);

  Expander(const HostFacts& host, LookUp look_up, IsOther is_other)
      : host_(host), look_up_(std::move(look_up)), is_other_(is_other) {}

  Expansion run(std::string_view text) {
    limit_ = std::max(kLongestExpansion, text.size());
    size_t at = 0;
    while (at < text.size() && !result_.too_long) {
      const size_t dollar = text.find('$', at);
      append(text.substr(at, dollar - at));
      if (dollar == std::string_view::npos) break;
      at = expand_at(text, dollar);
    }
    if (host_.normalize_slashes) {
      result_.text = normalize_slashes(result_.text);
    }
    return std::move(result_);
  }

 private:
  void append(std::string_view text) {
    const size_t room = limit_ - std::min(limit_, result_.text.size());
    if (text.size() > room) {
      result_.too_long = true;
      result_.problems.push_back("the text is too long when expanded");
    }
    result_.text += text.substr(0, room);
  }

  // Expands what begins with the dollar there; returns where to go on.
  size_t expand_at(std::string_view text, size_t dollar) {
    const char next = dollar + 1 < text.size() ? text[dollar + 1] : '\0';
    if (next == '$') {
      append("$");
    } else if (next == '{') {
      const size_t brace = text.find('}', dollar);
      if (brace != std::string_view::npos) {
        expand_reference(text.substr(dollar + 2, brace - dollar - 2));
        return brace + 1;
      }
      // What follows is taken as it is, further dollars included.
      result_.problems.push_back("no closing brace in \"" + std::string(text) +
                                 "\"");
      append(text.substr(dollar + 2));
      return text.size();
    } else {
      result_.problems.push_back("unknown $ sequence in \"" +
                                 std::string(text) + "\"");
    }
    return dollar + 2;
  }

  void expand_reference(std::string_view inside) {
    auto [part, name] = split_reference(inside);
    name = name.substr(0, kLongestName);
    if (is_other_(name)) {
      append(spelled(part, name));
    } else if (const auto value = look_up_(name)) {
      append(part_of(*value, part));
    } else if (const auto found = host_.environment.find(name);
               found != host_.environment.end()) {
      append(found->second);
    } else {
      result_.problems.push_back("unknown variable \"${" + std::string(name) +
                                 "}\"");
    }
  }

  const HostFacts& host_;
  LookUp look_up_;
  IsOther is_other_;
  size_t limit_ = kLongestExpansion;
  Expansion result_;
};

bool is_selector(std::string_view name) {
  return find_selector(name) != nullptr;
}
bool is_option(std::string_view name) {
  return find_option(name) != nullptr;
}

}  // namespace

Expansion expand_selectors(std::string_view text, const HostFacts& host,
                           const LookupFacts& lookup) {
  const auto look_up = [&](std::string_view name) {
    return selector_value(name, host, lookup);
  };
  return Expander(host, look_up, is_option).run(text);
}

Expansion expand_options(std::string_view text, const HostFacts& host,
                         const OptionValues& options) {
  const auto look_up =
      [&](std::string_view name) -> std::optional<std::string> {
    const OptionName* row = find_option(name);
    if (row == nullptr) return std::nullopt;
    const auto& value = options[row->option];
    if (row->option == Option::Dollar) return value.value_or("$");
    return value.value_or("");
  };
  return Expander(host, look_up, is_selector).run(text);
}

}  // namespace amd::maplang
