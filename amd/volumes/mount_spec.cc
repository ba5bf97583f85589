// SPDX-License-Identifier: BSD-3-Clause

#include "amd/volumes/mount_spec.h"

namespace amd {
namespace {

std::string source_of_replica(const NfsReplica& replica) {
  return replica.server + ":" + replica.path;
}

struct SourceText {
  std::string operator()(const BindMount& m) const { return m.source; }
  std::string operator()(const SymbolicLink& m) const { return m.text; }
  std::string operator()(const KernelNfsMount& m) const {
    return source_of_replica(m.replica);
  }
  std::string operator()(const UserNfsMount& m) const {
    return m.replicas.empty() ? "" : source_of_replica(m.replicas.front());
  }
  std::string operator()(const KernelMount& m) const {
    return m.device.empty() ? m.fstype : m.device;
  }
  std::string operator()(const ProgramMount& m) const {
    std::string text;
    for (size_t i = 1; i < m.mount.size(); ++i) {
      if (i > 1) text += ' ';
      text += m.mount[i];
    }
    return text;
  }
};

}  // namespace

std::string source_of(const MountMethod& method) {
  return std::visit(SourceText{}, method);
}

std::string to_text(const MountSpec& spec) {
  return source_of(spec.method) + " on " + spec.target;
}

std::vector<std::string> servers_of(const MountSpec& spec) {
  std::vector<std::string> servers;
  if (auto* kernel = std::get_if<KernelNfsMount>(&spec.method)) {
    servers.push_back(kernel->replica.server);
  } else if (auto* user = std::get_if<UserNfsMount>(&spec.method)) {
    for (const NfsReplica& replica : user->replicas) {
      servers.push_back(replica.server);
    }
  }
  return servers;
}

}  // namespace amd
