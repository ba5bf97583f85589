// SPDX-License-Identifier: BSD-3-Clause
// The log: one line an event, under amd's own level names.
//
// A line is `subject: what happened[: reason]`, lower case, no full stop.
// Text from outside goes through escape() (amd/base/escape.h) by whoever logs
// it.  The one global of the project is the sink behind these functions; it
// never blocks longer than a write to its file.

#pragma once

#include <fmt/core.h>

#include <functional>
#include <string>
#include <string_view>

#include "amd/base/result.h"

namespace amd::log {

// amd's levels (amd(8), -x), most serious first.
enum class Level { Fatal, Error, User, Warning, Info, Map, Stats, Debug };

// "fatal", "error", "user", "warning", "info", "map", "stats", "debug".
std::string_view name_of(Level level);

// Which levels are written.  `options` is amd's list: "all,nomap", "noinfo"...
// Later words win; fatal and error stay on.  Error: the unknown word.
[[nodiscard]] Result<void> set_options(std::string_view options);
bool is_on(Level level);

// Where lines go: "/dev/stderr" or "" (standard error), "syslog",
// "syslog:FACILITY", or a file (appended to).  On an error the old place stays.
[[nodiscard]] Result<void> set_file(const std::string& where);

// Opens the log file again under its name (log rotation).
[[nodiscard]] Result<void> reopen();

// The same two from the environment, as amd sets them for the processes that
// its keeper starts; what is not there or not good is left as it is.
inline constexpr const char* kFileVariable = "AMD_LOG_FILE";
inline constexpr const char* kOptionsVariable = "AMD_LOG_OPTIONS";
void set_from_environment();

// The program name that each line carries, e.g. "amd".
void set_program(std::string_view name);

// For tests: every line goes to `sink` instead.  An empty function ends that.
void set_test_sink(std::function<void(Level, const std::string&)> sink);

// Writes one line.  Control bytes in `line` are escaped.
void write(Level level, std::string_view line);

template <class... Args>
void print(Level level, fmt::format_string<Args...> format, Args&&... args) {
  if (is_on(level))
    write(level, fmt::vformat(format, fmt::make_format_args(args...)));
}

#define AMD_LOG_LEVEL(function, level)                                \
  template <class... Args>                                            \
  void function(fmt::format_string<Args...> format, Args&&... args) { \
    print<Args...>(level, format, std::forward<Args>(args)...);       \
  }
AMD_LOG_LEVEL(fatal, Level::Fatal)
AMD_LOG_LEVEL(error, Level::Error)
AMD_LOG_LEVEL(user, Level::User)
AMD_LOG_LEVEL(warning, Level::Warning)
AMD_LOG_LEVEL(info, Level::Info)
AMD_LOG_LEVEL(map, Level::Map)
AMD_LOG_LEVEL(stats, Level::Stats)
AMD_LOG_LEVEL(debug, Level::Debug)
#undef AMD_LOG_LEVEL

}  // namespace amd::log
