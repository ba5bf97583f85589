// SPDX-License-Identifier: BSD-3-Clause
// RPC services: tables of procedures, and who gets which answer.
//
// A Dispatcher turns the bytes of a call into the bytes of a reply and knows no
// socket; service_sockets.h brings it calls from TCP, UDP and Unix sockets.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amd/rpc/address.h"
#include "amd/rpc/codec.h"
#include "amd/rpc/rpc_message.h"

namespace amd::rpc {

// Where a call came from, as the kernel says it, and what it claims.
struct Caller {
  Address peer;
  // The process at the other end of a Unix socket.
  std::optional<uint32_t> peer_uid = {};
  // AUTH_SYS, if that is what it carried: a claim, not a proof.
  std::optional<AuthSys> claim = {};

  // From this machine.
  bool is_local() const;
  // From this machine's root, or from the user that this process runs as.
  bool is_owner() const;
};

// Who may call a procedure.
enum class Privilege { Anyone, Local, Owner };

// Answers one call, once, now or later.  Destroyed without an answer it says
// SYSTEM_ERR, so that nobody waits for ever.
class ServiceReply {
 public:
  using Send = std::function<void(std::string message)>;

  ServiceReply(uint32_t xid, Send send) : xid_(xid), send_(std::move(send)) {}
  ServiceReply(ServiceReply&& other) noexcept;
  ServiceReply& operator=(ServiceReply&&) = delete;
  ~ServiceReply();

  // `results` are XDR.
  void send(std::string_view results);
  template <class T>
  void send_message(const T& results) {
    send(encoded(results));
  }
  void reject(accept_stat why);
  void refuse(auth_stat why);
  // "I have versions `low` to `high`" of the program, or of RPC itself.
  void mismatch(ReplyHeader::Kind kind, uint32_t low, uint32_t high);

 private:
  void send(const ReplyHeader& header, std::string_view results);

  uint32_t xid_;
  Send send_;  // empty: answered
};

// Decodes its arguments before it does anything; when it cannot, the answer is
// reject(GARBAGE_ARGS).  `args` are gone when it returns; the reply may be
// kept.
using Handler = std::function<void(const Caller&, std::string_view args,
                                   ServiceReply reply)>;

struct Procedure {
  uint32_t number = 0;
  std::string_view name;  // for logs; static
  Privilege privilege = Privilege::Anyone;
  Handler handler;
};

class Dispatcher {
 public:
  // Procedure 0 answers by itself unless the table has one.
  void add(uint32_t prog, uint32_t vers, std::vector<Procedure> procedures);

  // Asked before every call; false refuses it with AUTH_FAILED.
  void set_gate(std::function<bool(const Caller&)> gate) {
    gate_ = std::move(gate);
  }

  // `send` gets the reply, perhaps later, perhaps never: what is no RPC call
  // is not answered.  False in that case: a stream of such is to be closed.
  bool dispatch(std::string_view message, Caller caller,
                ServiceReply::Send send) const;

 private:
  const Procedure* find(const CallHeader& call, ServiceReply& reply) const;

  using Versions = std::map<uint32_t, std::map<uint32_t, Procedure>>;
  std::map<uint32_t, Versions> programs_;
  std::function<bool(const Caller&)> gate_;
};

}  // namespace amd::rpc
