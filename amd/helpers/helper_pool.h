// SPDX-License-Identifier: BSD-3-Clause
// Child processes of one helper program that do what may wait for ever.
//
// Children are started ahead of time and reused; each has one request at a
// time.  One that is past its request's deadline is killed and replaced; if it
// cannot be killed (it waits in the kernel), it is left behind and collected
// when it ends.  Nothing here waits.  What it still owes when it is
// destroyed is never called; callbacks must not destroy it.

#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "amd/base/loop.h"
#include "amd/base/result.h"
#include "amd/helpers/fd_message.h"

namespace amd {

// What a helper answered; valid during the callback.
struct HelperReply {
  std::string_view bytes;
  MessageFds* fds = nullptr;
};

struct HelperJob {
  std::string request;
  std::vector<UniqueFd> fds;  // sent along
  Instant deadline;
  // Called exactly once, from the loop, never from inside start(): the reply;
  // ETIMEDOUT past the deadline; EIO when the child died; EAGAIN when no child
  // had been free by the deadline; what sending it failed with.
  std::function<void(Result<HelperReply>)> done;
  // Called after ETIMEDOUT and EIO, when the child that had the request has
  // ended and can do nothing more.  May be much later.
  std::function<void()> ended;
};

class HelperPool {
 public:
  struct Settings {
    std::string program{};   // absolute path
    unsigned prestart = 2;   // children that are always there
    unsigned at_once = 8;    // busy children beyond which only slow ones
                             // (older than `slow_after`) make the pool grow
    unsigned at_most = 200;  // children of any kind, stuck ones included
    Milliseconds slow_after{20};
    Seconds idle_after{60};  // then children above `prestart` are dismissed
  };
  struct Counts {
    size_t idle = 0, busy = 0, stuck = 0, queued = 0;
  };

  HelperPool(Loop& loop, Settings settings);
  ~HelperPool();
  HelperPool(const HelperPool&) = delete;
  HelperPool& operator=(const HelperPool&) = delete;

  // Starts the first children; an error says why not even one could be.
  [[nodiscard]] Result<void> prestart();

  void start(HelperJob job);

  Counts counts() const;
  const std::string& name() const { return name_; }

 private:
  struct Child;

  Result<void> start_child();
  void send_queued();
  Result<void> send(Child& child, HelperJob& job);
  void on_readable(Child& child);
  void on_tick();
  void arm_tick(Instant now);
  void grow(Instant now);
  void expire_queue(Instant now);
  void dismiss_idle(Instant now);
  // Ends the child's job with `error` and gives the child up.
  void abandon(Child& child, Error error);
  void on_child_ended(Child& child);
  void finish(HelperJob job, Result<HelperReply> result);
  void release(Child& child);

  Loop& loop_;
  Settings settings_;
  std::string name_;
  std::vector<std::unique_ptr<Child>> children_;
  std::deque<HelperJob> queue_;
  std::vector<char> buffer_;
  std::unique_ptr<Timer> timer_;
  Instant armed_ = Instant::max();
  Instant retry_at_;  // no child is started before
  bool said_full_ = false;
  std::shared_ptr<bool> alive_;  // for what is posted
};

}  // namespace amd
