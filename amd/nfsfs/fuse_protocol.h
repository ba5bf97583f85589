// SPDX-License-Identifier: BSD-3-Clause
// The kernel's FUSE protocol, with what Debian 12's <linux/fuse.h> (7.38)
// lacks.

#pragma once

#include <linux/fuse.h>

#include <cstddef>
#include <cstdint>

namespace amd::nfsfs {

// 7.39 and later, by the numbers of the kernel's include/uapi/linux/fuse.h.
inline constexpr uint64_t kFuseHasResend = 1ULL << 39;  // kernel 6.9
inline constexpr int kFuseNotifyResend = 7;

// The smallest buffer that the kernel accepts for reading requests, given that
// we never announce more than kFuseMaxWrite.
inline constexpr uint32_t kFuseMaxWrite = 128 * 1024;
inline constexpr uint32_t kFuseMaxPages = 256;
inline constexpr size_t kFuseBuffer = kFuseMaxWrite + 4096;

// "LOOKUP"; "?" for an opcode that this file does not know.
const char* fuse_opcode_name(uint32_t opcode);

}  // namespace amd::nfsfs
