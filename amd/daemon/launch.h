// SPDX-License-Identifier: BSD-3-Clause
// From the command that a user typed to the daemon under its keeper.
//
// The process that the user started becomes the waiter: it starts amd-keeper in
// a session (and so a process group) of its own, which starts this program
// again as the daemon.  In the background the waiter ends when the daemon says
// that every automount point answers, with the status of the start.  In the
// foreground it stays, hands signals on, and ends with the daemon's status.

#pragma once

#include <string>

#include "amd/base/result.h"

namespace amd {

enum class StartMode { Background, Foreground };

// The variable that tells a process started by the keeper where to report.
inline constexpr const char* kReadyFdVariable = "AMD_READY_FD";

// Where the keeper and the engine say what they have to say.
struct LogPlace {
  std::string file;     // log_file of amd.conf; empty: standard error
  std::string options;  // log_options
};

// Starts the keeper with this program and `argv` (argv[0] is replaced), waits
// as described above, and returns the exit status for main().
[[nodiscard]] Result<int> launch(char* const* argv, StartMode mode,
                                 const LogPlace& log);

// In the daemon: nobody has reported yet, so it was the user who started it.
bool is_first_life();

// Called by the daemon once every automount point answers (0), or when it
// gives up (a status for the waiter).  Does nothing without a waiter.
void report_ready(int status);

}  // namespace amd
