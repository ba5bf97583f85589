// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/sameness.h"

#include <algorithm>
#include <string>

#include "amd/base/escape.h"

namespace amd::nfsfs {

namespace {

const char* name_of(rpc::ftype3 type) {
  switch (type) {
    case rpc::NF3REG:
      return "a file";
    case rpc::NF3DIR:
      return "a directory";
    case rpc::NF3BLK:
      return "a block device";
    case rpc::NF3CHR:
      return "a character device";
    case rpc::NF3LNK:
      return "a symbolic link";
    case rpc::NF3SOCK:
      return "a socket";
    case rpc::NF3FIFO:
      return "a FIFO";
  }
  return "unknown";
}

std::string text_of(const rpc::nfstime3& t) {
  std::string ns = std::to_string(t.nseconds);
  ns.insert(0, 9 - std::min<size_t>(ns.size(), 9), '0');
  return std::to_string(t.seconds) + "." + ns;
}

}  // namespace

Result<SamenessPolicy> parse_sameness(std::string_view words) {
  SamenessPolicy policy{false, false};
  while (!words.empty()) {
    const auto word = words.substr(0, words.find(','));
    words.remove_prefix(std::min(word.size() + 1, words.size()));
    if (word == "size")
      policy.size = true;
    else if (word == "mtime")
      policy.mtime = true;
    else if (word != "type")
      return fail(EINVAL, "failover_verify: \"" + escape(word) + "\"");
  }
  return policy;
}

std::string difference(const SamenessPolicy& policy, const rpc::fattr3& known,
                       const rpc::fattr3& other) {
  if (other.type != known.type)
    return std::string(name_of(other.type)) + ", not " + name_of(known.type);
  if (known.type == rpc::NF3DIR) return {};
  if (policy.size && other.size != known.size)
    return "size " + std::to_string(other.size) + ", not " +
           std::to_string(known.size);
  if (policy.mtime && known.type == rpc::NF3REG && other.mtime != known.mtime)
    return "changed at " + text_of(other.mtime) + ", not " +
           text_of(known.mtime);
  return {};
}

uint64_t change_tag(const rpc::fattr3& a) {
  uint64_t tag = 14695981039346656037ULL;
  const auto mix = [&tag](uint64_t v) {
    tag = (tag ^ v) * 1099511628211ULL;
    tag ^= tag >> 29;
  };
  mix(a.type);
  mix(a.size);
  mix(uint64_t{a.mtime.seconds} << 32 | a.mtime.nseconds);
  mix(uint64_t{a.ctime.seconds} << 32 | a.ctime.nseconds);
  return tag;
}

}  // namespace amd::nfsfs
