// SPDX-License-Identifier: BSD-3-Clause
#include "amd/daemon/port_mapping.h"

#include <cerrno>
#include <utility>

#include "amd/base/log.h"

namespace amd {

namespace {

constexpr Seconds kRegisterLimit{10};
constexpr Seconds kUnregisterLimit{1};

}  // namespace

void PortMapping::start(const rpc::Registration& service) {
  service_ = service;
  may_be_registered_ = true;
  step_ = rpc::start_register(
      network_, service_, loop_.now() + kRegisterLimit,
      [this](const Result<void>& result) { on_registered(result); });
}

void PortMapping::on_registered(const Result<void>& result) {
  if (result) {
    log::info("amq: registered with rpcbind");
  } else if (errno_of(result.error()) == ECONNREFUSED) {
    may_be_registered_ = false;
    log::info("amq: no rpcbind to register with");
  } else {
    log::warning("amq: not registered with rpcbind: {}",
                 result.error().message());
  }
}

void PortMapping::start_end(std::function<void()> done) {
  step_.reset();
  if (!std::exchange(may_be_registered_, false)) return done();
  step_ = rpc::start_unregister(
      network_, service_, loop_.now() + kUnregisterLimit,
      [done = std::move(done)](const Result<void>& result) {
        if (!result)
          log::info("amq: not unregistered: {}", result.error().message());
        done();
      });
}

}  // namespace amd
