// SPDX-License-Identifier: BSD-3-Clause
// Checks that need no facts.

#include "maplang/eval/check.h"

#include <algorithm>
#include <map>

#include "maplang/eval/fs_types.h"
#include "maplang/eval/key_order.h"
#include "maplang/eval/known_mount_options.h"
#include "maplang/eval/mount_options.h"
#include "maplang/eval/variables.h"

namespace amd::maplang {
namespace {

template <class Table>
std::vector<std::string_view> names_of(const Table& table) {
  std::vector<std::string_view> names;
  for (const auto& row : table) names.push_back(row.name);
  return names;
}

std::vector<std::string_view> assignable_names() {
  return names_of(all_options());
}

std::vector<std::string_view> comparable_names() {
  return names_of(all_selectors());
}

bool has_reference(const Text& text) {
  return text.text.find('$') != std::string::npos;
}

// The place of `part`, which begins at `offset` of a text without quotes.
SourceRange part_range(const Text& text, size_t offset, size_t size) {
  SourceRange range = text.where.range;
  if (range.end.byte - range.begin.byte != text.text.size()) return range;
  range.begin.byte += offset;
  range.begin.column += static_cast<uint32_t>(offset);
  range.end = range.begin;
  range.end.byte += size;
  range.end.column += static_cast<uint32_t>(size);
  return range;
}

class EntryChecker {
 public:
  explicit EntryChecker(const CheckContext& context) : context_(context) {}

  std::vector<Diagnostic> run(const Entry& entry) {
    default_type_ = context_.has_default_type;
    for (const Word& word : entry.words) {
      const auto* defaults = std::get_if<Defaults>(&word);
      // Before its first `-` word an entry sees them all.
      if (defaults != nullptr) default_type_ |= assigns_type(defaults->items);
    }
    for (const Word& word : entry.words) {
      std::visit([this](const auto& one) { visit(one); }, word);
    }
    if (!saw_location_) {
      const SourcePosition top = entry.origin.position_of(0);
      report(Severity::Warning, {top, top},
             "the entry has no location: its key does not exist",
             "unreachable");
    }
    return std::move(found_);
  }

  static bool assigns_type(const std::vector<Item>& items) {
    return std::any_of(items.begin(), items.end(), [](const Item& item) {
      const auto* one = std::get_if<Assignment>(&item.what);
      return one != nullptr && one->name == "type";
    });
  }

 private:
  void report(Severity severity, SourceRange range, std::string message,
              const char* category) {
    found_.push_back({severity, range, std::move(message), category});
  }

  void suggest(std::string_view word,
               const std::vector<std::string_view>& words) {
    if (!context_.nearest) return;
    if (const auto near = context_.nearest(word, words)) {
      found_.back().hint = "did you mean \"" + std::string(*near) + "\"?";
    }
  }

  void visit(const Reset&) { default_type_ = context_.has_default_type; }
  void visit(const Cut& cut) {
    if (matches_always_) cut_ = cut.where.range;
  }
  void visit(const Defaults& defaults) {
    default_type_ = context_.has_default_type || assigns_type(defaults.items);
    for (const Item& item : defaults.items) {
      check_item(item);
      if (std::holds_alternative<Comparison>(item.what) ||
          std::holds_alternative<Call>(item.what)) {
        report(Severity::Warning, item.where.range,
               "selectors have no effect in defaults", "defaults");
      }
    }
  }
  void visit(const Location& location) {
    saw_location_ = true;
    for (const Item& item : location.items) check_item(item);
    const SourceRange& where = location.where.range;
    if (cut_) {
      report(Severity::Warning, where,
             "this location is never reached: one before the cut always "
             "matches",
             "unreachable");
      found_.back().note = DiagnosticNote{*cut_, "the cut is here"};
      return;
    }
    check_contradictions(location);
    const bool has_type = assigns_type(location.items) || default_type_;
    if (!has_type) {
      report(Severity::Warning, where,
             "no type:= here or in the defaults: this location never matches",
             "type");
      found_.back().hint = "map_defaults in amd.conf may give one";
    }
    if (has_type && !is_conditional(location)) matches_always_ = true;
  }

  static bool is_conditional(const Location& location) {
    return std::any_of(location.items.begin(), location.items.end(),
                       [](const Item& item) {
                         return std::holds_alternative<Comparison>(item.what) ||
                                std::holds_alternative<Call>(item.what);
                       });
  }

  // Two values for one selector, or a function that is constant.
  void check_contradictions(const Location& location) {
    std::map<std::string, const Comparison*> wanted;
    for (const Item& item : location.items) {
      if (const auto* call = std::get_if<Call>(&item.what)) {
        const bool never = call->name == (call->negated ? "true" : "false");
        if (!never) continue;
        report(Severity::Warning, item.where.range,
               "this is never true: the location is never chosen",
               "unreachable");
      }
      const auto* one = std::get_if<Comparison>(&item.what);
      if (one == nullptr || one->negated || has_reference(one->text)) continue;
      const SelectorName* row = find_selector(one->name);
      if (row == nullptr || row->is_network) continue;
      const auto [other, is_new] = wanted.emplace(one->name, one);
      if (is_new || other->second->text.text == one->text.text) continue;
      report(Severity::Warning, item.where.range,
             one->name +
                 " cannot have two values at once: the location is "
                 "never chosen",
             "unreachable");
    }
  }

  void check_item(const Item& item) {
    if (const auto* one = std::get_if<Comparison>(&item.what)) {
      check(*one, item.where.range);
    } else if (const auto* call = std::get_if<Call>(&item.what)) {
      check(*call, item.where.range);
    } else if (const auto* set = std::get_if<Assignment>(&item.what)) {
      check(*set, item.where.range);
    }
  }

  void check(const Comparison& c, const SourceRange& where) {
    check_references(c.text);
    if (find_selector(c.name) != nullptr) return;
    if (find_option(c.name) != nullptr) {
      report(Severity::Warning, where,
             "\"" + c.name + "\" is an option: comparing it has no effect",
             "selector");
      return;
    }
    report(Severity::Error, where,
           "unknown selector \"" + c.name + "\": it has no effect", "selector");
    suggest(c.name, comparable_names());
  }

  void check(const Call& call, const SourceRange& where) {
    check_references(call.argument);
    if (find_function(call.name) != nullptr) return;
    report(
        Severity::Error, where,
        "unknown function \"" + call.name + "\": the location is never chosen",
        "function");
    suggest(call.name, names_of(all_functions()));
  }

  void check(const Assignment& a, const SourceRange& where) {
    check_references(a.value);
    if (find_selector(a.name) != nullptr) {
      report(Severity::Error, where,
             "\"" + a.name +
                 "\" is a selector and cannot be assigned to: the location is "
                 "never chosen",
             "selector");
      found_.back().hint = "to compare, write " + a.name + "==";
      return;
    }
    if (find_option(a.name) == nullptr) {
      report(Severity::Error, where,
             "unknown option \"" + a.name + "\": it has no effect", "option");
      suggest(a.name, assignable_names());
      return;
    }
    if (a.name == "type") check_type(a.value);
    if (a.name == "opts" || a.name == "remopts" || a.name == "addopts") {
      check_mount_options(a.value);
    }
  }

  void check_type(const Text& value) {
    const auto types = all_fs_types();
    const bool known =
        std::find(types.begin(), types.end(), value.text) != types.end();
    if (known || value.text.find('$') != std::string::npos) return;
    report(Severity::Error, value.where.range,
           "unknown type \"" + value.text + "\": the location never matches",
           "type");
    suggest(value.text, {types.begin(), types.end()});
  }

  // Only words that look like a known one misspelt: kernels have options that
  // amd does not know.
  void check_mount_options(const Text& value) {
    if (!context_.nearest) return;
    const auto known = known_mount_options();
    const MountOptions options(value.text);
    for (const std::string_view word : options.words()) {
      const std::string_view name = word.substr(0, word.find('='));
      if (name.find('$') != std::string_view::npos) continue;
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const auto near = context_.nearest(name, known);
      if (!near) continue;
      const auto at = static_cast<size_t>(word.data() - value.text.data());
      report(Severity::Warning, part_range(value, at, word.size()),
             "unknown mount option \"" + std::string(name) + "\"", "mount");
      found_.back().hint = "did you mean \"" + std::string(*near) + "\"?";
    }
  }

  void check_references(const Text& text) {
    for (const Reference& one : text.references) {
      const std::string_view name =
          std::string_view(one.name).substr(0, kLongestName);
      if (find_option(name) != nullptr || find_selector(name) != nullptr) {
        continue;
      }
      report(Severity::Warning, one.where.range,
             "\"" + one.name +
                 "\" is no variable of the map language: it can "
                 "only come from the environment",
             "variable");
      std::vector<std::string_view> names = assignable_names();
      for (const auto& row : all_selectors()) names.push_back(row.name);
      suggest(one.name, names);
    }
  }

  const CheckContext& context_;
  std::vector<Diagnostic> found_;
  bool default_type_ = false;
  bool saw_location_ = false;
  bool matches_always_ = false;
  std::optional<SourceRange> cut_;
};

}  // namespace

std::vector<Diagnostic> check_entry(const Entry& entry,
                                    const CheckContext& context) {
  return EntryChecker(context).run(entry);
}

std::vector<Diagnostic> check_key(const RawEntry& line) {
  const auto report = [&](const std::string& why) -> std::vector<Diagnostic> {
    return {
        {Severity::Warning, line.key_range,
         "key \"" + std::string(line.key) + "\" can never be looked up: " + why,
         "key"}};
  };
  if (const auto bad = find_bad_byte(line.key)) {
    return report("no name may hold '" + std::string(1, *bad) + "'");
  }
  if (line.key.find("${") != std::string_view::npos) {
    return report("variables are not expanded in keys");
  }
  return {};
}

bool gives_type(const Entry& entry) {
  return std::any_of(
      entry.words.begin(), entry.words.end(), [](const Word& word) {
        const auto* defaults = std::get_if<Defaults>(&word);
        const auto* location = std::get_if<Location>(&word);
        return (defaults && EntryChecker::assigns_type(defaults->items)) ||
               (location && EntryChecker::assigns_type(location->items));
      });
}

}  // namespace amd::maplang
