// SPDX-License-Identifier: BSD-3-Clause
// One TCP connection to an RPC server, with any number of calls under way.
//
// Lives once: open, perhaps, and then closed for good.  It knows when the
// server was last heard, and whether its host still takes what we send; what
// follows from that is decided by its owner (server.h).

#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "amd/base/result.h"
#include "amd/base/unique_fd.h"
#include "amd/nfsfs/reactor.h"
#include "amd/rpc/address.h"
#include "amd/rpc/record.h"

namespace amd::nfsfs {

// A successful reply; `results` is a view of `message`'s bytes.
struct RpcReply {
  rpc::Record message;
  std::string_view results;
};

struct RpcCall {
  uint32_t prog = 0;
  uint32_t vers = 0;
  uint32_t proc = 0;
  std::string_view credential =
      {};  // body of an AUTH_SYS one; empty: AUTH_NONE
  std::string_view args = {};
};

class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  virtual void on_open() = 0;
  // After every call under way was ended with the error.  The owner may not
  // destroy the connection from inside.
  virtual void on_closed(const Error& why) = 0;
};

class Connection : public ReactorClient {
 public:
  using Done = std::function<void(Result<RpcReply>)>;

  Connection(Reactor& reactor, ConnectionOwner& owner)
      : reactor_(reactor), owner_(owner) {}
  // The calls under way are forgotten.
  ~Connection() override;

  // From a reserved port when this process may use one.  An error, or on_open
  // or on_closed later.
  [[nodiscard]] Result<void> start(const rpc::Address& peer);
  bool is_open() const { return open_; }

  // `done` is called once, from the loop.  Requires: is_open().
  uint32_t call(const RpcCall& call, Done done);
  // `done` will not be called.
  void cancel(uint32_t xid) { calls_.erase(xid); }
  bool is_waiting() const { return !calls_.empty(); }
  // Ends everything, as if the connection had broken.
  void close(const Error& why);

  // The latest of: bytes came; the oldest call under way was made.  Requires:
  // is_waiting().
  Instant silent_since();
  Instant last_heard() const { return last_heard_; }
  // The peer's host does not acknowledge what was sent: it is gone or cut off.
  // A host that is well with a server that hangs acknowledges everything.
  bool is_cut_off() const;

  void on_ready(uint32_t epoll_events) override;
  void on_turn_end() override { flush(); }

 private:
  struct Pending {
    Instant made;
    Done done;
  };

  [[nodiscard]] Result<void> connect_from_some_port(const rpc::Address& peer);
  void on_connected();
  void receive();
  void on_record(rpc::Record record);
  void flush();

  Reactor& reactor_;
  ConnectionOwner& owner_;
  UniqueFd fd_;
  bool open_ = false;
  bool wants_room_ = false;      // EPOLLOUT is being watched
  std::optional<Error> broken_;  // found while records are being delivered
  rpc::RecordSplitter splitter_{kMaxRecord};
  std::string out_;
  size_t out_done_ = 0;  // bytes of out_ that were sent
  uint32_t last_xid_ = 0;
  std::unordered_map<uint32_t, Pending> calls_;
  std::deque<uint32_t> order_;  // of calls_, oldest first, with those ended
  Instant last_heard_{};

  // The largest READ is 1 MiB; a directory page never comes near.
  static constexpr size_t kMaxRecord = 2 * 1024 * 1024;
};

}  // namespace amd::nfsfs
