// SPDX-License-Identifier: BSD-3-Clause
#include "amd/amq/client.h"

#include <netdb.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "amd/base/escape.h"
#include "amd/rpc/portmap_client.h"
#include "amd/rpc/rpc_message.h"
#include "amd/rpc/socket_transport.h"

namespace amd::amq {

namespace {

// Finding out whether anybody is there takes no longer than this.
constexpr Seconds kReachLimit{5};

std::string own_credential() {
  std::array<char, 65> host{};
  ::gethostname(host.data(), host.size() - 1);
  rpc::AuthSys auth;
  auth.machinename = host.data();
  auth.uid = ::getuid();
  auth.gid = ::getgid();
  return rpc::encode_auth_sys(auth);
}

Result<std::vector<rpc::Address>> addresses_of(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int e = ::getaddrinfo(host.c_str(), nullptr, &hints, &list); e != 0)
    return fail(EHOSTUNREACH, "can't get address of " + escape(host));
  std::vector<rpc::Address> found;
  for (const addrinfo* a = list; a != nullptr; a = a->ai_next)
    found.emplace_back(a->ai_addr, a->ai_addrlen);
  ::freeaddrinfo(list);
  return found;
}

// Runs the loop until `result` is there.
template <class T>
Result<T> wait_for(Loop& loop, std::optional<Result<T>>& result) {
  if (!result) {
    loop.restart();
    loop.run();
  }
  return std::move(*result);
}

Result<std::uint16_t> find_port(Loop& loop, const rpc::Address& host,
                                uint32_t program, rpc::IpProtocol protocol) {
  rpc::SocketNetwork network(loop);
  std::optional<Result<std::uint16_t>> port;
  const auto step = rpc::start_getport(network, host,
                                       {.prog = program,
                                        .vers = rpc::kAmqVersion,
                                        .protocol = protocol,
                                        .deadline = loop.now() + kReachLimit},
                                       [&](Result<std::uint16_t> answer) {
                                         port = std::move(answer);
                                         loop.stop();
                                       });
  return wait_for(loop, port);
}

}  // namespace

Client::Client(uint32_t program)
    : program_(program), loop_(std::make_unique<Loop>()) {
}

Result<std::unique_ptr<Client>> Client::connect(const Options& options) {
  std::unique_ptr<Client> client(new Client(options.program));
  Result<void> reached;
  const bool local = options.host.empty() || !options.socket.empty();
  const std::string path =
      options.socket.empty() ? kDefaultSocket : options.socket;
  if (local && options.transport == Transport::Any) {
    const auto at = rpc::Address::unix_socket(path);
    if (!at) return pass(at);
    reached = client->try_reach(*at, rpc::IpProtocol::Tcp);
    if (reached) return client;
    if (!options.socket.empty()) return pass(reached);
  }
  const Result<void> through_network = client->reach_host(options);
  if (through_network) return client;
  // This host's own socket is where an amd would have been.
  if (local && !reached) return pass(reached);
  return pass(through_network);
}

Result<void> Client::try_reach(const rpc::Address& peer,
                               rpc::IpProtocol protocol) {
  rpc::SocketNetwork network(*loop_);
  // A reserved port, if we may have one, shows that it is root who asks.
  transport_ = network.open(peer, protocol, rpc::SourcePort::Reserved);
  const auto answer = call(rpc::kAmqVersion, 0, {}, kReachLimit);
  if (answer) return {};
  return tl::unexpected(
      Error(answer.error().code, "no amd answers at " + peer.to_text()));
}

Result<void> Client::reach_host(const Options& options) {
  const std::string host = options.host.empty() ? "localhost" : options.host;
  const auto addresses = addresses_of(host);
  if (!addresses) return pass(addresses);
  Result<void> last = fail(EHOSTUNREACH, host);
  for (const rpc::IpProtocol protocol :
       {rpc::IpProtocol::Tcp, rpc::IpProtocol::Udp}) {
    const Transport only =
        protocol == rpc::IpProtocol::Tcp ? Transport::Tcp : Transport::Udp;
    if (options.transport != Transport::Any && options.transport != only)
      continue;
    for (const rpc::Address& address : *addresses) {
      const auto port = find_port(*loop_, address, program_, protocol);
      if (!port) {
        last = pass(port);
        continue;
      }
      last = try_reach(address.with_port(*port), protocol);
      if (last) return last;
    }
  }
  return last;
}

Result<std::string> Client::call(uint32_t version, uint32_t procedure,
                                 std::string arguments, Seconds limit) {
  std::optional<Result<std::string>> results;
  rpc::Call call;
  call.prog = program_;
  call.vers = version;
  call.proc = procedure;
  call.credential = own_credential();
  call.args = std::move(arguments);
  call.deadline = loop_->now() + limit;
  transport_->start_call(std::move(call), [&](const Result<rpc::Reply>& reply) {
    results =
        reply.map([](const rpc::Reply& r) { return std::string(r.results()); });
    loop_->stop();
  });
  return wait_for(*loop_, results);
}

Result<std::string> Client::ask_json() {
  const auto results =
      call(rpc::kAmqVersion2, static_cast<uint32_t>(rpc::AmqProc2::Json), {});
  if (!results) return pass(results);
  auto json = rpc::decode<rpc::AmqJson>(*results);
  if (!json) return pass(json);
  return std::move(json->text);
}

}  // namespace amd::amq
