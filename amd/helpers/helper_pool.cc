// SPDX-License-Identifier: BSD-3-Clause
#include "amd/helpers/helper_pool.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "amd/base/log.h"
#include "amd/helpers/helper_child.h"
#include "amd/helpers/wire.h"

namespace amd {

namespace {

// How often a queue that does not move is looked at.
constexpr Milliseconds kQueueTick{5};
// How many children one tick starts at most: each costs about a millisecond.
constexpr unsigned kGrowPerTick = 4;
// How long a program that ends as soon as it is started is left alone.
constexpr Seconds kRestartPause{1};
// How long the destructor waits for killed children.
constexpr Milliseconds kLastWait{200};

std::string program_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

struct HelperPool::Child {
  enum class State { Idle, Busy, Left };

  HelperChild process;
  State state = State::Idle;
  Instant since;  // in this state
  HelperJob job;  // while Busy; while Left only `ended`
  bool has_served = false;
  // Before the descriptors they watch are closed.
  std::unique_ptr<Watch> socket_watch;
  std::unique_ptr<Watch> exit_watch;

  ~Child() {
    socket_watch.reset();
    exit_watch.reset();
  }
};

HelperPool::HelperPool(Loop& loop, Settings settings)
    : loop_(loop),
      settings_(std::move(settings)),
      name_(program_name(settings_.program)),
      buffer_(kMaxHelperMessage),
      timer_(loop.make_timer()),
      alive_(std::make_shared<bool>(true)) {
}

HelperPool::~HelperPool() {
  for (const auto& child : children_) {
    child->socket_watch.reset();
    child->exit_watch.reset();
    child->process.hang_up();
    child->process.kill();
  }
  const Instant end = loop_.now() + kLastWait;
  for (const auto& child : children_) {
    while (!child->process.reap() && loop_.now() < end) {
      pollfd ready{child->process.pidfd(), POLLIN, 0};
      ::poll(&ready, 1, 10);
    }
  }
}

Result<void> HelperPool::prestart() {
  const Counts c = counts();
  for (size_t n = c.idle + c.busy; n < settings_.prestart; ++n) {
    const auto started = start_child();
    if (!started && n == 0) return pass(started);
    if (!started) break;
  }
  return {};
}

Result<void> HelperPool::start_child() {
  const Instant now = loop_.now();
  if (now < retry_at_) return fail(EAGAIN, name_ + " ends as soon as started");
  auto process = HelperChild::start(settings_.program);
  if (!process) {
    retry_at_ = now + kRestartPause;
    log::error("{}", process.error().message());
    return pass(process);
  }
  auto child = std::make_unique<Child>();
  child->process = std::move(*process);
  child->since = now;
  Child& ref = *child;
  child->socket_watch = loop_.watch_readable(
      ref.process.socket(), [this, &ref] { on_readable(ref); });
  children_.push_back(std::move(child));
  return {};
}

void HelperPool::start(HelperJob job) {
  if (job.request.size() > kMaxHelperMessage) {
    finish(std::move(job), fail(EMSGSIZE, name_ + ": request too long"));
    return;
  }
  queue_.push_back(std::move(job));
  if (queue_.size() == 1) send_queued();
  if (!queue_.empty()) arm_tick(loop_.now() + kQueueTick);
}

void HelperPool::send_queued() {
  for (size_t i = 0; i < children_.size() && !queue_.empty();) {
    Child& child = *children_[i++];
    if (child.state != Child::State::Idle) continue;
    HelperJob job = std::move(queue_.front());
    queue_.pop_front();
    const auto sent = send(child, job);
    if (sent) continue;
    const int error = sent.error().code.value();
    if (error == EPIPE || error == ECONNRESET) {
      queue_.push_front(std::move(job));
      abandon(child, sent.error());
    } else {
      finish(std::move(job), pass(sent));
    }
  }
}

Result<void> HelperPool::send(Child& child, HelperJob& job) {
  std::array<int, kMaxMessageFds> fds{};
  const size_t n = std::min(job.fds.size(), fds.size());
  for (size_t i = 0; i < n; ++i) fds[i] = job.fds[i].get();
  const auto sent = send_message(child.process.socket(), job.request,
                                 std::span(fds).first(n));
  if (!sent) return pass(sent);
  child.state = Child::State::Busy;
  child.since = loop_.now();
  child.job = std::move(job);
  child.job.fds.clear();
  arm_tick(child.job.deadline);
  return {};
}

void HelperPool::on_readable(Child& child) {
  MessageFds fds;
  const auto n = receive_message(child.process.socket(), buffer_, fds);
  if (!n && n.error().code.value() == EAGAIN) return;
  if (!n || *n == 0 || child.state != Child::State::Busy) {
    abandon(child, errno_error(EIO, name_ + " (pid " +
                                        std::to_string(child.process.pid()) +
                                        ") ended unexpectedly"));
    return;
  }
  HelperJob job = std::move(child.job);
  child.has_served = true;
  release(child);
  HelperReply reply{{buffer_.data(), *n}, &fds};
  job.done(std::move(reply));
}

// Puts the child back to work before its last job's caller hears of it; what
// the buffer holds stays valid, as nothing is received before the loop turns.
void HelperPool::release(Child& child) {
  child.job = {};
  child.state = Child::State::Idle;
  child.since = loop_.now();
  if (!queue_.empty())
    send_queued();
  else if (children_.size() > settings_.prestart)
    arm_tick(child.since + settings_.idle_after);
}

void HelperPool::abandon(Child& child, Error error) {
  HelperJob job = std::move(child.job);
  child.job = {};
  child.job.ended = std::move(job.ended);
  child.state = Child::State::Left;
  child.since = loop_.now();
  child.socket_watch.reset();
  child.process.hang_up();
  child.process.kill();
  Child* const left = &child;
  child.exit_watch = loop_.watch_readable(
      child.process.pidfd(), [this, left] { on_child_ended(*left); });
  if (!queue_.empty()) arm_tick(loop_.now() + kQueueTick);
  // Errors are logged where they happen; the next tick tries again.
  [[maybe_unused]] const auto replaced = prestart();
  if (job.done) job.done(tl::unexpected(std::move(error)));
}

void HelperPool::on_child_ended(Child& child) {
  if (!child.process.reap()) return;
  const auto ended = std::move(child.job.ended);
  if (!child.has_served && !ended) retry_at_ = loop_.now() + kRestartPause;
  std::erase_if(children_, [&](const auto& c) { return c.get() == &child; });
  if (ended) ended();
}

void HelperPool::arm_tick(Instant when) {
  // An earlier tick looks at everything anyway, and arms the next one.
  if (when >= armed_) return;
  armed_ = when;
  timer_->arm(when, [this] { on_tick(); });
}

void HelperPool::on_tick() {
  const Instant now = loop_.now();
  armed_ = Instant::max();
  std::vector<Child*> late;
  for (const auto& child : children_) {
    if (child->state != Child::State::Busy) continue;
    if (child->job.deadline <= now)
      late.push_back(child.get());
    else
      arm_tick(child->job.deadline);
  }
  for (Child* child : late) {
    log::warning("{}: pid {} is past its deadline and is left behind", name_,
                 child->process.pid());
    abandon(*child, errno_error(ETIMEDOUT, name_));
  }
  expire_queue(now);
  grow(now);
  dismiss_idle(now);
  if (!queue_.empty()) arm_tick(now + kQueueTick);
}

void HelperPool::grow(Instant now) {
  const auto is_fresh = [&](const auto& c) {
    return c->state == Child::State::Idle ||
           (c->state == Child::State::Busy &&
            now - c->since < settings_.slow_after);
  };
  auto fresh = static_cast<size_t>(
      std::count_if(children_.begin(), children_.end(), is_fresh));
  for (unsigned n = 0;
       n < kGrowPerTick && n < queue_.size() && fresh < settings_.at_once;
       ++n, ++fresh) {
    if (children_.size() >= settings_.at_most) {
      if (!std::exchange(said_full_, true))
        log::error("{}: all {} processes are busy or stuck; requests wait",
                   name_, children_.size());
      break;
    }
    if (!start_child()) break;
  }
  send_queued();
}

void HelperPool::expire_queue(Instant now) {
  std::vector<HelperJob> late;
  const auto rest =
      std::stable_partition(queue_.begin(), queue_.end(),
                            [&](const auto& j) { return j.deadline > now; });
  std::move(rest, queue_.end(), std::back_inserter(late));
  queue_.erase(rest, queue_.end());
  const Counts c = counts();
  for (HelperJob& job : late)
    job.done(fail(EAGAIN, "no " + name_ +
                              " was free: " + std::to_string(c.busy) +
                              " busy, " + std::to_string(c.stuck) + " stuck"));
}

void HelperPool::dismiss_idle(Instant now) {
  if (children_.size() < settings_.at_most) said_full_ = false;
  for (size_t i = children_.size(); i-- > settings_.prestart;) {
    Child& child = *children_[i];
    if (child.state != Child::State::Idle) continue;
    if (now - child.since < settings_.idle_after)
      arm_tick(child.since + settings_.idle_after);
    else
      abandon(child, errno_error(0, {}));
  }
}

void HelperPool::finish(HelperJob job, Result<HelperReply> result) {
  auto later = [alive = std::weak_ptr<bool>(alive_), done = std::move(job.done),
                error = result.error()] {
    if (!alive.expired()) done(tl::unexpected(error));
  };
  loop_.post(std::move(later));
}

HelperPool::Counts HelperPool::counts() const {
  Counts c;
  c.queued = queue_.size();
  for (const auto& child : children_) {
    if (child->state == Child::State::Idle) ++c.idle;
    if (child->state == Child::State::Busy) ++c.busy;
    if (child->state == Child::State::Left) ++c.stuck;
  }
  return c;
}

}  // namespace amd
