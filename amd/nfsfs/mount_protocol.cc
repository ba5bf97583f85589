// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/mount_protocol.h"

#include <fcntl.h>
#include <netdb.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <thread>
#include <utility>

#include "amd/rpc/nfs3.h"
#include "amd/rpc/rpc_message.h"
#include "amd/rpc/xdr.h"

namespace amd::nfsfs {

namespace {

constexpr Milliseconds kAnswerLimit{3000};
constexpr uint16_t kPortmapPort = 111;
constexpr uint32_t kPortmapProgram = 100000;
constexpr uint32_t kPortmapVersion = 2;
constexpr uint32_t kGetPort = 3;
constexpr uint32_t kMnt = 1;
constexpr uint32_t kTcp = 6;
constexpr uint32_t kMaxFlavors = 64;

// One call on a connection of its own.
class OneCall : private ConnectionOwner {
 public:
  OneCall(Reactor& reactor, const RpcCall& call)
      : done(reactor),
        call_(call),
        connection_(reactor, *this),
        limit_(reactor, [this] { finish(fail(ETIMEDOUT, "no answer")); }) {
    limit_.set(reactor.now() + kAnswerLimit);
  }
  void start(const rpc::Address& peer) {
    if (const auto r = connection_.start(peer); !r) finish(pass(r));
  }
  Completion<Result<RpcReply>> done;

 private:
  void on_open() override {
    connection_.call(call_,
                     [this](Result<RpcReply> r) { finish(std::move(r)); });
  }
  void on_closed(const Error& why) override { finish(tl::unexpected(why)); }
  void finish(Result<RpcReply> r) {
    if (!done.is_set()) done.set(std::move(r));
  }

  RpcCall call_;
  Connection connection_;
  Alarm limit_;
};

Task<Result<RpcReply>> ask(Reactor& reactor, rpc::Address peer, RpcCall call,
                           std::string args) {
  rpc::AuthSys root;
  const std::string credential = rpc::encode_auth_sys(root);
  call.args = args;
  call.credential = credential;
  OneCall one(reactor, call);
  one.start(peer);
  Result<RpcReply> reply = co_await one.done;
  co_return reply;
}

// The end of a pipe that a thread writes one address to, or nothing.
class AddressPipe : public ReactorClient {
 public:
  AddressPipe(Reactor& reactor, int fd)
      : done(reactor), reactor_(reactor), fd_(fd) {
    reactor_.watch(fd, EPOLLIN, *this);
  }
  ~AddressPipe() override { reactor_.forget(fd_.get()); }
  void on_ready(uint32_t) override {
    sockaddr_storage address{};
    const ssize_t n = ::read(fd_.get(), &address, sizeof address);
    reactor_.forget(fd_.get());
    if (n <= 0) return done.set(fail(ENXIO, "host name"));
    done.set(rpc::Address(reinterpret_cast<sockaddr*>(&address),
                          static_cast<socklen_t>(n)));
  }
  Completion<Result<rpc::Address>> done;

 private:
  Reactor& reactor_;
  UniqueFd fd_;
};

// Runs in a thread of its own, which may wait as long as the resolver does.
void look_up(const std::string& host, UniqueFd out) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return;
  [[maybe_unused]] const ssize_t n =
      ::write(out.get(), found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
}

}  // namespace

Task<Result<rpc::Address>> resolve(Reactor& reactor, std::string host) {
  auto numeric = rpc::Address::parse(host, 0);
  if (numeric) co_return numeric;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) < 0) co_return fail(errno, "pipe");
  UniqueFd out(ends[1]);
  AddressPipe in(reactor, ends[0]);
  std::thread([host, out = std::move(out)]() mutable {
    look_up(host, std::move(out));
  }).detach();
  Result<rpc::Address> address = co_await in.done;
  co_return address;
}

Task<Result<uint16_t>> get_port(Reactor& reactor, rpc::Address host,
                                uint32_t prog, uint32_t vers) {
  rpc::XdrWriter args;
  args.u32(prog);
  args.u32(vers);
  args.u32(kTcp);
  args.u32(0);
  const RpcCall call{kPortmapProgram, kPortmapVersion, kGetPort};
  Result<RpcReply> reply =
      co_await ask(reactor, host.with_port(kPortmapPort), call, args.take());
  if (!reply) co_return pass(reply);
  rpc::XdrReader reader(reply->results);
  const uint32_t port = reader.u32();
  if (const auto end = reader.finish(); !end) co_return pass(end);
  if (port == 0 || port > 65535)
    co_return fail(ENOENT, "RPC program " + std::to_string(prog));
  co_return static_cast<uint16_t>(port);
}

Task<Result<rpc::nfs_fh3>> get_root(Reactor& reactor, rpc::Address mountd,
                                    std::string path) {
  rpc::XdrWriter args;
  args.opaque(path);
  const RpcCall call{kMountProgram, kMountVersion, kMnt};
  Result<RpcReply> reply = co_await ask(reactor, mountd, call, args.take());
  if (!reply) co_return pass(reply);
  rpc::XdrReader reader(reply->results);
  const uint32_t status = reader.u32();
  if (status != 0 && reader.ok()) {
    // mountstat3 has the numbers of nfsstat3 where they mean the same.
    const int e = rpc::errno_of(static_cast<rpc::nfsstat3>(status));
    co_return fail(e == 0 ? EIO : e, "MNT");
  }
  const rpc::nfs_fh3 handle(reader.opaque(rpc::NFS3_FHSIZE));
  const uint32_t flavors = reader.u32();
  if (flavors > kMaxFlavors) reader.fail("too many flavours");
  bool takes_sys = flavors == 0;
  for (uint32_t i = 0; i < flavors && reader.ok(); ++i) {
    const uint32_t flavor = reader.u32();
    takes_sys =
        takes_sys || flavor == rpc::AUTH_SYS || flavor == rpc::AUTH_NONE;
  }
  if (const auto end = reader.finish(); !end) co_return pass(end);
  if (handle.size == 0) co_return fail(Errc::Protocol, "MNT: empty handle");
  if (!takes_sys) co_return fail(EACCES, "MNT: no security of type sys");
  co_return handle;
}

}  // namespace amd::nfsfs
