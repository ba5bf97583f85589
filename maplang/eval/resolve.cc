// SPDX-License-Identifier: BSD-3-Clause
// Assigning, expanding, normalising: amd's order, step by step.

#include "maplang/eval/resolve.h"

#include "maplang/eval/expand.h"
#include "maplang/eval/fs_types.h"
#include "maplang/eval/mount_options.h"
#include "maplang/eval/selectors.h"
#include "maplang/eval/slashes.h"
#include "maplang/syntax/parse.h"

namespace amd::maplang {
namespace {

// Options that are expanded after rhost, in this order, in place; the others
// are taken as they are.
struct ExpandedOption {
  Option option;
  const char* default_text;  // nullptr: none
};
constexpr ExpandedOption kExpanded[] = {
    {Option::Sublink, nullptr},
    {Option::Rfs, "${path}"},
    {Option::Fs, "${autodir}/${rhost}${rfs}"},
    {Option::Opts, "rw"},
    {Option::Remopts, "${opts}"},
    {Option::Mount, nullptr},
    {Option::Unmount, nullptr},
    {Option::Umount, nullptr},
    {Option::Cachedir, nullptr},
    {Option::Addopts, nullptr},
};

class Work {
 public:
  Work(const HostFacts& host, const LookupFacts& lookup,
       const AnswerBook& answers)
      : host_(host), lookup_(lookup), answers_(answers) {}

  void assign_all(const std::vector<Item>& items) {
    for (const Item& item : items) {
      const auto* one = std::get_if<Assignment>(&item.what);
      if (one == nullptr) continue;
      if (find_selector(one->name) != nullptr) {
        reject(one->name + ":=" + one->value.text +
               ": cannot assign to a selector");
        return;
      }
      if (const OptionName* row = find_option(one->name)) {
        values_[row->option] = one->value.text;
      }
    }
  }

  void evaluate(const std::vector<Item>& items) {
    const auto reason =
        find_false_selector(items, {host_, lookup_, values_, answers_});
    if (reason) reject(*reason);
  }

  void reject(std::string reason) {
    if (!rejected_) rejected_ = std::move(reason);
  }
  bool is_rejected() const { return rejected_.has_value(); }

  Resolved finish() {
    expand(Option::Rhost, "${host}");
    normalize_rhost();
    for (const ExpandedOption& one : kExpanded) {
      expand(one.option, one.default_text);
    }
    if (host_.normalize_slashes) {
      auto& fs = values_[Option::Fs];
      fs = std::string(strip_trailing_slashes(*fs));
    }
    fill_location();
    if (!rejected_) {
      rejected_ = fit_to_type(result_.location, values_, host_, answers_);
      result_.is_misfit = rejected_.has_value();
    }
    result_.rejected = std::move(rejected_);
    return std::move(result_);
  }

 private:
  void note(const Expansion& expansion) {
    for (const std::string& problem : expansion.problems) {
      result_.problems.push_back(problem);
    }
    if (expansion.too_long) reject("a value is too long when expanded");
  }

  // A set option gets the option pass; a default gets both.
  void expand(Option option, const char* default_text) {
    auto& value = values_[option];
    if (!value && default_text == nullptr) return;
    Expansion expansion;
    if (value) {
      expansion = expand_options(*value, host_, values_);
    } else {
      expansion = expand_options(
          expand_selectors(default_text, host_, lookup_).text, host_, values_);
    }
    note(expansion);
    value = std::move(expansion.text);
  }

  // The canonical name if wanted; then the domain goes if it is our own.
  void normalize_rhost() {
    std::string& rhost = *values_[Option::Rhost];
    if (rejected_ || rhost.empty()) return;
    if (host_.normalize_hostnames) {
      const Answer* answer =
          answers_.find({Question::Kind::HostNames, rhost, ""});
      if (answer != nullptr && !answer->names.empty()) {
        rhost = answer->names.front();
      }
    }
    if (!host_.domain_strip) return;
    const size_t dot = rhost.find('.');
    const size_t own_dot = host_.hostd.find('.');
    if (dot == std::string::npos || own_dot == std::string::npos) return;
    if (rhost.compare(dot, std::string::npos, host_.hostd, own_dot,
                      std::string::npos) == 0) {
      rhost.resize(dot);
    }
  }

  void fill_location() {
    ResolvedLocation& location = result_.location;
    location.type = values_[Option::Type].value_or("");
    location.rhost = *values_[Option::Rhost];
    location.rfs = *values_[Option::Rfs];
    location.fs = *values_[Option::Fs];
    location.sublink = values_[Option::Sublink].value_or("");
    location.opts = *values_[Option::Opts];
    location.remopts = *values_[Option::Remopts];
    location.mount_type = values_[Option::MountType].value_or("nfs");
    location.dev = values_[Option::Dev];
    location.pref = values_[Option::Pref];
    location.delay = values_[Option::Delay];
    location.mount = values_[Option::Mount];
    location.unmount = values_[Option::Unmount] ? values_[Option::Unmount]
                                                : values_[Option::Umount];
    location.cache = values_[Option::Cache];
    location.maptype = values_[Option::Maptype];
    location.cachedir = values_[Option::Cachedir];
    merge_addopts();
    if (!location.sublink.empty() && location.sublink.front() != '/') {
      location.sublink = location.fs + "/" + location.sublink;
      if (host_.normalize_slashes) {
        location.sublink = normalize_slashes(location.sublink);
      }
    }
  }

  void merge_addopts() {
    ResolvedLocation& location = result_.location;
    if (location.opts.starts_with('-')) location.opts.erase(0, 1);
    const auto& addopts = values_[Option::Addopts];
    if (!addopts) return;
    location.opts = merge_options(location.opts, *addopts);
    location.remopts = merge_options(location.remopts, *addopts);
  }

  const HostFacts& host_;
  const LookupFacts& lookup_;
  const AnswerBook& answers_;
  OptionValues values_;
  std::optional<std::string> rejected_;
  Resolved result_;
};

std::vector<Item> parse_items(std::string_view text) {
  return parse_word(text, ValueOrigin{}, 0).items;
}

}  // namespace

void Resolver::prepare_defaults(const std::string& defaults) {
  if (defaults_ == defaults) return;
  defaults_ = defaults;
  Expansion expansion = expand_selectors(defaults, host_, lookup_);
  defaults_items_ = parse_items(expansion.text);
  defaults_problems_ = std::move(expansion.problems);
}

Resolved Resolver::resolve(std::string_view raw,
                           const std::vector<Item>* parsed,
                           const std::string& defaults) {
  if (defaults.size() > kLongestExpansion || raw.size() > kLongestExpansion) {
    Resolved resolved;
    resolved.rejected = "the location or its defaults are too long";
    return resolved;
  }
  prepare_defaults(defaults);
  const Expansion expansion = expand_selectors(raw, host_, lookup_);
  std::vector<Item> expanded;
  const std::vector<Item>* items = parsed;
  if (parsed == nullptr || expansion.text != raw) {
    expanded = parse_items(expansion.text);
    items = &expanded;
  }

  Work work(host_, lookup_, answers_);
  if (expansion.too_long) work.reject("the location is too long when expanded");
  work.assign_all(defaults_items_);
  if (!work.is_rejected()) work.evaluate(*items);
  // A rejected location is resolved all the same, to be shown.
  work.assign_all(*items);
  Resolved resolved = work.finish();
  resolved.location.defaults = defaults;
  const auto add = [&resolved](const std::vector<std::string>& more) {
    resolved.problems.insert(resolved.problems.end(), more.begin(), more.end());
  };
  add(defaults_problems_);
  add(expansion.problems);
  return resolved;
}

}  // namespace amd::maplang
