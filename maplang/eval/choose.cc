// SPDX-License-Identifier: BSD-3-Clause
// The walk over the words of an entry.

#include "maplang/eval/choose.h"

#include <map>
#include <utility>

#include "maplang/eval/answer_book.h"
#include "maplang/eval/defaults.h"
#include "maplang/eval/resolve.h"

namespace amd::maplang {
namespace {

// The defaults in force before the first `-` word: all of them.
std::string all_defaults(const std::string& base, const Entry& entry) {
  std::string all = base;
  for (const Word& word : entry.words) {
    const auto* defaults = std::get_if<Defaults>(&word);
    if (defaults != nullptr) all += ";" + defaults->raw;
  }
  return all;
}

// Equal for locations that are one mount.
std::string mount_key(const ResolvedLocation& l) {
  std::string key;
  for (const std::string& part :
       {l.fs, l.type, l.rhost, l.rfs, l.dev.value_or("")}) {
    key += part + '\0';
  }
  return key;
}

class Walk {
 public:
  Walk(const Entry& entry, std::string base, const HostFacts& host,
       const LookupFacts& lookup, const AnswerBook& answers)
      : entry_(entry),
        base_(std::move(base)),
        defaults_(all_defaults(base_, entry)),
        resolver_(host, lookup, answers),
        is_collecting_(answers.is_collecting()) {}

  Choice run() {
    for (const Word& word : entry_.words) {
      std::visit([this](const auto& one) { visit(one); }, word);
    }
    share_options();
    return std::move(choice_);
  }

 private:
  // Locations with one source and one mount point are one mount to amd, and
  // what the last of them says about options counts for all.
  void share_options() {
    std::vector<ResolvedLocation>& chosen = choice_.chosen;
    std::map<std::string, size_t> last;
    for (size_t i = chosen.size(); i-- > 0 && chosen.size() > 1;) {
      const size_t counts = last.emplace(mount_key(chosen[i]), i).first->second;
      chosen[i].opts = chosen[counts].opts;
      chosen[i].remopts = chosen[counts].remopts;
    }
  }

  void visit(const Defaults& defaults) {
    defaults_ = base_ + ";" + defaults.raw;
  }
  void visit(const Reset&) { defaults_ = base_; }
  void visit(const Cut&) {
    if (!choice_.chosen.empty() && !is_collecting_) is_cut_ = true;
  }
  void visit(const Location& location) {
    if (locations_seen_ > kMostLocations) return;
    if (locations_seen_ == kMostLocations) {
      report_too_many(location);
      return;
    }
    Resolved resolved =
        resolver_.resolve(location.raw, &location.items, defaults_);
    resolved.location.origin =
        to_text(entry_.origin.source, location.where.range.begin);
    resolved.location.index = locations_seen_++;
    if (is_cut_) {
      resolved.rejected = "||: a location before the cut has matched";
    } else {
      report(resolved, location.where.range);
    }
    if (resolved.rejected) {
      choice_.rejected.push_back({std::move(resolved.location),
                                  std::move(*resolved.rejected),
                                  resolved.is_misfit});
    } else {
      choice_.chosen.push_back(std::move(resolved.location));
    }
  }

  void report_too_many(const Location& location) {
    ++locations_seen_;
    choice_.diagnostics.push_back(
        {Severity::Error, location.where.range,
         "this entry has too many locations: the rest is ignored", "size"});
  }

  void report(const Resolved& resolved, const SourceRange& range) {
    for (const std::string& problem : resolved.problems) {
      choice_.diagnostics.push_back(
          {Severity::Warning, range, problem, "variable"});
    }
  }

  const Entry& entry_;
  std::string base_;
  std::string defaults_;
  Resolver resolver_;
  bool is_collecting_;
  bool is_cut_ = false;
  size_t locations_seen_ = 0;
  Choice choice_;
};

Choice walk(const Entry& entry, std::string_view defaults_text,
            const HostFacts& host, const LookupFacts& lookup,
            const AnswerBook& answers) {
  BaseDefaults base = base_defaults(defaults_text, host, lookup, answers);
  Choice choice =
      Walk(entry, std::move(base.text), host, lookup, answers).run();
  if (base.problem) {
    const SourcePosition top = entry.origin.position_of(0);
    choice.diagnostics.push_back(
        {Severity::Warning, {top, top}, *base.problem, "defaults"});
  }
  return choice;
}

}  // namespace

Choice choose(const Entry& entry, std::string_view defaults_text,
              const HostFacts& host, const LookupFacts& lookup,
              const Answers& answers) {
  return walk(entry, defaults_text, host, lookup, AnswerBook(answers));
}

std::vector<Question> questions(const Entry& entry,
                                std::string_view defaults_text,
                                const HostFacts& host,
                                const LookupFacts& lookup,
                                const Answers& answers) {
  std::vector<Question> missing;
  walk(entry, defaults_text, host, lookup, AnswerBook(answers, &missing));
  return missing;
}

}  // namespace amd::maplang
