// SPDX-License-Identifier: BSD-3-Clause
// One NFS server as the engine sees it, shared by all file systems from there:
// its connection, kept open and warm, and whether it answers.
//
//   event                                  from        to
//   connection made, NULL answered         Connecting  Up
//   nothing heard for `silence` with a     Up          Silent
//     call outstanding (a NULL was sent
//     at half that time)
//   bytes came                             Silent      Up
//   connection broke, or host cut off      any         Down
//   back-off over                          Down        Connecting
//
// That a connection exists proves nothing: a stopped server's kernel accepts
// and acknowledges.  Only an answer makes a server Up.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "amd/nfsfs/connection.h"
#include "amd/nfsfs/latency.h"

namespace amd::nfsfs {

struct ServerSettings {
  Milliseconds silence{50};
  Milliseconds ping_every{1000};
};

class Server;

// Told of changes of state; from the loop, not from inside a call to Server.
class ServerListener {
 public:
  virtual ~ServerListener() = default;
  virtual void on_server_change(Server& server) = 0;
};

class Server : public ConnectionOwner {
 public:
  enum class State { Down, Connecting, Up, Silent };
  using Done = Connection::Done;
  struct CallId {
    uint64_t life = 0;  // the connection it was made on
    uint32_t xid = 0;
  };

  Server(Reactor& reactor, std::string name, const rpc::Address& address,
         const ServerSettings& settings, ServerListener& listener);
  ~Server() override;

  const std::string& name() const { return name_; }
  const rpc::Address& address() const { return address_; }
  State state() const { return state_; }
  // While a connection breaks, its calls end before the state changes.
  bool is_up() const { return state_ == State::Up && connection_->is_open(); }
  bool can_call() const {
    return is_up() || (state_ == State::Silent && connection_->is_open());
  }
  Instant since() const { return since_; }  // it is in its state
  const std::string& reason() const { return reason_; }

  // An NFSv3 call.  Ends with ENOTCONN when the connection breaks, with another
  // error when the server refuses the call as such.
  // Requires: can_call().
  CallId call(uint32_t proc, std::string_view credential, std::string_view args,
              Done done);
  void cancel(const CallId& id);

  // Nothing comes from it any more, but what it has posted already.  Not from
  // inside one of its calls.
  void retire();
  // Somebody waits for this server: it is tried again soon.
  void hurry();
  // How late an answer must be to be asked for elsewhere too.
  Duration late_after() const;

  struct Counters {
    uint64_t calls = 0;
    uint64_t answers = 0;
    uint64_t bytes = 0;  // of results
    uint64_t silences = 0;
    uint64_t losses = 0;  // connections that broke
    uint64_t connects = 0;
  };
  const Counters& counters() const { return counters_; }
  const Latency& latency() const { return latency_; }

 private:
  void on_open() override;
  void on_closed(const Error& why) override;

  void connect();
  void ping();
  void check();
  void check_connecting(Instant now);
  void check_open(Instant now);
  void enter(State state, std::string reason);
  void retry_later();
  void on_answer(Instant made, const Result<RpcReply>& reply);

  Reactor& reactor_;
  const std::string name_;
  const rpc::Address address_;
  const ServerSettings settings_;
  ServerListener& listener_;
  State state_ = State::Down;
  Instant since_;
  std::string reason_ = "not tried yet";
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<Connection> old_connection_;  // until the loop is out of it
  uint64_t life_ = 0;                           // counts connections
  bool pinging_ = false;                        // a NULL is under way
  int failed_connects_ = 0;                     // since it was last Up
  Instant hurry_until_{};
  Counters counters_;
  Latency latency_;
  Alarm check_alarm_;
  Alarm connect_alarm_;
};

std::string_view name_of(Server::State state);

}  // namespace amd::nfsfs
