// SPDX-License-Identifier: BSD-3-Clause
// nfs and nfsl: one server's file system, through the kernel or the engine.

#include "amd/fstypes/nfs.h"

#include <cerrno>

#include "amd/fstypes/type_rows.h"
#include "maplang/eval/mount_options.h"

namespace amd {
namespace {

using maplang::MountOptions;
using maplang::PseudoOptions;

std::uint16_t port_of(const std::optional<int>& value) {
  return value && *value > 0 && *value < 65536
             ? static_cast<std::uint16_t>(*value)
             : std::uint16_t{0};
}

std::string join(const std::string& first, const std::string& options) {
  bool needs_comma = !first.empty() && !options.empty();
  return first + (needs_comma ? "," : "") + options;
}

// What only the kernel's client can do.
bool needs_kernel(const Plan& plan) {
  MountOptions options(plan.mount->options);
  auto security = options.text_of("sec");
  return (plan.nfs_version != 0 && plan.nfs_version != 3) ||
         (security && *security != "sys") || plan.nfs_protocol == "udp";
}

NfsEngine engine_of(const PlanSettings& settings, const Plan& plan,
                    bool has_replicas) {
  if (!settings.kernel_has_nfs) return NfsEngine::User;
  if (needs_kernel(plan)) return NfsEngine::Kernel;
  if (settings.nfs_engine != NfsEngine::Auto) return settings.nfs_engine;
  return has_replicas && is_read_only(plan.mount->options) ? NfsEngine::User
                                                           : NfsEngine::Kernel;
}

// The part of the link text below the mount, or all of it.
std::string below_mount(const ResolvedLocation& location) {
  const std::string& text = location.sublink;
  if (!text.starts_with(location.fs + "/")) return text;
  return text.substr(location.fs.size());
}

bool is_default_fs(const ResolvedLocation& location,
                   const PlanSettings& settings) {
  return location.fs == settings.auto_dir + "/" + location.rhost + location.rfs;
}

}  // namespace

bool is_read_only(const std::string& options) {
  MountOptions words(options);
  return words.has("ro") && !words.has("rw");
}

Result<Plan> plan_nfs(const PlanInput& input) {
  const ResolvedLocation& location = input.location;
  if (location.resolved_type == "link") return plan_link(input);
  if (location.rhost.empty() || location.rfs.empty()) {
    return fail(EINVAL, "nfs: no remote host or path");
  }
  const PlanSettings& settings = input.settings;
  PseudoOptions options = maplang::pseudo_options(location.opts);
  Plan plan = begin_plan(input, location.rhost + ":" + location.rfs);
  add_mount(input, KernelNfsMount{}, plan);
  plan.mount->options = join(settings.nfs_first_options, location.opts);
  plan.remote_options = join(settings.nfs_first_options, location.remopts);
  plan.nfs_version =
      settings.nfs_version ? settings.nfs_version : options.version.value_or(0);
  plan.nfs_protocol = !settings.nfs_protocol.empty()
                          ? settings.nfs_protocol
                          : options.protocol.value_or("tcp");
  plan.web_nfs = options.web_nfs;
  NfsReplica replica;
  replica.server = location.rhost;
  replica.path = location.rfs;
  replica.port = port_of(options.port);
  replica.mountport = port_of(options.mount_port);
  plan.replicas.push_back(std::move(replica));
  if (engine_of(settings, plan, false) == NfsEngine::User) {
    plan.mount->method = UserNfsMount{plan.replicas};
  }
  return plan;
}

bool are_replicas(const ResolvedLocation& a, const ResolvedLocation& b,
                  const PlanInput& input) {
  bool is_nfs = a.type == "nfs" && b.type == "nfs";
  bool same_place =
      is_in_place(input) || a.fs == b.fs ||
      (is_default_fs(a, input.settings) && is_default_fs(b, input.settings));
  return is_nfs && same_place && below_mount(a) == below_mount(b) &&
         a.opts == b.opts && a.remopts == b.remopts &&
         a.delay_seconds() == b.delay_seconds();
}

bool can_join(const PlanSettings& settings, const Plan& plan) {
  return plan.mount && !plan.replicas.empty() &&
         engine_of(settings, plan, true) == NfsEngine::User;
}

void add_replica(const Plan& other, Plan& plan) {
  plan.replicas.push_back(other.replicas.front());
  plan.mount->method = UserNfsMount{plan.replicas};
}

void set_server(const NfsReplica& answered, int version,
                const std::vector<maplang::Network>& networks, Plan& plan) {
  plan.info = answered.server + ":" + answered.path;
  if (auto* user = std::get_if<UserNfsMount>(&plan.mount->method)) {
    user->replicas = {answered};
    for (const NfsReplica& replica : plan.replicas) {
      bool is_first =
          replica.server == answered.server && replica.path == answered.path;
      if (!is_first) user->replicas.push_back(replica);
    }
  } else {
    KernelNfsMount kernel;
    kernel.replica = answered;
    kernel.version = version;
    kernel.protocol = plan.nfs_protocol;
    plan.mount->method = std::move(kernel);
  }
  if (!plan.remote_options.empty() && is_remote(answered.address, networks)) {
    plan.mount->options = plan.remote_options;
  }
}

bool is_remote(const std::string& address,
               const std::vector<maplang::Network>& networks) {
  auto host = maplang::Network::parse(address + "/32");
  if (!host || (host->address >> 24) == 127) return false;
  for (const maplang::Network& network : networks) {
    if ((host->address & network.mask) == (network.address & network.mask)) {
      return false;
    }
  }
  return true;
}

}  // namespace amd
