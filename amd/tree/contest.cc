// SPDX-License-Identifier: BSD-3-Clause

#include "amd/tree/contest.h"

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <utility>

namespace amd {

Contest::Contest(const ContestSeams& seams, std::vector<ProbeRequest> runners,
                 ServerOrder order, Limits limits, Answered answered)
    : seams_(seams), limits_(limits), answered_(std::move(answered)) {
  for (ProbeRequest& request : runners) {
    Runner runner;
    runner.outlook = seams_.outlook(request.replica.server, order);
    runner.request = std::move(request);
    runners_.push_back(std::move(runner));
  }
  order_.resize(runners_.size());
  std::iota(order_.begin(), order_.end(), size_t{0});
  std::stable_sort(order_.begin(), order_.end(), [this](size_t a, size_t b) {
    return runners_[a].outlook.rank < runners_[b].outlook.rank;
  });
}

Contest::~Contest() {
  cancel_all();
}

void Contest::start(Instant now) {
  bool all_down =
      std::all_of(runners_.begin(), runners_.end(),
                  [](const Runner& runner) { return runner.outlook.is_down; });
  over_at_ = now + (all_down ? limits_.all_down : limits_.usual);
  do {
    ask_next(now);
  } while (all_down && next_ < order_.size());
}

void Contest::on_answer(ProbeId probe, Result<ServerProbe::Answer> answer,
                        Instant now) {
  auto at =
      std::find_if(runners_.begin(), runners_.end(),
                   [&](const Runner& runner) { return runner.probe == probe; });
  if (at == runners_.end() || winner_) return;
  at->probe.reset();
  if (answer) {
    winner_ = Winner{static_cast<size_t>(at - runners_.begin()), *answer};
    cancel_all();
    return;
  }
  at->failure = answer.error();
  ask_next(now);
}

void Contest::on_server_up(const std::string& server, Instant now) {
  if (is_over()) return;
  for (Runner& runner : runners_) {
    if (runner.request.replica.server != server) continue;
    if (runner.probe) seams_.probe.cancel(*runner.probe);
    ask(runner);
    late_at_ = now + runner.outlook.patience;
  }
}

void Contest::on_time(Instant now) {
  if (is_over()) return;
  if (over_at_ && now >= *over_at_) {
    cancel_all();
    for (Runner& runner : runners_) {
      if (runner.failure) continue;
      runner.failure = errno_error(ETIMEDOUT, runner.request.replica.server);
    }
    return;
  }
  if (late_at_ && now >= *late_at_) ask_next(now);
}

std::optional<Instant> Contest::next_deadline() const {
  if (is_over()) return std::nullopt;
  return late_at_ ? std::min(*late_at_, *over_at_) : *over_at_;
}

bool Contest::is_over() const {
  if (winner_) return true;
  return std::all_of(runners_.begin(), runners_.end(),
                     [](const Runner& r) { return r.failure && !r.probe; });
}

void Contest::ask(Runner& runner) {
  ProbeId id = seams_.new_probe_id();
  runner.probe = id;
  runner.is_started = true;
  runner.failure.reset();
  seams_.probe.start(id, runner.request, [id, answered = answered_](auto a) {
    answered(id, std::move(a));
  });
}

// The next that was not asked yet.
void Contest::ask_next(Instant now) {
  late_at_.reset();
  while (next_ < order_.size() && runners_[order_[next_]].is_started) ++next_;
  if (next_ == order_.size()) return;
  Runner& runner = runners_[order_[next_++]];
  ask(runner);
  if (next_ < order_.size()) late_at_ = now + runner.outlook.patience;
}

void Contest::cancel_all() {
  for (Runner& runner : runners_) {
    if (runner.probe) seams_.probe.cancel(*runner.probe);
    runner.probe.reset();
  }
}

}  // namespace amd
