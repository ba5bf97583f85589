// SPDX-License-Identifier: BSD-3-Clause
#include "amd/amq/client.h"

#include <netdb.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>
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
    return fail(EHOSTUNREACH, "Can't get address of " + escape(host));
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

std::string errno_text(const Error& error) {
  return std::generic_category().message(errno_of(error));
}

// In the words of libtirpc.
std::string rpc_text(const Error& error) {
  switch (errno_of(error)) {
    case ETIMEDOUT:
      return "RPC: Timed out";
    case EACCES:
      return "RPC: Authentication error";
    case EOPNOTSUPP:
      return "RPC: Program unavailable";
    default:
      return "RPC: Unable to receive; errno = " + errno_text(error);
  }
}

std::string port_mapper_text(const Error& error) {
  if (errno_of(error) == ENOENT) return "RPC: Program not registered";
  return "RPC: Port mapper failure - " + rpc_text(error);
}

}  // namespace

Client::Client(uint32_t program)
    : program_(program), loop_(std::make_unique<Loop>()) {
}

Result<std::unique_ptr<Client>> Client::connect(const Options& options) {
  std::unique_ptr<Client> client(new Client(options.program));
  std::optional<Error> no_socket;
  const bool may_be_local =
      options.transport == Transport::Any && options.port == 0 &&
      (options.host.empty() || options.host == "localhost");
  if (may_be_local || !options.socket.empty()) {
    const std::string path =
        options.socket.empty() ? kDefaultSocket : options.socket;
    const auto at = rpc::Address::unix_socket(path);
    if (!at) return fail(errno_of(at.error()), at.error().message());
    const auto reached = client->try_reach(*at, rpc::IpProtocol::Tcp);
    if (reached) return client;
    no_socket = Error(reached.error().code, "no amd answers at " + path + ": " +
                                                errno_text(reached.error()));
    if (!options.socket.empty()) return tl::unexpected(*no_socket);
  }
  const Result<void> through_network = client->reach_host(options);
  if (through_network) return client;
  // Without a port mapper the socket is where an amd would have been.
  if (no_socket && errno_of(through_network.error()) != ENOENT)
    return tl::unexpected(*no_socket);
  return pass(through_network);
}

Result<void> Client::try_reach(const rpc::Address& peer,
                               rpc::IpProtocol protocol) {
  rpc::SocketNetwork network(*loop_);
  // A reserved port, if we may have one, shows that it is root who asks.
  transport_ = network.open(peer, protocol, rpc::SourcePort::Reserved);
  const auto answer = call(rpc::kAmqVersion, 0, {}, kReachLimit);
  if (!answer) return pass(answer);
  return {};
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
      last = reach_address(address, protocol, options.port);
      if (last) return last;
      last.error().context = escape(host) + ": " + last.error().context;
    }
  }
  return last;
}

Result<void> Client::reach_address(const rpc::Address& host,
                                   rpc::IpProtocol protocol, uint16_t port) {
  if (port == 0) {
    const auto found = find_port(*loop_, host, program_, protocol);
    if (!found)
      return tl::unexpected(
          Error(found.error().code, port_mapper_text(found.error())));
    port = *found;
  }
  const auto reached = try_reach(host.with_port(port), protocol);
  if (reached) return reached;
  return tl::unexpected(Error(reached.error().code, rpc_text(reached.error())));
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
