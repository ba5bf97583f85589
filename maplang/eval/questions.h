// SPDX-License-Identifier: BSD-3-Clause
// What an entry wants to know of the outside, and the answers.
//
// Evaluation never waits: netgroups, exists(), and names of hosts are asked by
// the caller, who may take his time over it, and come in as Answers.

#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "maplang/eval/facts.h"
#include "maplang/syntax/ast.h"

namespace amd::maplang {

struct Question {
  enum class Kind {
    Exists,     // lstat(argument) succeeds
    Netgroup,   // innetgr(argument, host argument2)
    HostNames,  // canonical name (first) and aliases of host `argument`
  };
  Kind kind = Kind::Exists;
  std::string argument;
  std::string argument2;
  auto operator<=>(const Question&) const = default;
};

struct Answer {
  bool truth = false;
  std::vector<std::string> names;
};

// A question without an answer counts as false, or as "host not known".
using Answers = std::map<Question, Answer>;

// An entry that asks more than this gets no answer to the rest.
constexpr size_t kMostQuestions = 1000;

// What the entry may still ask, given what was answered already.  An answer
// can raise a further question (a normalised host name changes a path), so
// call it again until nothing comes back; it ends after a few rounds.
std::vector<Question> questions(const Entry& entry,
                                std::string_view defaults_text,
                                const HostFacts& host,
                                const LookupFacts& lookup,
                                const Answers& answers);

}  // namespace amd::maplang
