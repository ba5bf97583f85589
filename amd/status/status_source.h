// SPDX-License-Identifier: BSD-3-Clause
// What the status service asks of the daemon.

#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "amd/base/clock.h"
#include "amd/base/result.h"
#include "amd/nfsfs/control.h"
#include "amd/servers/server_snapshot.h"
#include "amd/tree/map_source.h"
#include "amd/tree/snapshot.h"
#include "amd/volumes/volume_table.h"

namespace amd {

// One kind of helper process.
struct HelperReport {
  std::string name;
  size_t idle = 0;
  size_t busy = 0;
  size_t stuck = 0;
  size_t queued = 0;
};

// Everything there is to show, as it is at `wall`.
struct StatusReport {
  std::string version;  // "0.1.0"
  pid_t pid = 0;
  WallTime wall;
  Duration up_for{};
  TreeSnapshot tree;
  std::vector<VolumeSnapshot> volumes;
  std::vector<ServerSnapshot> servers;
  std::vector<MapInfo> maps;
  std::vector<HelperReport> helpers;
  std::optional<EngineStatus> engine;  // none: it is not in use, or is silent
};

// Implemented by the daemon.  Nothing here blocks.
class StatusSource {
 public:
  using Done = std::function<void(Result<void>)>;
  using ReportDone = std::function<void(StatusReport)>;

  virtual ~StatusSource() = default;
  // Without the engine's account.
  virtual StatusReport report() const = 0;
  // With it, if the engine answers soon.  `done` comes once, from the loop.
  virtual void start_report(ReportDone done) = 0;
  virtual std::string version_text() const = 0;

  // Maps are read again.
  virtual void flush() = 0;
  // ENOENT: no such name; EBUSY: in use, or an automount point.
  virtual void start_unmount(const std::string& path, Done done) = 0;
  // Reads from another replica than `server` where there is one.
  virtual void start_drain(const std::string& server, Done done) = 0;
  virtual Result<void> set_log_options(const std::string& options) = 0;
  // Opens the log file again; EACCES when `file` is not the one in use.
  virtual Result<void> reopen_log(const std::string& file) = 0;
};

}  // namespace amd
