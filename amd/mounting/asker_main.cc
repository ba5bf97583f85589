// SPDX-License-Identifier: BSD-3-Clause
// amd-asker: the helper process that asks DNS, netgroups and file systems.

#include "amd/helpers/helper_main.h"
#include "amd/mounting/answer_world.h"

namespace {

void serve(amd::HelperCall& call) {
  const auto question = amd::decode_question(call.request);
  amd::Result<amd::WorldAnswer> answer =
      question ? amd::answer_world(*question)
               : amd::Result<amd::WorldAnswer>(amd::pass(question));
  call.reply.raw(amd::encode(answer));
}

}  // namespace

int main() {
  return amd::run_helper(serve);
}
