// SPDX-License-Identifier: BSD-3-Clause
// The event loop: Asio, one thread, and the few things every room needs of it.
//
// Rooms that hold sockets include <asio.hpp> in their .cc files; headers only
// name Loop.  Nothing that runs on the loop may wait.

#pragma once

#include <functional>
#include <memory>

#include "amd/base/clock.h"

namespace asio {
class io_context;
}

namespace amd {

// A one-shot alarm: armed to an instant, cancelled when destroyed.
class Timer {
 public:
  virtual ~Timer() = default;
  // Calls `fired` on the loop at or after `when`; an earlier arming is
  // forgotten.
  virtual void arm(Instant when, std::function<void()> fired) = 0;
  virtual void cancel() = 0;
};

// Watches a descriptor that something else owns.
class Watch {
 public:
  virtual ~Watch() = default;
};

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  asio::io_context& io() { return *io_; }
  const Clock& clock() const { return clock_; }
  Instant now() const { return clock_.now(); }

  std::unique_ptr<Timer> make_timer();

  // Calls `ready` each time `fd` is readable (level-triggered), until the
  // Watch is destroyed, which may happen inside `ready`.  `fd` stays the
  // caller's and must outlive the Watch.
  std::unique_ptr<Watch> watch_readable(int fd, std::function<void()> ready);

  // Runs `task` from the loop, after the current callback has returned.
  void post(std::function<void()> task);

  // Runs until stop() is called; may be called again after that.
  void run();
  void stop();
  // Makes run() possible again after a stop().
  void restart();

 private:
  std::unique_ptr<asio::io_context> io_;
  SystemClock clock_;
};

}  // namespace amd
