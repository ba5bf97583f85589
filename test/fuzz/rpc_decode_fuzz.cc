// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: every RPC message.  The first byte picks it; what decodes must
// encode to something that decodes and encodes to the same.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "amd/rpc/amq_protocol.h"
#include "amd/rpc/mount_protocol.h"
#include "amd/rpc/nfs3.h"
#include "amd/rpc/portmap_protocol.h"
#include "amd/rpc/service.h"

using namespace amd::rpc;

namespace {

template <class T>
void look_at(std::string_view bytes) {
  const auto message = decode<T>(bytes);
  if (!message) return;
  const std::string once = encoded(*message);
  const auto again = decode<T>(once);
  if (!again || encoded(*again) != once) std::abort();
}

void look_at_reply(std::string_view bytes) {
  XdrReader in(bytes);
  const auto reply = decode_reply(in);
  if (reply && !reply->is_success()) error_of(*reply, "").message();
}

void serve(std::string_view bytes) {
  Dispatcher dispatcher;
  dispatcher.add(kAmqProgram, kAmqVersion, {});
  int answers = 0;
  const bool is_call =
      dispatcher.dispatch(bytes, {}, [&](const std::string&) { ++answers; });
  if (answers != (is_call ? 1 : 0)) std::abort();
}

constexpr std::array kMessages = {
    look_at_reply,
    serve,
    look_at<AmqTree>,
    look_at<AmqExport>,
    look_at<std::vector<AmqMountInfo>>,
    look_at<std::vector<AmqMapInfo>>,
    look_at<AmqSetopt>,
    look_at<AmqSyncUmnt>,
    look_at<MountResult3>,
    look_at<MountResult1>,
    look_at<MountExports>,
    look_at<RpcbindEntry>,
    look_at<SETATTR3args>,
    look_at<LOOKUP3res>,
    look_at<READ3res>,
    look_at<WRITE3args>,
    look_at<CREATE3args>,
    look_at<CREATE3res>,
    look_at<MKNOD3args>,
    look_at<RENAME3res>,
    look_at<READDIR3res>,
    look_at<READDIRPLUS3res>,
    look_at<FSINFO3res>,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  kMessages[data[0] % kMessages.size()](bytes.substr(1));
  return 0;
}
