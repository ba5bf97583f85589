// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/helper_world.h"

#include <cerrno>
#include <utility>

#include "amd/base/escape.h"
#include "amd/mounting/answer_world.h"

namespace amd {

void HelperWorld::start_ask(const WorldQuestion& question, Done done) {
  ask(question, loop_.now() + patience_, 2, std::move(done));
}

void HelperWorld::ask(const WorldQuestion& question, Instant deadline,
                      int tries, Done done) {
  HelperJob job;
  job.request = encode(question);
  job.deadline = deadline;
  job.done = [this, question, deadline, tries,
              done = std::move(done)](Result<HelperReply> result) {
    if (result) return done(decode_answer(result->bytes));
    const int code = result.error().code.value();
    if (code == EIO && tries > 1)
      return ask(question, deadline, tries - 1, done);
    const bool is_late = code == ETIMEDOUT || code == EAGAIN;
    done(fail(is_late ? ETIMEDOUT : code,
              "ask about " + escape(question.argument)));
  };
  pool_.start(std::move(job));
}

}  // namespace amd
