// SPDX-License-Identifier: BSD-3-Clause
// The daemon: every concrete thing, in the order in which it is made.  Reading
// the members from top to bottom is reading the wiring.

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "amd/autofs/autofs_front_end.h"
#include "amd/autofs/descriptor_keep.h"
#include "amd/base/loop.h"
#include "amd/daemon/engine_adapter.h"
#include "amd/daemon/port_mapping.h"
#include "amd/daemon/room_settings.h"
#include "amd/daemon/server_uses.h"
#include "amd/helpers/helper_pool.h"
#include "amd/keeper/keeper.h"
#include "amd/mounting/helper_mounter.h"
#include "amd/mounting/helper_world.h"
#include "amd/nfsfs/engine_client.h"
#include "amd/probing/network_watch.h"
#include "amd/probing/nfs_asker.h"
#include "amd/probing/pinger.h"
#include "amd/rpc/service_sockets.h"
#include "amd/rpc/socket_transport.h"
#include "amd/servers/server_table.h"
#include "amd/sources/maps.h"
#include "amd/status/status_source.h"
#include "amd/tree/tree.h"
#include "amd/volumes/volume_table.h"
#include "conf/settings.h"

namespace amd {

// Runs until a signal ends it; the process's exit status.
int run_daemon(const conf::Settings& settings);

class Daemon : private PingEvents,
               private ServerListener,
               private StatusSource {
 public:
  // `device`: this kernel's autofs.  `keeper` may be null: then nothing
  // survives this process.  Both paths name helper programs.
  struct Parts {
    const conf::Settings& settings;
    AutofsDevice device;
    KeeperClient* keeper = nullptr;
    std::string mounter_program;
    std::string asker_program;
    MountTable mount_table;  // as it was found
  };
  explicit Daemon(Parts parts);
  ~Daemon() override;

  // Attaches every automount point, reports to the waiter, serves, and shuts
  // down after SIGTERM or SIGINT.
  int run();

 private:
  Result<void> start();
  void start_points();
  void on_point(const std::string& path, const Result<void>& result);
  void on_ready();
  void on_signal();
  void shut_down(int signal);
  void on_shut_down(const std::vector<std::string>& busy);
  void reload();
  void note_evidence(const std::string& server, const Result<Duration>& seen);
  void note_late(const std::string& server, Duration after);
  void on_network_change();
  void watch_engine();
  void note_engine(const EngineStatus& status);
  void arm_reload();
  ServerOutlook outlook(const std::string& server, ServerOrder order);

  void on_pong(ServerId id, const std::string& address,
               Duration round_trip) override;
  void on_no_pong(ServerId id, const Error& why) override;
  void on_server_up(const ServerName& server, Instant now) override;
  void on_server_down(const ServerName& server, Instant now) override;

  StatusReport report() const override;
  void start_report(ReportDone done) override;
  std::string version_text() const override;
  void flush() override;
  void start_unmount(const std::string& path, StatusSource::Done done) override;
  void start_drain(const std::string& server, StatusSource::Done done) override;
  Result<void> set_log_options(const std::string& options) override;
  Result<void> reopen_log(const std::string& file) override;
  void start_status_service();

  const conf::Settings& settings_;
  maplang::HostFacts facts_;
  Loop loop_;
  UniqueFd signals_;
  std::unique_ptr<Watch> signal_watch_;
  KeeperClient* keeper_;
  std::unique_ptr<DescriptorKeep> keep_;

  // What waits, in other processes.
  HelperPool mounters_;
  HelperPool askers_;
  HelperWorld world_;
  EngineClient engine_;
  EngineAdapter engine_link_;
  // Servers and how they are asked.
  rpc::SocketNetwork network_;
  HostAddresses addresses_;
  Pinger pinger_;
  std::unique_ptr<Timer> server_timer_;
  ServerTable servers_;
  NfsAsker asker_;
  NetworkWatch network_watch_;
  std::unique_ptr<Timer> engine_timer_;

  // Mounted file systems, maps, names.
  ServerUses uses_;
  HelperMounter mounter_;
  std::unique_ptr<Timer> volume_timer_;
  VolumeTable volumes_;
  Maps maps_;
  std::unique_ptr<Timer> reload_timer_;
  AutofsFrontEnd front_end_;
  std::unique_ptr<Timer> tree_timer_;
  Tree tree_;

  rpc::Dispatcher dispatcher_;
  rpc::ServiceSockets sockets_;
  rpc::Registration amq_ports_;  // no port: there is nothing to register
  PortMapping port_mapping_;

  Instant started_at_;
  size_t starting_ = 0;  // automount points that are not there yet
  size_t serving_ = 0;
  int status_ = 0;
  bool is_stopping_ = false;
};

}  // namespace amd
