// SPDX-License-Identifier: BSD-3-Clause
// amd-mounter: the helper process that mounts and unmounts for amd.

#include "amd/helpers/helper_main.h"
#include "amd/mounting/carry_out.h"

namespace {

void serve(amd::HelperCall& call) {
  const auto request = amd::decode_request(call.request);
  amd::MountReply reply;
  if (request) {
    reply = amd::carry_out(*request, call.fds.take(), call.reply_fds[0]);
  } else {
    reply.error = EPROTO;
    reply.what = request.error().message();
  }
  call.reply.raw(amd::encode(reply));
}

}  // namespace

int main() {
  return amd::run_helper(serve);
}
