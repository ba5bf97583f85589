// SPDX-License-Identifier: BSD-3-Clause
// Calls to one RPC peer, without waiting: the seam between what is asked and
// how it travels.  Real: socket_transport.h.  Fake: test/support/fake_rpc.h.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "amd/base/clock.h"
#include "amd/base/result.h"
#include "amd/rpc/address.h"
#include "amd/rpc/record.h"

namespace amd::rpc {

struct Call {
  uint32_t prog = 0;
  uint32_t vers = 0;
  uint32_t proc = 0;
  // The body of an AUTH_SYS credential (encode_auth_sys); empty: AUTH_NONE.
  std::string credential = {};
  std::string args = {};
  Instant deadline;
};

// A successful reply.  results() are a view of `message`, which must be kept
// as long as they, or anything decoded from them, are used.
struct Reply {
  Record message;
  size_t results_at = 0;
  Duration round_trip{};  // since the call was last sent
  std::string_view results() const { return message.view().substr(results_at); }
};

enum class CallId : uint64_t {};

// Errors: ETIMEDOUT at the deadline; the socket's errno when the peer refuses,
// cannot be reached or closes the connection (ECONNRESET); error_of() a reply
// that is not successful (rpc_message.h); Errc::Protocol for garbage.
using CallDone = std::function<void(Result<Reply>)>;

// Any number of calls may be under way.  That a connection exists proves
// nothing about the peer: only an answer does.
class RpcTransport {
 public:
  // Forgets the calls under way: their `done` is not called.
  virtual ~RpcTransport() = default;

  // `done` is called exactly once, from the loop and never before start_call
  // has returned.  It may start and cancel calls and destroy the transport.
  virtual CallId start_call(Call call, CallDone done) = 0;
  // `done` will not be called.  An id that is unknown or has ended is ignored.
  virtual void cancel(CallId id) = 0;
  // The next call starts on a new connection; the calls under way end with
  // ECONNABORTED.  For peers that have been silent for long.
  virtual void disconnect() = 0;
};

// Servers may ask for a source port below 1024; there are few of them, and
// only a privileged process gets one (others get any port).
enum class SourcePort { Any, Reserved };

// How transports are opened; one for the process, a fake one in tests.
class RpcNetwork {
 public:
  virtual ~RpcNetwork() = default;
  // Opens nothing yet: the first call does.
  virtual std::unique_ptr<RpcTransport> open(
      const Address& peer, IpProtocol protocol,
      SourcePort source = SourcePort::Any) = 0;
};

// Something under way that ends by calling its `done` once, from the loop.
// Destroying it, which `done` may do, calls it off.
class RpcStep {
 public:
  virtual ~RpcStep() = default;
};

}  // namespace amd::rpc
