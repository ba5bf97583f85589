// SPDX-License-Identifier: BSD-3-Clause
// The World: questions that may take long, answered by amd-asker processes.

#pragma once

#include "amd/base/loop.h"
#include "amd/helpers/helper_pool.h"
#include "amd/tree/world.h"

namespace amd {

class HelperWorld : public World {
 public:
  // `pool` runs amd-asker.  A question that takes longer than `patience` is
  // answered with ETIMEDOUT.
  HelperWorld(Loop& loop, HelperPool& pool, Milliseconds patience)
      : loop_(loop), pool_(pool), patience_(patience) {}

  // A helper that dies of a question says nothing about the answer: another
  // one is asked, once.
  void start_ask(const WorldQuestion& question, Done done) override;

 private:
  void ask(const WorldQuestion& question, Instant deadline, int tries,
           Done done);

  Loop& loop_;
  HelperPool& pool_;
  Milliseconds patience_;
};

}  // namespace amd
