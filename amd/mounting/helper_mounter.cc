// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/helper_mounter.h"

#include <sys/mount.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/mounting/mount_options.h"

namespace amd {

namespace {

// For taking away what came too late.
constexpr Seconds kUndoTime{10};
// The options that a bind mount can have for itself.
constexpr unsigned long kBindFlags =
    MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NODIRATIME;

Result<void> check_target(const std::string& target) {
  if (target.empty() || target.front() != '/' || target.size() >= PATH_MAX ||
      target.find('\0') != std::string::npos)
    return fail(EINVAL, "mount point " + escape(target));
  return {};
}

struct ToRequest {
  const MountSpec& spec;
  Milliseconds allowed;

  Result<MountRequest> operator()(const BindMount& m) const {
    // "lofs" asks for a bind mount; for the other types it is how a link is
    // shown, and a link will do.
    return BindRequest{m.source, spec.target,
                       kernel_options(spec.options).flags & kBindFlags,
                       spec.type != "lofs"};
  }
  Result<MountRequest> operator()(const SymbolicLink& m) const {
    return LinkRequest{m.text, spec.target};
  }
  Result<MountRequest> operator()(const KernelNfsMount& m) const {
    auto options = nfs_options(m, spec.options);
    if (!options) return pass(options);
    KernelRequest r;
    r.fstype = options->fstype;
    r.source = nfs_source(m.replica);
    r.target = spec.target;
    r.flags = options->flags;
    r.data = std::move(options->data);
    r.nolock_without_statd = options->lock_is_open;
    if (m.version == 4) r.client_address_for = m.replica.address;
    return r;
  }
  Result<MountRequest> operator()(const UserNfsMount& m) const {
    if (m.replicas.empty()) return fail(EINVAL, "no server");
    return FuseRequest{nfs_source(m.replicas.front()), spec.target,
                       kernel_options(spec.options).flags};
  }
  Result<MountRequest> operator()(const KernelMount& m) const {
    auto options = kernel_options(spec.options);
    KernelRequest r;
    r.fstype = m.fstype;
    r.source = m.device;
    r.target = spec.target;
    r.flags = options.flags;
    r.data.push_back(std::move(options.data));
    return r;
  }
  Result<MountRequest> operator()(const ProgramMount& m) const {
    return ProgramRequest{m.mount, static_cast<std::uint32_t>(allowed.count())};
  }
};

Milliseconds time_left(Instant deadline, Instant now) {
  return std::clamp(std::chrono::duration_cast<Milliseconds>(deadline - now),
                    Milliseconds(1), Milliseconds(24 * 3600 * 1000));
}

int unmount_flags(UnmountForce force) {
  switch (force) {
    case UnmountForce::None:
      return 0;
    case UnmountForce::Force:
      return MNT_FORCE;
    case UnmountForce::Detach:
      return MNT_DETACH;
  }
  return 0;
}

void log_output(const MountSpec& spec, std::string_view output) {
  while (!output.empty()) {
    const size_t end = std::min(output.find('\n'), output.size());
    log::info("{}: {}", escape(spec.target), escape(output.substr(0, end)));
    output.remove_prefix(std::min(end + 1, output.size()));
  }
}

}  // namespace

struct HelperMounter::Job {
  MountOpId id{};
  bool is_mount = true;
  UnmountForce force = UnmountForce::None;
  Instant deadline;
  MountSpec spec;
  std::unique_ptr<Timer> attach_timer;
  bool is_reported = false;
  bool is_second = false;  // after its first helper died
};

Result<MountRequest> mount_request_of(const MountSpec& spec,
                                      Milliseconds allowed) {
  return std::visit(ToRequest{spec, allowed}, spec.method);
}

HelperMounter::HelperMounter(Loop& loop, HelperPool& pool,
                             MounterEvents& events, EngineLink* engine)
    : loop_(loop),
      pool_(pool),
      events_(events),
      engine_(engine),
      alive_(std::make_shared<bool>(true)) {
}

HelperMounter::~HelperMounter() = default;

void HelperMounter::start_mount(MountOpId id, const MountSpec& spec,
                                Instant deadline) {
  start(std::make_shared<Job>(Job{id, true, UnmountForce::None, deadline, spec,
                                  nullptr, false, false}));
}

void HelperMounter::start_unmount(MountOpId id, const MountSpec& spec,
                                  UnmountForce force, Instant deadline) {
  start(std::make_shared<Job>(
      Job{id, false, force, deadline, spec, nullptr, false, false}));
}

void HelperMounter::start(JobPtr job) {
  if (const auto ok = check_target(job->spec.target); !ok)
    return report_later(job, ok.error());
  if (!held_.empty()) {
    const auto held = held_.find(job->spec.target);
    if (held != held_.end()) {
      held->second.waiting.push_back(std::move(job));
      return arm_waiting(held->first);
    }
  }
  run(job);
}

void HelperMounter::run(const JobPtr& job) {
  const bool needs_engine =
      std::holds_alternative<UserNfsMount>(job->spec.method);
  if (job->is_mount && needs_engine && engine_ == nullptr)
    return report_later(job, errno_error(EOPNOTSUPP, "no NFS engine"));
  auto request =
      job->is_mount
          ? mount_request_of(job->spec, time_left(job->deadline, loop_.now()))
          : Result<MountRequest>(unmount_request(*job));
  if (!request) return report_later(job, request.error());
  send(job, std::move(*request));
}

MountRequest HelperMounter::unmount_request(const Job& job) {
  if (const auto* program = std::get_if<ProgramMount>(&job.spec.method)) {
    const Milliseconds left = time_left(job.deadline, loop_.now());
    return ProgramRequest{program->unmount,
                          static_cast<std::uint32_t>(left.count())};
  }
  UnmountRequest r;
  r.target = job.spec.target;
  r.flags = static_cast<std::uint32_t>(unmount_flags(job.force));
  const auto made = made_.find(r.target);
  if (made != made_.end()) r.made = made->second;
  r.may_be_link = std::holds_alternative<BindMount>(job.spec.method) ||
                  std::holds_alternative<SymbolicLink>(job.spec.method);
  return r;
}

void HelperMounter::send(const JobPtr& job, MountRequest request) {
  HelperJob work;
  work.request = encode(request);
  // A program's own deadline passes first.
  const bool is_program = std::holds_alternative<ProgramRequest>(request);
  work.deadline = job->deadline + (is_program ? Seconds(2) : Seconds(0));
  const std::weak_ptr<bool> alive = alive_;
  work.done = [this, alive, job](Result<HelperReply> result) {
    if (!alive.expired()) on_reply(job, std::move(result));
  };
  work.ended = [this, alive, target = job->spec.target] {
    if (!alive.expired()) on_helper_ended(target);
  };
  pool_.start(std::move(work));
}

void HelperMounter::on_reply(const JobPtr& job, Result<HelperReply> result) {
  if (!result) {
    const int code = result.error().code.value();
    if (code == ETIMEDOUT || code == EIO) hold(job);
    if (code == EIO && start_again(job)) return;
    // EAGAIN: no helper took it in time.
    if (code == EAGAIN)
      return report(job, fail(ETIMEDOUT, result.error().context));
    return report(job, pass(result));
  }
  auto reply = decode_reply(result->bytes);
  if (!reply) return report(job, pass(reply));
  log_output(job->spec, reply->output);
  if (reply->error != 0) {
    const std::string verb = job->is_mount ? "mount " : "unmount ";
    const std::string what =
        reply->what.empty() ? "" : " (" + reply->what + ")";
    return report(job, fail(reply->error, verb + to_text(job->spec) + what));
  }
  if (job->is_mount)
    on_mounted(job, *reply, result->fds->take());
  else
    on_unmounted(job);
}

void HelperMounter::on_mounted(const JobPtr& job, MountReply& reply,
                               UniqueFd fuse) {
  if (reply.made != 0) made_[job->spec.target] = reply.made;
  if (std::holds_alternative<UserNfsMount>(job->spec.method))
    return attach(job, reply, std::move(fuse));
  report(job, {});
}

// The engine answers the kernel as soon as it has the descriptor, and tells us
// when a server can be read from.
void HelperMounter::attach(const JobPtr& job, MountReply& reply,
                           UniqueFd fuse) {
  job->attach_timer = loop_.make_timer();
  job->attach_timer->arm(job->deadline, [this, job] {
    on_attached(job, fail(ETIMEDOUT, "attach " + to_text(job->spec)));
  });
  const std::weak_ptr<bool> alive = alive_;
  engine_->start_attach(job->spec, std::move(fuse), reply.device,
                        [this, alive, job](Result<void> result) {
                          if (!alive.expired())
                            on_attached(job, std::move(result));
                        });
}

void HelperMounter::on_attached(const JobPtr& job, Result<void> result) {
  if (job->is_reported) return;
  const auto timer = std::move(job->attach_timer);  // we may be inside it
  if (!result) {
    engine_->detach(job->spec);
    held_[job->spec.target].undo = true;
    undo(job->spec.target);
  }
  report(job, std::move(result));
}

void HelperMounter::on_unmounted(const JobPtr& job) {
  made_.erase(job->spec.target);
  if (engine_ != nullptr &&
      std::holds_alternative<UserNfsMount>(job->spec.method))
    engine_->detach(job->spec);
  report(job, {});
}

// --- what helpers that were left behind may still do -------------------------

void HelperMounter::hold(const JobPtr& job) {
  Held& held = held_[job->spec.target];
  held.undo = held.undo || job->is_mount;
}

// The helper died, not its work: who waits need not hear of it.  A program is
// not run twice.
bool HelperMounter::start_again(const JobPtr& job) {
  const bool is_program =
      std::holds_alternative<ProgramMount>(job->spec.method);
  if (is_program || std::exchange(job->is_second, true)) return false;
  held_[job->spec.target].waiting.push_front(job);
  arm_waiting(job->spec.target);
  return true;
}

void HelperMounter::on_helper_ended(const std::string& target) {
  const auto held = held_.find(target);
  if (held == held_.end()) return;
  if (std::exchange(held->second.undo, false))
    undo(target);
  else
    release(target);
}

void HelperMounter::undo(const std::string& target) {
  held_[target].undo = false;
  UnmountRequest request;
  request.target = target;
  request.flags = MNT_DETACH;
  const auto made = made_.find(target);
  if (made != made_.end()) request.made = made->second;
  made_.erase(target);

  HelperJob work;
  work.request = encode(request);
  work.deadline = loop_.now() + kUndoTime;
  const std::weak_ptr<bool> alive = alive_;
  work.done = [this, alive, target](Result<HelperReply> result) {
    if (alive.expired()) return;
    const int code = result ? 0 : result.error().code.value();
    if (code == ETIMEDOUT || code == EIO) return;  // `ended` comes
    release(target);
  };
  work.ended = [this, alive, target] {
    if (!alive.expired()) release(target);
  };
  pool_.start(std::move(work));
}

void HelperMounter::release(const std::string& target) {
  const auto held = held_.find(target);
  if (held == held_.end()) return;
  const std::deque<JobPtr> waiting = std::move(held->second.waiting);
  held_.erase(held);
  for (const JobPtr& job : waiting) start(job);
}

void HelperMounter::arm_waiting(const std::string& target) {
  Held& held = held_[target];
  Instant first = Instant::max();
  for (const JobPtr& job : held.waiting) first = std::min(first, job->deadline);
  if (first == Instant::max()) return;
  if (!held.timer) held.timer = loop_.make_timer();
  held.timer->arm(first, [this, target] { expire_waiting(target); });
}

void HelperMounter::expire_waiting(const std::string& target) {
  std::deque<JobPtr> late;
  std::deque<JobPtr>& waiting = held_[target].waiting;
  const Instant now = loop_.now();
  for (auto it = waiting.begin(); it != waiting.end();) {
    if ((*it)->deadline <= now) {
      late.push_back(std::move(*it));
      it = waiting.erase(it);
    } else {
      ++it;
    }
  }
  arm_waiting(target);
  for (const JobPtr& job : late)
    report(job, fail(ETIMEDOUT, "an earlier operation on " +
                                    escape(job->spec.target) +
                                    " has not ended yet"));
}

void HelperMounter::report(const JobPtr& job, Result<void> result) {
  job->is_reported = true;
  if (job->is_mount)
    events_.on_mount_done(job->id, std::move(result), loop_.now());
  else
    events_.on_unmount_done(job->id, std::move(result), loop_.now());
}

void HelperMounter::report_later(const JobPtr& job, Error error) {
  const std::weak_ptr<bool> alive = alive_;
  loop_.post([this, alive, job, error = std::move(error)] {
    if (!alive.expired()) report(job, tl::unexpected(error));
  });
}

}  // namespace amd
