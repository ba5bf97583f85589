// SPDX-License-Identifier: BSD-3-Clause
#include "amd/daemon/daemon.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <random>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/base/program_path.h"
#include "amd/daemon/launch.h"
#include "amd/daemon/notify.h"
#include "amd/rpc/amq_protocol.h"
#include "amd/status/amq_service.h"
#include "conf/version_text.h"
#include "config.h"
#include "maplang/eval/host_facts.h"

namespace amd {

namespace {

// A name that no server knows how to find is an error within this time.
constexpr Milliseconds kAskingPatience{5000};

// A status report without the engine's account is better than none.
constexpr Milliseconds kEngineReportLimit{500};

// How often the engine is asked what it has seen of its servers.
constexpr Seconds kEngineInterval{1};

HelperPool::Settings pool_settings(const std::string& program,
                                   unsigned prestart, unsigned at_once) {
  HelperPool::Settings settings;
  settings.program = program;
  settings.prestart = prestart;
  settings.at_once = at_once;
  return settings;
}

ServerTableSettings server_settings(const maplang::HostFacts& facts) {
  ServerTableSettings settings;
  settings.client = facts.hostd;
  settings.seed = std::random_device()();
  return settings;
}

VolumeSettings volume_settings(const conf::GlobalSettings& global) {
  VolumeSettings settings;
  settings.dismount_interval = Seconds(global.dismount_interval.value);
  return settings;
}

UniqueFd open_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int s : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, s);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return UniqueFd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

AutofsFrontEnd::Settings front_end_settings(
    const conf::GlobalSettings& global) {
  AutofsFrontEnd::Settings settings;
  settings.state_dir = global.state_dir.value;
  return settings;
}

}  // namespace

Daemon::Daemon(Parts parts)
    : settings_(parts.settings),
      facts_(host_facts(settings_.global)),
      signals_(open_signals()),
      keeper_(parts.keeper),
      keep_(keeper_ == nullptr ? nullptr
                               : std::make_unique<KeeperKeep>(*keeper_)),
      mounters_(loop_,
                pool_settings(parts.mounter_program, 4,
                              static_cast<unsigned>(
                                  settings_.global.helper_processes.value))),
      askers_(loop_, pool_settings(parts.asker_program, 1, 4)),
      world_(loop_, askers_, kAskingPatience),
      engine_(loop_,
              [this]() -> Result<std::string> {
                if (keeper_ == nullptr)
                  return fail(ENOTCONN, "no keeper to start the NFS engine");
                return keeper_->engine_address();
              }),
      engine_link_(engine_, failover_settings(settings_.global)),
      network_(loop_),
      addresses_(loop_, world_),
      pinger_(loop_, network_, addresses_),
      server_timer_(loop_.make_timer()),
      servers_(pinger_, loop_.clock(), *server_timer_, server_settings(facts_)),
      asker_(
          loop_, network_, addresses_,
          [this](const std::string& server, const Result<Duration>& seen) {
            note_evidence(server, seen);
          },
          [this](const std::string& server, Duration after) {
            note_late(server, after);
          }),
      network_watch_(loop_, [this] { on_network_change(); }),
      engine_timer_(loop_.make_timer()),
      uses_(servers_),
      mounter_(loop_, mounters_, uses_, &engine_link_),
      volume_timer_(loop_.make_timer()),
      volumes_(uses_, loop_.clock(), *volume_timer_,
               volume_settings(settings_.global)),
      maps_(
          loop_.clock(),
          [this](std::function<void()> task) { loop_.post(std::move(task)); }),
      reload_timer_(loop_.make_timer()),
      front_end_(loop_, std::move(parts.device), mounters_, keep_.get(),
                 std::move(parts.mount_table),
                 front_end_settings(settings_.global)),
      tree_timer_(loop_.make_timer()),
      tree_({.clock = loop_.clock(),
             .timer = *tree_timer_,
             .maps = maps_,
             .world = world_,
             .probe = asker_,
             .volumes = volumes_,
             .facts = facts_,
             .outlook =
                 [this](const std::string& server, ServerOrder order) {
                   return outlook(server, order);
                 }},
            tree_settings(settings_.global, kernel_types())),
      sockets_(loop_, dispatcher_),
      port_mapping_(loop_, network_),
      started_at_(loop_.now()) {
  pinger_.set_events(*this);
  servers_.set_listener(*this);
  uses_.set_mounter(mounter_);
  uses_.set_events(volumes_);
  front_end_.set_names(tree_);
}

Daemon::~Daemon() = default;

int Daemon::run() {
  signal_watch_ = loop_.watch_readable(signals_.get(), [this] { on_signal(); });
  if (const auto started = start(); !started) {
    log::fatal("{}", started.error().message());
    return 1;
  }
  loop_.run();
  log::info("finishing with status {}", status_);
  return status_;
}

Result<void> Daemon::start() {
  if (auto r = mounters_.prestart(); !r) return r;
  if (auto r = askers_.prestart(); !r) return r;
  if (const auto r = network_watch_.start(); !r)
    log::warning("changes of the network are not noticed: {}",
                 r.error().message());
  start_status_service();
  watch_engine();
  arm_reload();
  start_points();
  if (starting_ == 0) return fail(ENOENT, "no automount point could be made");
  return {};
}

void Daemon::start_points() {
  starting_ = settings_.maps.size();
  for (const conf::MapSettings& map : settings_.maps) {
    const std::string path = map.directory;
    const auto point = tree_.start_point(
        point_config(map), front_end_,
        [this, path](const Result<void>& result) { on_point(path, result); });
    if (!point) on_point(path, tl::unexpected(point.error()));
  }
}

void Daemon::on_point(const std::string& path, const Result<void>& result) {
  --starting_;
  if (result) {
    ++serving_;
    log::info("{}: automount point is ready", path);
  } else {
    status_ = 1;
    log::error("{}: {}", path, result.error().message());
  }
  if (starting_ == 0) on_ready();
}

// Every automount point has been made or has failed.  One that failed does not
// take the others down, but a start without any is no start.
void Daemon::on_ready() {
  if (serving_ == 0) {
    log::fatal("no automount point could be made");
    loop_.post([this] {
      status_ = 1;
      loop_.stop();
    });
    return;
  }
  status_ = 0;
  // Not before: a start that fails takes nothing from an amd that runs.
  if (amq_ports_.tcp_port != 0) port_mapping_.start(amq_ports_);
  report_ready(0);
  notify_manager("READY=1");
}

void Daemon::on_signal() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    const int signal = static_cast<int>(info.ssi_signo);
    if (signal == SIGHUP) {
      reload();
    } else {
      shut_down(signal);
    }
  }
}

void Daemon::reload() {
  log::info("SIGHUP: maps are read again");
  if (const auto r = log::reopen(); !r) log::error("{}", r.error().message());
  maps_.reload();
}

void Daemon::shut_down(int signal) {
  if (is_stopping_) return;
  is_stopping_ = true;
  notify_manager("STOPPING=1");
  log::warning("WARNING: automounter going down on signal {}", signal);
  tree_.start_shutdown(
      [this](const std::vector<std::string>& busy) { on_shut_down(busy); });
}

void Daemon::on_shut_down(const std::vector<std::string>& busy) {
  for (const std::string& path : busy)
    log::warning("{}: in use, stays mounted", path);
  front_end_.leave_all();
  port_mapping_.start_end([this] { loop_.stop(); });
}

void Daemon::note_evidence(const std::string& server,
                           const Result<Duration>& seen) {
  const Instant now = loop_.now();
  const ServerId id = servers_.on_access(server_key(server, 3, "tcp"), now);
  if (seen)
    servers_.on_used_success(id, *seen, now);
  else
    servers_.on_used_failure(id, seen.error(), now);
}

// An ask that was called off before the server's usual time says nothing.
void Daemon::note_late(const std::string& server, Duration after) {
  const Instant now = loop_.now();
  const ServerOutlook known =
      servers_.outlook(ServerName(server), ServerOrder::Map, now);
  if (after < known.patience) return;
  servers_.on_used_overdue(
      servers_.on_access(server_key(server, 3, "tcp"), now), now);
}

void Daemon::on_network_change() {
  log::info("this host's network has changed: all servers are asked");
  facts_.networks = maplang::read_networks();
  addresses_.forget_all();
  servers_.on_network_change(loop_.now());
}

// The engine sees first that a server is gone: it has calls under way.
void Daemon::watch_engine() {
  engine_timer_->arm(loop_.now() + kEngineInterval, [this] {
    if (!engine_link_.is_in_use()) return watch_engine();
    engine_.start_status([this](const Result<EngineStatus>& status) {
      if (status) note_engine(*status);
      watch_engine();
    });
  });
}

void Daemon::note_engine(const EngineStatus& status) {
  const Instant now = loop_.now();
  for (const EngineServerStatus& server : status.servers) {
    if (server.state == "up") continue;
    const ServerKey key = server_key(server.name, 3, "tcp");
    // Its own pings tell more than the engine once they have begun to fail.
    if (servers_.state_of(key) != ServerState::Up) continue;
    servers_.on_used_failure(
        servers_.on_access(key, now),
        errno_error(ETIMEDOUT, "the NFS engine finds it " + server.state), now);
  }
}

void Daemon::arm_reload() {
  const Seconds interval(settings_.global.map_reload_interval.value);
  reload_timer_->arm(loop_.now() + interval, [this] {
    maps_.reload();
    arm_reload();
  });
}

ServerOutlook Daemon::outlook(const std::string& server, ServerOrder order) {
  const Instant now = loop_.now();
  servers_.on_access(server_key(server, 3, "tcp"), now);
  return servers_.outlook(ServerName(server), order, now);
}

void Daemon::on_pong(ServerId id, const std::string& address,
                     Duration round_trip) {
  servers_.set_address(id, address);
  servers_.on_answer(id, round_trip, loop_.now());
}

void Daemon::on_no_pong(ServerId id, const Error& why) {
  if (errno_of(why) == ETIMEDOUT)
    servers_.on_no_answer(id, loop_.now());
  else
    servers_.on_refused(id, why, loop_.now());
}

void Daemon::on_server_up(const ServerName& server, Instant) {
  tree_.on_server_up(server.str());
}

void Daemon::on_server_down(const ServerName& server, Instant) {
  tree_.on_server_down(server.str());
}

namespace {

HelperReport helper_report(const HelperPool& pool) {
  const HelperPool::Counts counts = pool.counts();
  return {pool.name(), counts.idle, counts.busy, counts.stuck, counts.queued};
}

bool is_word_off(const std::string& options, const std::string& word) {
  return ("," + options + ",").find(",no" + word + ",") != std::string::npos;
}

}  // namespace

// Not being able to show anything is no reason not to serve.
void Daemon::start_status_service() {
  const conf::GlobalSettings& global = settings_.global;
  if (is_word_off(global.debug_options.value, "amq")) return;
  add_amq_service(dispatcher_,
                  static_cast<uint32_t>(global.portmap_program.value), *this);
  const std::string& path = global.amq_socket.value;
  // A failure shows when the socket cannot be bound.
  ::mkdir(path.substr(0, path.rfind('/')).c_str(), 0755);
  // Everybody may ask; who may change something is decided call by call.
  const auto at = sockets_.listen_unix(path, 0666);
  if (!at) log::warning("amq: {}", at.error().message());
  const auto port = static_cast<uint16_t>(global.preferred_amq_port.value);
  const auto tcp = sockets_.listen_tcp(rpc::Address::loopback(port));
  if (!tcp) {
    log::warning("amq: {}", tcp.error().message());
    return;
  }
  // The same port, so that one number is enough to find both.
  const auto udp = sockets_.listen_udp(rpc::Address::loopback(tcp->port()));
  if (!udp) log::warning("amq: {}", udp.error().message());
  amq_ports_ = {.prog = static_cast<uint32_t>(global.portmap_program.value),
                .versions = {rpc::kAmqVersion, rpc::kAmqVersion2},
                .tcp_port = tcp->port(),
                .udp_port = udp ? udp->port() : uint16_t{0}};
  log::info("amq: listening at {}{}", at ? path + " and " : "", tcp->to_text());
}

StatusReport Daemon::report() const {
  StatusReport report;
  report.version = PACKAGE_VERSION;
  report.pid = ::getpid();
  report.wall = loop_.clock().wall_now();
  report.up_for = loop_.now() - started_at_;
  report.tree = tree_.snapshot();
  report.volumes = volumes_.snapshot(loop_.now());
  report.servers = servers_.snapshot(loop_.now());
  report.maps = maps_.info();
  report.helpers = {helper_report(mounters_), helper_report(askers_)};
  return report;
}

void Daemon::start_report(ReportDone done) {
  if (!engine_link_.is_in_use())
    return loop_.post([this, done = std::move(done)] { done(report()); });
  // The first of two ends it: the engine's answer, or the limit for that.
  const auto once = std::make_shared<ReportDone>(std::move(done));
  const auto finish = [this, once](const Result<EngineStatus>& engine) {
    if (!*once) return;
    const ReportDone tell = std::exchange(*once, {});
    StatusReport all = report();
    if (engine) all.engine = *engine;
    tell(std::move(all));
  };
  engine_.start_status(finish);
  const std::shared_ptr<Timer> limit = loop_.make_timer();
  limit->arm(loop_.now() + kEngineReportLimit, [limit, finish] {
    finish(fail(ETIMEDOUT, "the engine's account"));
  });
}

std::string Daemon::version_text() const {
  return conf::version_text(version_facts(settings_.global));
}

void Daemon::flush() {
  maps_.reload();
}

void Daemon::start_unmount(const std::string& path, StatusSource::Done done) {
  tree_.start_unmount(path, std::move(done));
}

void Daemon::start_drain(const std::string& server, StatusSource::Done done) {
  engine_.start_drain(server, std::move(done));
}

Result<void> Daemon::set_log_options(const std::string& options) {
  return log::set_options(options);
}

Result<void> Daemon::reopen_log(const std::string& file) {
  if (file != settings_.global.log_file.value)
    return fail(EACCES, "log file " + escape(file));
  return log::reopen();
}

namespace {

// Only on a start of amd, not when its keeper starts it again.
void truncate_log(const conf::GlobalSettings& global) {
  const std::string& file = global.log_file.value;
  if (global.truncate_log.value && file.starts_with('/') && is_first_life())
      [[maybe_unused]]
    const int ignored = ::truncate(file.c_str(), 0);
}

Result<void> set_up_log(const conf::GlobalSettings& global) {
  log::set_program("amd");
  truncate_log(global);
  if (auto r = log::set_options(global.log_options.value); !r) return r;
  if (global.log_file.value.empty()) return {};
  return log::set_file(global.log_file.value);
}

void print_pid(const conf::GlobalSettings& global) {
  if (!global.print_pid.value) return;
  const std::string& path = global.pid_file.value;
  if (path.empty() || path == "/dev/stdout") {
    std::printf("%d\n", ::getpid());
    std::fflush(stdout);
    return;
  }
  std::ofstream file(path);
  file << ::getpid() << '\n';
  if (!file) log::error("pid file {}: cannot be written", path);
}

void warn_of_front_ends(const conf::Settings& settings) {
  for (const conf::MapSettings& map : settings.maps)
    if (map.mount_type.value == conf::MountType::Nfs)
      log::warning(
          "{}: mount_type nfs: this release has no loop-back NFS front end, "
          "autofs is used",
          map.directory);
}

// amd's memory is not swapped out: a machine in need of swap needs its mounts.
void lock_memory(const conf::GlobalSettings& global) {
  if (!global.plock.value) return;
  if (::mlockall(MCL_CURRENT | MCL_FUTURE) == 0)
    log::info("Locked process pages in memory");
  else
    log::warning("memory cannot be locked: {}",
                 errno_error(errno, "").message());
}

// The terminal is the user's again; standard error stays for the log.
void release_input_output() {
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(null, STDIN_FILENO);
  ::dup2(null, STDOUT_FILENO);
  ::close(null);
}

}  // namespace

int run_daemon(const conf::Settings& settings) {
  if (const auto r = set_up_log(settings.global); !r)
    log::error("{}; logging to standard error", r.error().message());
  ::signal(SIGPIPE, SIG_IGN);
  ::umask(022);
  [[maybe_unused]] const int at_root = ::chdir("/");
  print_pid(settings.global);
  warn_of_front_ends(settings);
  release_input_output();
  lock_memory(settings.global);

  auto keeper = KeeperClient::connect();
  if (!keeper) log::warning("keeper: {}", keeper.error().message());
  auto device = AutofsDevice::open();
  const auto mounter = find_program("amd-mounter");
  const auto asker = find_program("amd-asker");
  auto table = read_mount_table();
  const auto missing = [](const auto& part) {
    if (!part) log::fatal("{}", part.error().message());
    return !part;
  };
  if (missing(device) || missing(mounter) || missing(asker) || missing(table))
    return 1;
  Daemon daemon({.settings = settings,
                 .device = std::move(*device),
                 .keeper = keeper ? &*keeper : nullptr,
                 .mounter_program = *mounter,
                 .asker_program = *asker,
                 .mount_table = std::move(*table)});
  return daemon.run();
}

}  // namespace amd
