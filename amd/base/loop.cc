// SPDX-License-Identifier: BSD-3-Clause
// Holds Asio's compiled part as well (ASIO_SEPARATE_COMPILATION).
#include "amd/base/loop.h"

#include <asio/impl/src.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <utility>

namespace amd {

namespace {

class AsioTimer : public Timer {
 public:
  explicit AsioTimer(asio::io_context& io) : timer_(io) {}
  ~AsioTimer() override { cancel(); }

  void arm(Instant when, std::function<void()> fired) override {
    const auto turn = next_turn();
    timer_.expires_at(when);
    timer_.async_wait(
        [turn, this, fired = std::move(fired)](const asio::error_code& e) {
          // A timer that was re-armed or destroyed leaves an expired turn
          // behind.
          if (e || turn.expired()) return;
          turn_.reset();
          fired();
        });
  }

  void cancel() override {
    turn_.reset();
    timer_.cancel();
  }

 private:
  std::weak_ptr<int> next_turn() {
    turn_ = std::make_shared<int>(0);
    return turn_;
  }

  asio::steady_timer timer_;
  std::shared_ptr<int> turn_;  // alive while the latest arming is due
};

class AsioWatch : public Watch {
 public:
  AsioWatch(asio::io_context& io, int fd, std::function<void()> ready)
      : state_(std::make_shared<State>(io, fd, std::move(ready))) {
    wait(state_);
  }
  ~AsioWatch() override {
    state_->ended = true;
    state_->descriptor.cancel();
    state_->descriptor.release();
  }

 private:
  // Shared with the pending wait, so that `ready` may destroy the Watch.
  struct State {
    State(asio::io_context& io, int fd, std::function<void()> r)
        : descriptor(io, fd), ready(std::move(r)) {}
    asio::posix::stream_descriptor descriptor;
    std::function<void()> ready;
    bool ended = false;
  };

  static void wait(const std::shared_ptr<State>& state) {
    state->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                 [state](const asio::error_code& e) {
                                   if (e || state->ended) return;
                                   state->ready();
                                   if (!state->ended) wait(state);
                                 });
  }

  std::shared_ptr<State> state_;
};

}  // namespace

Loop::Loop() : io_(std::make_unique<asio::io_context>(1)) {
}
Loop::~Loop() = default;

std::unique_ptr<Timer> Loop::make_timer() {
  return std::make_unique<AsioTimer>(*io_);
}

std::unique_ptr<Watch> Loop::watch_readable(int fd,
                                            std::function<void()> ready) {
  return std::make_unique<AsioWatch>(*io_, fd, std::move(ready));
}

void Loop::post(std::function<void()> task) {
  asio::post(*io_, std::move(task));
}

void Loop::run() {
  io_->restart();
  const auto guard = asio::make_work_guard(*io_);
  io_->run();
}

void Loop::stop() {
  io_->stop();
}

void Loop::restart() {
  io_->restart();
}

}  // namespace amd
