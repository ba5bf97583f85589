// SPDX-License-Identifier: BSD-3-Clause
// amd: the command line, and then the daemon under its keeper.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "amd/base/log.h"
#include "amd/daemon/daemon.h"
#include "amd/daemon/launch.h"
#include "amd/daemon/room_settings.h"
#include "amd/keeper/keeper.h"
#include "conf/command_line.h"
#include "conf/load.h"
#include "conf/print.h"
#include "conf/version_text.h"

using namespace amd;

namespace {

void say(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

int explain_errors(const conf::CommandLine& line) {
  for (const std::string& error : line.errors) say(error + "\n");
  if (line.shows_usage) say(conf::usage_text());
  return 1;
}

// -v, --help, --print-config, --check-config: what ends without a daemon.
std::optional<int> act(const conf::CommandLine& line,
                       const conf::Settings& settings) {
  switch (line.action) {
    case conf::Action::Run:
      return std::nullopt;
    case conf::Action::PrintVersion:
      say(conf::version_text(version_facts(settings.global)));
      return 0;
    case conf::Action::PrintHelp:
      std::fputs(conf::help_text().c_str(), stdout);
      return 0;
    case conf::Action::PrintConfig:
      std::fputs((line.form == conf::ConfigForm::Libconfig
                      ? conf::print_libconfig(settings)
                      : conf::print_amd_conf(settings))
                     .c_str(),
                 stdout);
      return 0;
    case conf::Action::CheckConfig:
      return check_maps(settings);
  }
  return 1;
}

// Words of debug_options that say how to start; the last one wins.
bool wants_foreground(const std::string& debug_options) {
  const auto last = debug_options.rfind("daemon");
  return last != std::string::npos && last >= 2 &&
         debug_options.compare(last - 2, 2, "no") == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const conf::CommandLine line =
      conf::parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
  for (const std::string& warning : line.warnings) say(warning + "\n");
  if (line.failed()) return explain_errors(line);
  // The daemon itself has been through all this once, in the waiter.
  const bool is_daemon = ::getenv(kKeeperFdVariable) != nullptr;
  const conf::LoadedSettings loaded = conf::load_settings(line);
  if (!is_daemon || !loaded.ok)
    for (const conf::Message& message : loaded.messages) say(message.text);
  if (!loaded.ok) return 1;
  if (const auto status = act(line, loaded.settings)) return *status;
  if (loaded.settings.global.print_version.value && !is_daemon)
    say(conf::version_text(version_facts(loaded.settings.global)));

  if (::geteuid() != 0) {
    say("amd: must be root to mount file systems (euid = " +
        std::to_string(::geteuid()) + ")\n");
    return 1;
  }
  if (loaded.settings.maps.empty()) {
    say("amd: no automount points are configured: nothing to do\n");
    return 0;
  }
  if (is_daemon) return run_daemon(loaded.settings);
  const conf::GlobalSettings& global = loaded.settings.global;
  const auto mode = wants_foreground(global.debug_options.value)
                        ? StartMode::Foreground
                        : StartMode::Background;
  const auto status =
      launch(argv, mode, {global.log_file.value, global.log_options.value});
  if (!status) {
    say("amd: " + status.error().message() + "\n");
    return 1;
  }
  // The user sees a terminal; the reasons are where the log goes.
  if (*status != 0 && !global.log_file.value.empty())
    say("amd: not started; the reasons are in the log, " +
        global.log_file.value + "\n");
  return *status;
}
