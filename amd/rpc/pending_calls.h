// SPDX-License-Identifier: BSD-3-Clause
// The calls of one transport that have not been answered: by transaction id
// and by deadline.  Pure; used by the transports of this room only.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "amd/rpc/transport.h"

namespace amd::rpc {

// One call as it goes on the wire.  `head` begins with the record mark, which
// datagrams leave out.
struct CallMessage {
  static constexpr size_t kMark = 4;
  std::string head;
  std::string args;
};

struct PendingCall {
  CallId id{};
  uint32_t xid = 0;
  // Shared with the queue of a stream, which must finish a message that it
  // began even when the call has been cancelled.
  std::shared_ptr<const CallMessage> message;
  CallDone done;
  Instant deadline;
  Instant sent;             // last time
  unsigned times_sent = 0;  // 0: not yet
  Duration resend_after{};  // datagrams: after `sent`
  std::string what;         // "NFS ..." for errors
};

class PendingCalls {
 public:
  // Transaction ids count up from `first_xid`.
  explicit PendingCalls(uint32_t first_xid) : next_id_(first_xid) {}

  PendingCall& add(Call call, CallDone done);
  PendingCall* find(uint32_t xid);
  std::optional<PendingCall> take(CallId id);
  std::vector<CallId> due(Instant now) const;
  std::vector<CallId> all() const;
  void clear();
  std::optional<Instant> next_deadline() const;
  bool empty() const { return calls_.empty(); }
  auto begin() { return calls_.begin(); }
  auto end() { return calls_.end(); }

  // The call that `message` answers, and with what.  Nothing when the id is
  // not (any more) one of ours; an error when it is no RPC reply at all.
  struct Answer {
    PendingCall call;
    Result<Reply> reply;
  };
  [[nodiscard]] Result<std::optional<Answer>> match(Record message,
                                                    Instant now);

 private:
  PendingCall take(std::unordered_map<uint32_t, PendingCall>::iterator at);

  // The low half is the transaction id.
  uint64_t next_id_;
  std::unordered_map<uint32_t, PendingCall> calls_;
  std::set<std::pair<Instant, uint32_t>> deadlines_;
};

// Ends those of `ids` that are still pending when their turn comes: one `done`
// may cancel the next call, or clear() `calls`.
void fail_each(PendingCalls& calls, const std::vector<CallId>& ids,
               const std::error_code& code, const std::string& peer);

// A start for transaction ids that another run of the process will not repeat.
uint32_t random_xid();

}  // namespace amd::rpc
