// SPDX-License-Identifier: BSD-3-Clause
// The seam for questions that only the outside can answer and that may take
// long: netgroup membership, exists(), names of hosts.  They are answered in
// helper processes (amd/mounting), the answers come in as facts.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "amd/base/result.h"

namespace amd {

// One question, as maplang/eval lists them.
struct WorldQuestion {
  enum class Kind {
    Exists,         // lstat(argument) succeeds
    Netgroup,       // innetgr(argument, argument2)
    HostNames,      // canonical name and aliases of host `argument`
    HostAddresses,  // numeric addresses of host `argument`, best first
  };
  Kind kind = Kind::Exists;
  std::string argument;
  std::string argument2;
  auto operator<=>(const WorldQuestion&) const = default;
};

// The answer: a truth, or names/addresses.
struct WorldAnswer {
  bool truth = false;
  std::vector<std::string> texts;
};

class World {
 public:
  using Done = std::function<void(Result<WorldAnswer>)>;
  virtual ~World() = default;
  // `done` is called exactly once, from the loop, never from inside start_ask;
  // with ETIMEDOUT when the outside does not answer in time.
  virtual void start_ask(const WorldQuestion& question, Done done) = 0;
};

}  // namespace amd
