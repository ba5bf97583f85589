// SPDX-License-Identifier: BSD-3-Clause
// Time that a test owns: a clock, its timers and its posted tasks.

#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "amd/base/clock.h"
#include "amd/base/loop.h"

namespace amd::test {

// Starts at an hour, so that subtracting from it is safe; never goes back.
class FakeClock : public Clock {
 public:
  Instant now() const override { return now_; }
  WallTime wall_now() const override {
    return WallTime(std::chrono::duration_cast<WallTime::duration>(
        now_.time_since_epoch()));
  }
  void advance_to(Instant when) {
    assert(when >= now_);
    now_ = when;
  }
  void advance(Duration by) { advance_to(now_ + by); }

 private:
  Instant now_{std::chrono::hours(1)};
};

// What the loop is in the daemon: timers and posted tasks, run in order, with
// time that jumps from deadline to deadline.
class FakeLoop {
 public:
  FakeClock clock;
  Instant now() const { return clock.now(); }

  std::unique_ptr<Timer> make_timer() {
    return std::make_unique<FakeTimer>(*this);
  }
  void post(std::function<void()> task) { tasks_.push_back(std::move(task)); }
  void call_at(Instant when, std::function<void()> task) {
    alarms_.emplace(Key{when, next_++}, std::move(task));
  }

  // Runs what is due now, including what that brings about.
  void settle() {
    while (run_one()) {
    }
  }
  void run_for(Duration d) { run_until(now() + d); }
  void run_until(Instant end) {
    settle();
    while (!alarms_.empty() && alarms_.begin()->first.first <= end) {
      clock.advance_to(std::max(now(), alarms_.begin()->first.first));
      settle();
    }
    clock.advance_to(end);
  }
  // True when nothing will ever happen by itself any more.
  bool is_quiet() const { return tasks_.empty() && alarms_.empty(); }
  std::optional<Instant> next_alarm() const {
    if (alarms_.empty()) return std::nullopt;
    return alarms_.begin()->first.first;
  }

 private:
  using Key = std::pair<Instant, std::uint64_t>;

  struct FakeTimer : Timer {
    explicit FakeTimer(FakeLoop& l) : loop(l) {}
    ~FakeTimer() override { cancel(); }
    void arm(Instant when, std::function<void()> fired) override {
      cancel();
      key = Key{when, loop.next_++};
      loop.alarms_.emplace(*key, [this, fired = std::move(fired)] {
        key.reset();
        fired();
      });
    }
    void cancel() override {
      if (key) loop.alarms_.erase(*key);
      key.reset();
    }
    FakeLoop& loop;
    std::optional<Key> key;
  };

  bool run_one() {
    std::function<void()> task;
    if (!tasks_.empty()) {
      task = std::move(tasks_.front());
      tasks_.pop_front();
    } else if (!alarms_.empty() && alarms_.begin()->first.first <= now()) {
      task = std::move(alarms_.begin()->second);
      alarms_.erase(alarms_.begin());
    } else {
      return false;
    }
    task();
    return true;
  }

  std::deque<std::function<void()>> tasks_;
  std::map<Key, std::function<void()>> alarms_;
  std::uint64_t next_ = 0;
};

}  // namespace amd::test
