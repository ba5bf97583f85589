// SPDX-License-Identifier: BSD-3-Clause
#include "amd/probing/nfs_asker.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

#include "amd/rpc/mount_client.h"
#include "amd/rpc/nfs_ping.h"
#include "amd/rpc/rpc_message.h"

namespace amd {

namespace {

// Whoever asks has a shorter limit and cancels; this one only bounds what
// would otherwise be unbounded.
constexpr Seconds kLimit{60};

std::string root_credential() {
  std::array<char, 65> host{};
  ::gethostname(host.data(), host.size() - 1);
  rpc::AuthSys auth;
  auth.machinename = host.data();
  return rpc::encode_auth_sys(auth);
}

// The version to speak when the map is silent.
uint32_t version_of(const ProbeRequest& request) {
  return request.version == 0 ? 3 : static_cast<uint32_t>(request.version);
}

}  // namespace

struct NfsAsker::Try {
  rpc::Address address;
  std::unique_ptr<rpc::RpcStep> ping;
  std::unique_ptr<rpc::RpcStep> mnt;
  std::optional<Result<rpc::PingAnswer>> pong;
  std::optional<Result<rpc::MntAnswer>> root;
  bool needs_root = true;
};

struct NfsAsker::Ask {
  ProbeId id{};
  ProbeRequest request;
  Done done;
  std::vector<Try> tries;
  Instant started;
};

NfsAsker::NfsAsker(Loop& loop, rpc::RpcNetwork& network,
                   HostAddresses& addresses, Evidence evidence, Late late)
    : loop_(loop),
      network_(network),
      addresses_(addresses),
      evidence_(std::move(evidence)),
      late_(std::move(late)),
      credential_(root_credential()) {
}

NfsAsker::~NfsAsker() = default;

void NfsAsker::start(ProbeId id, const ProbeRequest& request, Done done) {
  auto ask = std::make_unique<Ask>();
  ask->id = id;
  ask->request = request;
  ask->done = std::move(done);
  ask->started = loop_.now();
  asks_[id] = std::move(ask);
  const std::string& host = request.replica.address.empty()
                                ? request.replica.server
                                : request.replica.address;
  addresses_.start_find(
      host, [this, id](const Result<std::vector<rpc::Address>>& addresses) {
        on_addresses(id, addresses);
      });
}

void NfsAsker::cancel(ProbeId id) {
  const auto ended = asks_.extract(id);
  if (!ended) return;
  const Ask& ask = *ended.mapped();
  const bool answered =
      std::any_of(ask.tries.begin(), ask.tries.end(),
                  [](const Try& t) { return t.pong && *t.pong; });
  if (!answered) late_(ask.request.replica.server, loop_.now() - ask.started);
}

void NfsAsker::on_addresses(ProbeId id,
                            Result<std::vector<rpc::Address>> addresses) {
  const auto found = asks_.find(id);
  if (found == asks_.end()) return;
  if (!addresses) return finish(id, pass(addresses));
  Ask& ask = *found->second;
  for (const rpc::Address& address : *addresses)
    ask.tries.push_back(Try{address, {}, {}, {}, {}, true});
  for (size_t i = 0; i < ask.tries.size(); ++i) begin_try(ask, i);
}

void NfsAsker::begin_try(Ask& ask, size_t index) {
  Try& attempt = ask.tries[index];
  const ProbeRequest& request = ask.request;
  rpc::NfsPing ping;
  ping.host = attempt.address;
  ping.port = request.replica.port;
  ping.version = version_of(request);
  ping.protocol =
      request.protocol == "udp" ? rpc::IpProtocol::Udp : rpc::IpProtocol::Tcp;
  ping.deadline = loop_.now() + kLimit;
  attempt.ping = rpc::start_nfs_ping(
      network_, ping, [this, id = ask.id, index](Result<rpc::PingAnswer> pong) {
        asks_.at(id)->tries[index].pong = std::move(pong);
        on_part(id, index);
      });
  attempt.needs_root = version_of(request) < 4 && !request.public_handle;
  if (attempt.needs_root) ask_mount(ask, index);
}

void NfsAsker::ask_mount(Ask& ask, size_t index) {
  Try& attempt = ask.tries[index];
  rpc::MountService service;
  service.host = attempt.address;
  service.port = ask.request.replica.mountport;
  service.version = version_of(ask.request) == 2 ? 1 : 3;
  service.credential = credential_;
  attempt.mnt = rpc::start_mnt(
      network_, service, ask.request.replica.path, loop_.now() + kLimit,
      [this, id = ask.id, index](Result<rpc::MntAnswer> root) {
        asks_.at(id)->tries[index].root = std::move(root);
        on_part(id, index);
      });
}

// Something of a try has ended: the ask is over when one try has everything,
// or when all have failed.
void NfsAsker::on_part(ProbeId id, size_t index) {
  Ask& ask = *asks_.at(id);
  Try& attempt = ask.tries[index];
  const bool pinged = attempt.pong && *attempt.pong;
  const bool rooted = !attempt.needs_root || (attempt.root && *attempt.root);
  if (pinged && rooted) {
    Answer answer{ask.request.replica,
                  static_cast<int>(version_of(ask.request))};
    answer.replica.address = attempt.address.host();
    answer.replica.port = (*attempt.pong)->port;
    if (attempt.root) {
      answer.replica.mountport = (*attempt.root)->port;
      answer.replica.root_handle = (*attempt.root)->result.root.view();
    }
    return finish(id, std::move(answer));
  }
  const Error* why = nullptr;
  for (const Try& t : ask.tries) {
    if (t.pong && !*t.pong) {
      why = &t.pong->error();
    } else if (t.root && !*t.root) {
      why = &t.root->error();
    } else {
      return;  // this one may still succeed
    }
  }
  finish(id, tl::unexpected(*why));
}

void NfsAsker::finish(ProbeId id, Result<Answer> answer) {
  const auto taken = asks_.extract(id);
  Ask& ask = *taken.mapped();
  const std::string& server = ask.request.replica.server;
  std::optional<Result<Duration>> seen;
  for (const Try& t : ask.tries)
    if (t.pong && (!seen || !*seen))
      seen = t.pong->map([](const rpc::PingAnswer& a) { return a.round_trip; });
  if (!answer && !(seen && *seen)) addresses_.forget(server);
  if (seen) evidence_(server, *seen);
  ask.done(std::move(answer));
}

}  // namespace amd
