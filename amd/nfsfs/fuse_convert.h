// SPDX-License-Identifier: BSD-3-Clause
// Between the structures of NFSv3 and those of FUSE.

#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "amd/base/clock.h"
#include "amd/nfsfs/fuse_protocol.h"
#include "amd/nfsfs/replica_set.h"
#include "amd/nfsfs/task.h"
#include "amd/rpc/nfs3.h"

namespace amd::nfsfs {

// The structure at the start of a request's body; nothing if it is too short.
template <class T>
std::optional<T> parse(std::string_view body) {
  T t;
  if (body.size() < sizeof t) return std::nullopt;
  std::memcpy(&t, body.data(), sizeof t);
  return t;
}

struct FuseTime {
  explicit FuseTime(Duration d);
  uint64_t seconds;
  uint32_t nanoseconds;
};

fuse_attr to_fuse_attr(const rpc::fattr3& attributes, uint32_t block_size);
// The d_type of a directory entry.
uint32_t to_dirent_type(rpc::ftype3 type);

template <class Args>
std::string to_xdr(const Args& args) {
  rpc::XdrWriter writer;
  rpc::encode(writer, args);
  return writer.take();
}

// Decodes a result into `res`; the verdict that follows from that alone.
template <class Res>
Verdict decode_into(Res& res, const Answer& answer) {
  auto decoded = rpc::decode<Res>(answer.results);
  if (!decoded)
    return {Verdict::Kind::Garbage, rpc::NFS3_OK, decoded.error().message()};
  res = std::move(*decoded);
  if (res.status != rpc::NFS3_OK) return {Verdict::Kind::Status, res.status};
  return {};
}

// An errno for a request that nothing here knows.
inline Task<int> not_supported() {
  co_return ENOSYS;
}

}  // namespace amd::nfsfs
