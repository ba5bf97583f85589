// SPDX-License-Identifier: BSD-3-Clause
// lstat, innetgr, the resolver.

#include "amd/amdmap/asked_world.h"

#include <netdb.h>
#include <sys/stat.h>

namespace amd::amdmap {
namespace {

using maplang::Answer;
using maplang::Question;

Answer answer(const Question& question) {
  Answer result;
  switch (question.kind) {
    case Question::Kind::Exists: {
      struct stat status {};
      result.truth = lstat(question.argument.c_str(), &status) == 0;
      return result;
    }
    case Question::Kind::Netgroup:
      result.truth = innetgr(question.argument.c_str(),
                             question.argument2.c_str(), nullptr, nullptr) != 0;
      return result;
    case Question::Kind::HostNames: {
      const hostent* host = gethostbyname(question.argument.c_str());
      if (host == nullptr) return result;
      result.truth = true;
      result.names.emplace_back(host->h_name);
      for (char** alias = host->h_aliases; *alias != nullptr; ++alias) {
        result.names.emplace_back(*alias);
      }
      return result;
    }
  }
  return result;
}

}  // namespace

maplang::Answers ask_world(const maplang::Entry& entry,
                           std::string_view defaults_text,
                           const maplang::HostFacts& host,
                           const maplang::LookupFacts& lookup) {
  maplang::Answers answers;
  while (true) {
    const auto missing =
        maplang::questions(entry, defaults_text, host, lookup, answers);
    if (missing.empty()) return answers;
    for (const Question& one : missing) answers.emplace(one, answer(one));
  }
}

}  // namespace amd::amdmap
