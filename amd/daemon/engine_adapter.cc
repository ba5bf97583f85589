// SPDX-License-Identifier: BSD-3-Clause
#include "amd/daemon/engine_adapter.h"

#include <fmt/format.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <utility>
#include <variant>

#include "amd/base/log.h"

namespace amd {

EngineAdapter::EngineAdapter(EngineClient& client, FailoverSettings settings)
    : client_(client),
      settings_(std::move(settings)),
      life_(fmt::format("{}-{}", ::getpid(),
                        SystemClock().wall_now().time_since_epoch().count())) {
}

std::string EngineAdapter::new_id() {
  return fmt::format("{}-{}", life_, next_++);
}

void EngineAdapter::start_attach(const MountSpec& spec, UniqueFd fuse,
                                 std::uint64_t device, Done done) {
  AttachRequest request;
  request.id = new_id();
  request.target = spec.target;
  request.device = fmt::format("{}:{}", major(device), minor(device));
  request.replicas = std::get<UserNfsMount>(spec.method).replicas;
  request.options = spec.options;
  request.settings = settings_;
  id_by_target_[spec.target] = request.id;
  client_.start_attach(request, std::move(fuse), std::move(done));
}

void EngineAdapter::detach(const MountSpec& spec) {
  const auto found = id_by_target_.find(spec.target);
  // A mount of an earlier life: the engine lets go of it by itself when the
  // kernel ends the connection.
  if (found == id_by_target_.end()) return;
  client_.start_detach(found->second, [target = spec.target](Result<void> r) {
    if (!r) log::warning("{}: engine: {}", target, r.error().message());
  });
  id_by_target_.erase(found);
}

}  // namespace amd
