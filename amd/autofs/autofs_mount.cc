// SPDX-License-Identifier: BSD-3-Clause
#include "amd/autofs/autofs_mount.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"

namespace amd {

namespace {

// For mount(2) and umount(2) of autofs itself.
constexpr Seconds kMountTime{30};
// For one idle name; its unmount has a deadline of its own.
constexpr Seconds kOfferTime{600};
constexpr Seconds kRemoveTime{60};
// Packets of one turn of the loop.
constexpr int kPacketsPerTurn = 64;
// Names offered by one scan: a bound in case the kernel offers for ever.
constexpr unsigned kOffersPerScan = 100000;
constexpr Seconds kShortestScan{1};

// Each packet takes a page of the pipe; more than that wait in the kernel.
void enlarge(int pipe) {
  for (const int size : {4 << 20, 1 << 20}) {
    if (::fcntl(pipe, F_SETPIPE_SZ, size) >= 0) return;
  }
}

// "12 1 345": device, directories made, process group.
struct Description {
  std::uint64_t device = 0;
  std::uint8_t made = 0;
  pid_t group = 0;

  std::string text() const {
    return std::to_string(device) + " " + std::to_string(made) + " " +
           std::to_string(group);
  }
};

template <class T>
bool take_number(std::string_view& text, T& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(stop - text.data()));
  if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return true;
}

std::optional<Description> parse_description(std::string_view text) {
  Description d;
  if (!take_number(text, d.device) || !take_number(text, d.made) ||
      !take_number(text, d.group) || !text.empty())
    return std::nullopt;
  return d;
}

// The process group that an autofs mount belongs to; 0: not to be seen.
pid_t group_of(const MountEntry& entry) {
  const std::string_view options = entry.super_options;
  const size_t at = options.find("pgrp=");
  pid_t group = 0;
  if (at == std::string_view::npos) return 0;
  std::string_view rest = options.substr(at + 5);
  return take_number(rest, group) ? group : 0;
}

bool is_alive(pid_t group) {
  return group > 1 && (::kill(-group, 0) == 0 || errno == EPERM);
}

}  // namespace

AutofsMount::AutofsMount(AutofsShared& shared, Host& host, PointSpec spec)
    : shared_(shared),
      host_(host),
      spec_(std::move(spec)),
      scan_timer_(shared.loop.make_timer()),
      alive_(std::make_shared<bool>(true)) {
}

AutofsMount::~AutofsMount() {
  if (is_ready_ && !is_kept_) leave();
}

// --- beginning ---------------------------------------------------------------

void AutofsMount::start(FrontEnd::Done done) {
  auto lock = DirectoryLock::take(shared_.state_dir, spec_.path);
  if (!lock) return report_later(std::move(done), pass(lock));
  lock_.emplace(std::move(*lock));
  if (adopt_kept()) {
    log::info("{}: goes on where its last amd ended", escape(spec_.path));
    return report_later(std::move(done), {});
  }
  const MountEntry* const there = shared_.found.find(spec_.path);
  if (there == nullptr) return mount_new(std::move(done));
  if (there->fstype != "autofs") {
    log::warning("{}: is a mount point of {} already, which is covered now",
                 escape(spec_.path), escape(there->source));
    return mount_new(std::move(done));
  }
  if (const auto ok = check_owner(*there); !ok)
    return report_later(std::move(done), pass(ok));
  log::info("{}: taking over the autofs mount that is there",
            escape(spec_.path));
  std::string_view left = lock_->predecessor();
  take_number(left, mounted_.made);
  note_leftovers();
  adopt_mounted(there->device, std::move(done));
}

void AutofsMount::report_later(FrontEnd::Done done, Result<void> result) {
  const std::weak_ptr<bool> alive = alive_;
  shared_.loop.post(
      [alive, done = std::move(done), result = std::move(result)] {
        if (!alive.expired()) done(result);
      });
}

std::string AutofsMount::kept_name(const char* part) const {
  return "autofs:" + spec_.path + ":" + part;
}

bool AutofsMount::adopt_kept() {
  if (shared_.keep == nullptr) return false;
  auto parts = shared_.keep->get(kept_name(""));
  if (!parts) {
    log::warning("{}: {}", escape(spec_.path), parts.error().message());
    return false;
  }
  if (parts->empty()) return false;
  is_kept_ = true;
  if (adopt_parts(std::move(*parts))) return true;
  drop_kept();
  return false;
}

bool AutofsMount::adopt_parts(std::vector<Kept> parts) {
  std::optional<Description> description;
  UniqueFd journal;
  for (Kept& part : parts) {
    if (part.name == kept_name("pipe")) pipe_ = std::move(part.fd);
    if (part.name == kept_name("journal")) journal = std::move(part.fd);
    if (part.name != kept_name("control")) continue;
    mounted_.control = std::move(part.fd);
    description = parse_description(part.description);
  }
  // The kernel lets only the process group through for which it was mounted.
  const bool is_usable = pipe_ && journal && mounted_.control && description &&
                         description->group == ::getpgrp() &&
                         is_found(description->device);
  auto adopted = is_usable ? PendingJournal::adopt(std::move(journal))
                           : Result<PendingJournal>(fail(EINVAL, "kept"));
  if (!adopted) {
    mounted_.control.reset();
    pipe_.reset();
    return false;
  }
  journal_.emplace(std::move(*adopted));
  mounted_.device = description->device;
  mounted_.made = description->made;
  note_leftovers();
  begin();
  // What was read, and not answered.
  for (const Slot slot : journal_->used()) on_packet(slot);
  return true;
}

bool AutofsMount::is_found(std::uint64_t device) const {
  const auto& entries = shared_.found.entries;
  return std::any_of(entries.begin(), entries.end(), [&](const auto& e) {
    return e.device == device && e.target == spec_.path;
  });
}

// We hold the directory's lock, so it is no living amd2.
Result<void> AutofsMount::check_owner(const MountEntry& entry) const {
  const pid_t group = group_of(entry);
  const bool is_ours = entry.source == spec_.source ||
                       entry.source.find("(pid") != std::string::npos;
  if (is_ours || group == ::getpgrp() || !is_alive(group)) return {};
  return fail(EBUSY, escape(spec_.path) +
                         " is served by another automounter (process group " +
                         std::to_string(group) + ")");
}

Result<UniqueFd> AutofsMount::make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_DIRECT) != 0)
    return fail(errno, "pipe");
  UniqueFd write_end(ends[1]);
  pipe_.reset(ends[0]);
  ::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK | O_DIRECT);
  enlarge(pipe_.get());
  auto journal = PendingJournal::create();
  if (!journal) return pass(journal);
  journal_.emplace(std::move(*journal));
  return write_end;
}

void AutofsMount::mount_new(FrontEnd::Done done) {
  auto pipe = make_pipe();
  if (!pipe) return report_later(std::move(done), pass(pipe));
  const std::weak_ptr<bool> alive = alive_;
  shared_.mounter.start_mount(
      {spec_.source, spec_.path, ::getpgrp()}, std::move(*pipe),
      shared_.loop.now() + kMountTime,
      [this, alive, done = std::move(done)](Result<AutofsMounted> mounted) {
        if (!alive.expired()) on_mounted(std::move(mounted), true, done);
      });
}

void AutofsMount::adopt_mounted(std::uint64_t device, FrontEnd::Done done) {
  auto pipe = make_pipe();
  if (!pipe) return report_later(std::move(done), pass(pipe));
  const std::weak_ptr<bool> alive = alive_;
  shared_.mounter.start_adopt(
      {spec_.path, device}, std::move(*pipe), shared_.loop.now() + kMountTime,
      [this, alive, done = std::move(done)](Result<AutofsMounted> mounted) {
        if (!alive.expired()) on_mounted(std::move(mounted), false, done);
      });
}

void AutofsMount::on_mounted(Result<AutofsMounted> mounted, bool is_new,
                             const FrontEnd::Done& done) {
  if (!mounted) {
    lock_.reset();
    return done(pass(mounted));
  }
  const std::uint8_t made = is_new ? mounted->made : mounted_.made;
  mounted_ = std::move(*mounted);
  mounted_.made = made;
  lock_->note(std::to_string(made));
  if (mounted_.was_in_use)
    log::warning("{}: is not empty; what is in it is covered now",
                 escape(spec_.path));
  begin();
  keep_all();
  done({});
}

void AutofsMount::begin() {
  is_ready_ = true;
  const auto idle = static_cast<std::uint64_t>(spec_.idle.count());
  if (const int e = shared_.device.set_timeout(mounted_.control.get(), idle))
    log::error("{}: cannot set the idle time: {}", escape(spec_.path),
               errno_error(e, "").message());
  watch();
  if (spec_.idle.count() > 0) arm_scan(shared_.loop.now());
}

// As the mount table lists them, those inside come after those around them.
void AutofsMount::note_leftovers() {
  is_adopted_ = true;
  for (const MountEntry* entry : shared_.found.below(spec_.path)) {
    const std::string rest = entry->target.substr(spec_.path.size() + 1);
    leftovers_[rest.substr(0, rest.find('/'))].push_back(entry->target);
  }
}

void AutofsMount::keep_all() {
  if (shared_.keep == nullptr) return;
  const std::string description =
      Description{mounted_.device, mounted_.made, ::getpgrp()}.text();
  const std::array<std::pair<const char*, int>, 3> parts = {
      {{"pipe", pipe_.get()},
       {"control", mounted_.control.get()},
       {"journal", journal_->fd()}}};
  for (const auto& [part, fd] : parts) {
    const auto kept = shared_.keep->put(kept_name(part), description, fd);
    is_kept_ = kept.has_value();
    if (is_kept_) continue;
    log::warning("{}: would not survive a restart: {}", escape(spec_.path),
                 kept.error().message());
    return;
  }
}

void AutofsMount::drop_kept() {
  if (!std::exchange(is_kept_, false)) return;
  for (const char* part : {"pipe", "control", "journal"}) {
    const auto dropped = shared_.keep->drop(kept_name(part));
    if (!dropped)
      log::warning("{}: {}", escape(spec_.path), dropped.error().message());
  }
}

// --- requests ----------------------------------------------------------------

void AutofsMount::watch() {
  watch_ = shared_.loop.watch_readable(pipe_.get(), [this] { on_readable(); });
}

void AutofsMount::on_readable() {
  for (int i = 0; i < kPacketsPerTurn && watch_; ++i) {
    const auto slot = journal_->read_packet(pipe_.get());
    if (slot && !*slot) return;
    if (slot) {
      on_packet(**slot);
      continue;
    }
    const int code = slot.error().code.value();
    // Full: read again when something has been answered.
    if (code == ENOSPC) return watch_.reset();
    if (code == EPIPE) return on_pipe_closed();
    log::error("{}: {}", escape(spec_.path), slot.error().message());
  }
}

void AutofsMount::on_packet(Slot slot) {
  const auto packet = decode_packet(journal_->bytes(slot));
  if (!packet) {
    log::error("{}: {}", escape(spec_.path), packet.error().message());
    return send_answer(slot, EINVAL);
  }
  const bool is_expire = packet->kind == AutofsPacket::Kind::Expire;
  log::debug("{}: token {}: {} of {} for pid {}", escape(spec_.path),
             packet->token, is_expire ? "expiry" : "lookup",
             escape(packet->name), packet->pid);
  if (is_expire && is_adopted_ && !ours_.contains(packet->name))
    return expire_leftover(slot, packet->name);
  host_.on_request(*this, slot, *packet);
}

void AutofsMount::answer(Slot slot, int errno_value) {
  if (is_adopted_ && errno_value == 0) {
    const auto packet = decode_packet(journal_->bytes(slot));
    if (packet && packet->kind == AutofsPacket::Kind::Missing) {
      leftovers_.erase(packet->name);
      ours_.insert(packet->name);
    }
  }
  send_answer(slot, errno_value);
}

void AutofsMount::send_answer(Slot slot, int errno_value) {
  if (!journal_ || !journal_->is_used(slot)) return;
  const std::uint32_t token = token_of_packet(journal_->bytes(slot));
  const int control = mounted_.control.get();
  const int e =
      errno_value == 0
          ? shared_.device.ready(control, token)
          : shared_.device.fail(control, token, AutofsFailure(errno_value));
  // A predecessor may have answered it and died before it cleared the slot.
  if (e != 0 && e != EINVAL && e != ENOENT)
    log::error("{}: cannot answer token {}: {}", escape(spec_.path), token,
               errno_error(e, "").message());
  journal_->clear(slot);
  if (!watch_ && is_ready_) watch();
}

void AutofsMount::answer_all(int errno_value) {
  host_.on_requests_void(*this);
  for (const Slot slot : journal_->used()) send_answer(slot, errno_value);
}

// Somebody made the mount catatonic (every waiting process was told ENOENT),
// or it is gone.
void AutofsMount::on_pipe_closed() {
  log::warning("{}: the kernel has closed its pipe; taking it over again",
               escape(spec_.path));
  watch_.reset();
  is_ready_ = false;
  scan_timer_->cancel();
  host_.on_requests_void(*this);
  drop_kept();
  mounted_.control.reset();
  adopt_mounted(mounted_.device, [this](Result<void> result) {
    if (!result) host_.on_lost(*this, result.error());
  });
}

// --- what a predecessor left mounted -----------------------------------------

void AutofsMount::remove(std::vector<std::string> rest,
                         std::function<void(int)> done) {
  if (rest.empty()) return done(0);
  const std::string target = std::move(rest.back());
  rest.pop_back();
  const std::weak_ptr<bool> alive = alive_;
  shared_.mounter.start_remove(
      target, shared_.loop.now() + kRemoveTime,
      [this, alive, rest = std::move(rest), done = std::move(done)](int e) {
        if (alive.expired()) return;
        if (e != 0) return done(e);
        remove(rest, done);
      });
}

void AutofsMount::expire_leftover(Slot slot, const std::string& name) {
  std::vector<std::string> targets = {spec_.path + "/" + name};
  const auto found = leftovers_.find(name);
  if (found != leftovers_.end())
    targets.insert(targets.end(), found->second.begin(), found->second.end());
  remove(std::move(targets), [this, slot, name](int e) {
    if (e == 0) leftovers_.erase(name);
    log::info("{}/{}: left by the last amd: {}", escape(spec_.path),
              escape(name), e == 0 ? "unmounted" : "still in use");
    send_answer(slot, e == 0 ? 0 : EBUSY);
  });
}

// --- expiry ------------------------------------------------------------------

void AutofsMount::arm_scan(Instant now) {
  const Seconds pause =
      std::min(spec_.expire_interval, std::max(spec_.idle / 4, kShortestScan));
  scan_timer_->arm(now + std::max(pause, kShortestScan), [this] {
    offers_ = 0;
    scan();
  });
}

void AutofsMount::scan() {
  if (!is_ready_ || is_scanning_) return;
  is_scanning_ = true;
  const std::weak_ptr<bool> alive = alive_;
  shared_.mounter.start_expire(mounted_.control.get(), 0,
                               shared_.loop.now() + kOfferTime,
                               [this, alive](int e) {
                                 if (!alive.expired()) on_expired(e);
                               });
}

void AutofsMount::on_expired(int errno_value) {
  is_scanning_ = false;
  if (stop_after_scan_) return unmount(std::exchange(stop_after_scan_, {}));
  if (!is_ready_) return;
  // A name that stays (EBUSY) is not offered again in this scan.
  const bool is_over = errno_value == EAGAIN || errno_value == ETIMEDOUT ||
                       errno_value == EBADF || ++offers_ >= kOffersPerScan;
  if (is_over)
    arm_scan(shared_.loop.now());
  else
    scan();
}

// --- the end -----------------------------------------------------------------

void AutofsMount::stop(FrontEnd::Done done) {
  if (!is_ready_)
    return report_later(
        std::move(done),
        fail(EBUSY, escape(spec_.path) + " is being mounted or unmounted"));
  is_ready_ = false;
  watch_.reset();
  scan_timer_->cancel();
  answer_all(ENOENT);
  std::vector<std::string> targets;
  for (const auto& [name, mounts] : leftovers_)
    targets.insert(targets.end(), mounts.begin(), mounts.end());
  // What stays of them makes the unmount say EBUSY, with its name.
  remove(std::move(targets), [this, done = std::move(done)](int) {
    // Its helper has a descriptor that keeps the mount in use.
    if (is_scanning_)
      stop_after_scan_ = done;
    else
      unmount(done);
  });
}

void AutofsMount::unmount(FrontEnd::Done done) {
  drop_kept();
  mounted_.control.reset();
  const std::weak_ptr<bool> alive = alive_;
  shared_.mounter.start_unmount({spec_.path, mounted_.device, mounted_.made},
                                shared_.loop.now() + kMountTime,
                                [this, alive, done = std::move(done)](
                                    Result<void> result, UniqueFd control) {
                                  if (!alive.expired())
                                    on_unmounted(std::move(result),
                                                 std::move(control), done);
                                });
}

void AutofsMount::on_unmounted(Result<void> result, UniqueFd control,
                               const FrontEnd::Done& done) {
  if (result) {
    pipe_.reset();
    lock_.reset();
    return done({});
  }
  mounted_.control = std::move(control);
  if (mounted_.control) {
    begin();
    keep_all();
  } else {
    on_pipe_closed();
  }
  const int code = result.error().code.value();
  done(fail(code, result.error().context +
                      (code == EBUSY ? ": " + why_busy() : std::string())));
}

std::string AutofsMount::why_busy() const {
  const auto table = read_mount_table();
  const auto below =
      table ? table->below(spec_.path) : std::vector<const MountEntry*>();
  if (below.empty()) return "a process is in it";
  const std::string first = escape(below.front()->target) + " is mounted";
  if (below.size() == 1) return first;
  return first + ", and " + std::to_string(below.size() - 1) + " more";
}

void AutofsMount::leave() {
  if (!is_ready_) return;
  is_ready_ = false;
  watch_.reset();
  scan_timer_->cancel();
  answer_all(ENOENT);
  if (const int e = shared_.device.set_catatonic(mounted_.control.get()))
    log::error("{}: cannot be left in peace: {}", escape(spec_.path),
               errno_error(e, "").message());
  drop_kept();
  mounted_.control.reset();
}

}  // namespace amd
