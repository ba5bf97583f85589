// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/reactor.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace amd::nfsfs {

Reactor::Reactor() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
}

void Reactor::watch(int fd, uint32_t epoll_events, ReactorClient& client) {
  auto [it, is_new] = watched_.try_emplace(fd);
  if (is_new) it->second = Watched{&client, ++generation_};
  epoll_event event{};
  event.events = epoll_events;
  event.data.u64 = (it->second.generation << 32) | static_cast<uint32_t>(fd);
  ::epoll_ctl(epoll_.get(), is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
}

void Reactor::forget(int fd) {
  if (watched_.erase(fd) != 0)
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

Duration Reactor::until_next(Duration longest) const {
  if (!due_.empty() || !posted_.empty()) return Duration::zero();
  if (alarms_.empty()) return longest;
  return std::clamp(alarms_.begin()->first - now(), Duration::zero(), longest);
}

void Reactor::wait(Duration longest) {
  std::array<epoll_event, 64> events;
  const auto left = until_next(longest);
  const timespec limit{
      std::chrono::duration_cast<Seconds>(left).count(),
      static_cast<long>(std::chrono::nanoseconds(left % Seconds(1)).count())};
  const int n =
      ::epoll_pwait2(epoll_.get(), events.data(),
                     static_cast<int>(events.size()), &limit, nullptr);
  for (int i = 0; i < n; ++i) {
    const epoll_event& e = events[static_cast<size_t>(i)];
    const auto it = watched_.find(static_cast<int>(e.data.u64 & 0xffffffff));
    if (it == watched_.end() ||
        (it->second.generation & 0xffffffff) != e.data.u64 >> 32)
      continue;
    it->second.client->on_ready(e.events);
  }
}

void Reactor::run_due() {
  while (!due_.empty() || !posted_.empty()) {
    const auto due = std::exchange(due_, {});
    for (const auto& h : due) h.resume();
    const auto posted = std::exchange(posted_, {});
    for (const auto& task : posted) task();
  }
}

void Reactor::ring_alarms() {
  const Instant at = now();
  while (!alarms_.empty() && alarms_.begin()->first <= at) {
    Alarm* alarm = alarms_.begin()->second;
    alarms_.erase(alarms_.begin());
    alarm->is_set_ = false;
    // A copy: the alarm may be destroyed by what it starts.
    const auto ring = alarm->ring_;
    ring();
  }
}

void Reactor::turn(Duration longest) {
  wait(longest);
  run_due();
  ring_alarms();
  run_due();
  while (!turn_end_.empty()) {
    ReactorClient* client = *turn_end_.begin();
    turn_end_.erase(turn_end_.begin());
    client->on_turn_end();
  }
}

void Reactor::run() {
  while (!stopped_) turn(std::chrono::hours(1));
}

void Alarm::set(Instant when) {
  clear();
  when_ = when;
  is_set_ = true;
  reactor_.alarms_.emplace(when_, this);
}

void Alarm::set_at_latest(Instant when) {
  if (!is_set_ || when < when_) set(when);
}

void Alarm::clear() {
  if (is_set_) reactor_.alarms_.erase({when_, this});
  is_set_ = false;
}

}  // namespace amd::nfsfs
