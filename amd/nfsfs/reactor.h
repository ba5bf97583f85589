// SPDX-License-Identifier: BSD-3-Clause
// The engine's event loop: epoll, alarms, and coroutines that are due.
//
// One turn: descriptors that are ready, coroutines that became due through
// them, alarms, then on_turn_end() of those who asked for it (they send what
// the turn has gathered).  Descriptors come before alarms, so that an alarm
// which looks for silence never fires while an answer lies in the socket.

#pragma once

#include <coroutine>
#include <cstdint>
#include <functional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "amd/base/clock.h"
#include "amd/base/unique_fd.h"

namespace amd::nfsfs {

// Someone with a descriptor.  Either call may destroy it.
class ReactorClient {
 public:
  virtual ~ReactorClient() = default;
  virtual void on_ready(uint32_t epoll_events) = 0;
  virtual void on_turn_end() {}
};

class Alarm;

class Reactor {
 public:
  Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  Instant now() const { return std::chrono::steady_clock::now(); }

  // Watches `fd` (level-triggered) for `epoll_events`.  watch() again changes
  // the events.  forget() before the descriptor is closed.
  void watch(int fd, uint32_t epoll_events, ReactorClient& client);
  void forget(int fd);
  // Calls client.on_turn_end() once, at the end of this turn.
  void at_turn_end(ReactorClient& client) { turn_end_.insert(&client); }
  void forget_turn_end(ReactorClient& client) { turn_end_.erase(&client); }

  // Goes on with a coroutine, or calls `task`, after the present callback.
  void resume_soon(std::coroutine_handle<> h) { due_.push_back(h); }
  void post(std::function<void()> task) { posted_.push_back(std::move(task)); }

  // Waits at most `longest` and then does one turn.
  void turn(Duration longest);
  void run();
  void stop() { stopped_ = true; }

 private:
  friend class Alarm;
  struct Watched {
    ReactorClient* client = nullptr;
    uint64_t generation = 0;  // tells a number that was used again
  };

  void wait(Duration longest);
  void run_due();
  void ring_alarms();
  Duration until_next(Duration longest) const;

  UniqueFd epoll_;
  std::unordered_map<int, Watched> watched_;
  uint64_t generation_ = 0;
  std::set<std::pair<Instant, Alarm*>> alarms_;
  std::vector<std::coroutine_handle<>> due_;
  std::vector<std::function<void()>> posted_;
  std::set<ReactorClient*> turn_end_;
  bool stopped_ = false;
};

// Rings once at or after an instant, unless it is destroyed or set anew before.
class Alarm {
 public:
  Alarm(Reactor& reactor, std::function<void()> ring)
      : reactor_(reactor), ring_(std::move(ring)) {}
  ~Alarm() { clear(); }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  void set(Instant when);
  // As set(), but an earlier setting stays.
  void set_at_latest(Instant when);
  void clear();
  bool is_set() const { return is_set_; }

 private:
  friend class Reactor;
  Reactor& reactor_;
  std::function<void()> ring_;
  Instant when_{};
  bool is_set_ = false;
};

}  // namespace amd::nfsfs
