// SPDX-License-Identifier: BSD-3-Clause
// A server on loop-back that does to RPC clients what bad servers do.

#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "amd/base/loop.h"
#include "amd/base/unique_fd.h"
#include "amd/rpc/record.h"
#include "amd/rpc/rpc_message.h"
#include "amd/rpc/transport.h"

namespace amd::test {

// Answers each call with its own arguments, in the manner of `mode`, over TCP
// and UDP on one port.  Runs on the test's loop.
class ScriptedServer {
 public:
  enum class Mode {
    Answer,
    Swallow,       // accepts and is silent
    Garbage,       // bytes that are no RPC
    ByteByByte,    // one byte every millisecond
    WrongXid,      // an answer to another call, then nothing
    TwoAnswers,    // the right answer twice
    Close,         // closes the connection when a call comes
    Backwards,     // holds two calls, answers the second first
    ProgMismatch,  // "I have versions 4 to 4"
    Oversized,     // announces a record of 2 GiB
  };

  explicit ScriptedServer(Loop& loop, Mode mode = Mode::Answer);
  ~ScriptedServer();

  rpc::Address address() const { return address_; }
  void set_mode(Mode mode) { mode_ = mode; }
  // Stops listening and closes every connection.
  void shut_down();
  // Closes every connection, goes on listening.
  void drop_connections();

  int calls = 0;        // received so far
  int connections = 0;  // accepted so far
  // The AUTH_SYS user of each call with such a credential.
  std::vector<uint32_t> uids;
  // The source port of each connection.
  std::vector<uint16_t> ports;

 private:
  struct Connection;

  void on_accept();
  void on_stream(int fd);
  void on_datagram();
  void on_call(std::string_view message, int fd);
  void send(int fd, std::string bytes, bool framed = true);
  void drip();

  Loop& loop_;
  Mode mode_;
  UniqueFd listener_;
  UniqueFd udp_;
  rpc::Address address_;
  rpc::Address udp_peer_;
  std::unique_ptr<Watch> listen_watch_;
  std::unique_ptr<Watch> udp_watch_;
  std::map<int, std::unique_ptr<Connection>> connections_;
  std::unique_ptr<Timer> timer_;
  std::deque<std::pair<int, char>> dripping_;
  std::string held_;
};

}  // namespace amd::test
