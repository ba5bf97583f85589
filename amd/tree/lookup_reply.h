// SPDX-License-Identifier: BSD-3-Clause
// The answer that a waiting process is owed: given exactly once.

#pragma once

#include <cstdint>
#include <utility>

namespace amd {

// One front end's way to answer one request.  `token` is the front end's own
// name for it.
class ReplySink {
 public:
  virtual ~ReplySink() = default;
  // `errno_value` 0: the name is there now, go on.  Else what the waiting
  // process gets.  Must not block and must not call back into the tree.
  virtual void answer(std::uint64_t token, int errno_value) = 0;
};

// A request that waits.  Move-only; answering consumes it; one that is
// destroyed unanswered answers EIO itself, so that nobody waits for ever.
class LookupReply {
 public:
  LookupReply(ReplySink& sink, std::uint64_t token)
      : sink_(&sink), token_(token) {}
  LookupReply(LookupReply&& other) noexcept
      : sink_(std::exchange(other.sink_, nullptr)), token_(other.token_) {}
  LookupReply& operator=(LookupReply&& other) noexcept;
  ~LookupReply();

  void answer(int errno_value) &&;

 private:
  ReplySink* sink_;  // null once answered; outlives every reply
  std::uint64_t token_;
};

}  // namespace amd
