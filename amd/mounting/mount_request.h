// SPDX-License-Identifier: BSD-3-Clause
// What amd asks amd-mounter to do, and what it answers.  Everything is decided
// by amd; the helper carries out.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "amd/base/result.h"

namespace amd {

struct BindRequest {
  std::string source;
  std::string target;
  std::uint64_t flags = 0;    // MS_RDONLY ... for this mount only
  bool link_instead = false;  // a symbolic link when it cannot be bound
  bool operator==(const BindRequest&) const = default;
};

struct LinkRequest {
  std::string text;
  std::string target;
  bool operator==(const LinkRequest&) const = default;
};

struct KernelRequest {
  std::string fstype;
  std::string source;
  std::string target;
  std::uint64_t flags = 0;
  std::vector<std::string> data;  // tried in this order, see NfsOptions
  bool nolock_without_statd = false;
  std::string client_address_for;  // "clientaddr=" is what reaches this address
  bool operator==(const KernelRequest&) const = default;
};

// The reply brings the /dev/fuse descriptor and the device number.
struct FuseRequest {
  std::string source;
  std::string target;
  std::uint64_t flags = 0;
  bool operator==(const FuseRequest&) const = default;
};

struct ProgramRequest {
  std::vector<std::string> words;  // the path, argv[0] ...
  std::uint32_t timeout_ms = 0;
  bool operator==(const ProgramRequest&) const = default;
};

struct UnmountRequest {
  std::string target;
  std::uint32_t flags = 0;   // MNT_FORCE, MNT_DETACH
  std::uint8_t made = 0;     // directories to remove, the target the first
  bool may_be_link = false;  // a symbolic link there is ours
  bool operator==(const UnmountRequest&) const = default;
};

// The write end of the pipe comes along.  The reply brings a control
// descriptor of the mount and its device number.
struct AutofsMountRequest {
  std::string source;
  std::string target;
  std::int32_t process_group = 0;
  bool operator==(const AutofsMountRequest&) const = default;
};

// Takes an autofs mount over whose owner is dead: the same reply.
struct AutofsAdoptRequest {
  std::string target;
  std::uint64_t device = 0;
  bool operator==(const AutofsAdoptRequest&) const = default;
};

// Unmounts; when that fails, the reply brings a new control descriptor.
struct AutofsUnmountRequest {
  std::string target;
  std::uint64_t device = 0;
  std::uint8_t made = 0;
  bool operator==(const AutofsUnmountRequest&) const = default;
};

// One AUTOFS_DEV_IOCTL_EXPIRE on the control descriptor that comes along: ends
// when amd has answered the packet that it causes.
struct AutofsExpireRequest {
  std::uint32_t how = 0;
  bool operator==(const AutofsExpireRequest&) const = default;
};

using MountRequest =
    std::variant<BindRequest, LinkRequest, KernelRequest, FuseRequest,
                 ProgramRequest, UnmountRequest, AutofsMountRequest,
                 AutofsAdoptRequest, AutofsUnmountRequest, AutofsExpireRequest>;

struct MountReply {
  std::int32_t error = 0;    // an errno
  std::string what;          // what failed, "" for the mount itself
  std::uint8_t made = 0;     // directories that were made for the target
  bool was_in_use = false;   // autofs: the directory was not empty
  std::uint64_t device = 0;  // st_dev, when the request says so
  std::string output;        // of a program
  bool operator==(const MountReply&) const = default;
};

std::string encode(const MountRequest& request);
std::string encode(const MountReply& reply);
[[nodiscard]] Result<MountRequest> decode_request(std::string_view bytes);
[[nodiscard]] Result<MountReply> decode_reply(std::string_view bytes);

}  // namespace amd
