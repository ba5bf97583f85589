// SPDX-License-Identifier: BSD-3-Clause
// The command line of amd: am-utils' flags with their meaning, a long form for
// every parameter of the table, and map pairs.
//
// Precedence, from weak to strong: defaults, flags (short and long), the file
// of -F (am-utils reads it after all flags, whatever their order), and at last
// --override NAME=VALUE, which am-utils does not have.  Nothing here prints,
// exits or reads a file; load.h makes Settings of the result.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conf/parameters.h"

namespace amd::conf {

enum class Action { Run, PrintVersion, PrintHelp, CheckConfig, PrintConfig };
enum class ConfigForm { AmdConf, Libconfig };

// What am-utils reads when it is started without any argument.
inline constexpr std::string_view kDefaultConfigFile = "/etc/amd.conf";

// A flag that sets a parameter; `value` has been parsed.
struct FlagValue {
  const Parameter* parameter = nullptr;
  RawValue value;
  Origin origin;
};

// `directory mapname [-options]`; `options` without the dash.
struct MapPair {
  std::string directory;
  std::string map_name;
  std::string options;
};

struct CommandLine {
  Action action = Action::Run;
  ConfigForm form = ConfigForm::AmdConf;  // of PrintConfig
  std::string config_file;                // empty: read none
  bool is_default_config_file = false;    // it was not named
  std::string tag;
  std::vector<FlagValue> flags;      // weaker than the file
  std::vector<FlagValue> overrides;  // stronger than the file
  std::vector<MapPair> maps;
  std::vector<std::string> warnings;

  // Not empty: print them on standard error, then the usage text if
  // `shows_usage`, and exit with 1.  -H is an error without a message.
  std::vector<std::string> errors;
  bool shows_usage = false;
  bool failed() const { return shows_usage || !errors.empty(); }
};

// `arguments` without the program's name.  Not for two threads at once
// (getopt_long).
CommandLine parse_command_line(const std::vector<std::string>& arguments);

// The usage text of am-utils, for -H and for errors; and the longer one of
// --help, which ends with exit status 0.
std::string usage_text();
std::string help_text();

// The long form of a parameter: "--cache-duration".
std::string long_form(const Parameter& parameter);

}  // namespace amd::conf
