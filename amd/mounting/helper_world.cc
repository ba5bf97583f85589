// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/helper_world.h"

#include <cerrno>
#include <utility>

#include "amd/base/escape.h"
#include "amd/mounting/answer_world.h"

namespace amd {

void HelperWorld::start_ask(const WorldQuestion& question, Done done) {
  HelperJob job;
  job.request = encode(question);
  job.deadline = loop_.now() + patience_;
  job.done = [what = question.argument,
              done = std::move(done)](Result<HelperReply> result) {
    if (result) return done(decode_answer(result->bytes));
    const int code = result.error().code.value();
    const bool is_late = code == ETIMEDOUT || code == EAGAIN;
    done(fail(is_late ? ETIMEDOUT : code, "ask about " + escape(what)));
  };
  pool_.start(std::move(job));
}

}  // namespace amd
