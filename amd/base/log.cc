// SPDX-License-Identifier: BSD-3-Clause
#include "amd/base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <spdlog/spdlog.h>
#include <syslog.h>
#include <unistd.h>

#include <array>
#include <bitset>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <utility>

#include "amd/base/escape.h"

namespace amd::log {

namespace {

constexpr size_t kLevels = 8;
constexpr std::array<std::string_view, kLevels> kNames = {
    "fatal", "error", "user", "warning", "info", "map", "stats", "debug"};

using LevelSet = std::bitset<kLevels>;

constexpr size_t index_of(Level l) {
  return static_cast<size_t>(l);
}

// What am-utils starts with: all but map, stats and debug.
LevelSet default_set() {
  LevelSet set;
  for (const Level l :
       {Level::Fatal, Level::Error, Level::User, Level::Warning, Level::Info})
    set.set(index_of(l));
  return set;
}

struct State {
  std::shared_ptr<spdlog::logger> logger;
  std::string where = "/dev/stderr";
  std::string program = "amd";
  LevelSet levels = default_set();
  std::function<void(Level, const std::string&)> test_sink;
};

State& state() {
  static State s;
  return s;
}

spdlog::level::level_enum spd_level(Level l) {
  switch (l) {
    case Level::Fatal:
      return spdlog::level::critical;
    case Level::Error:
      return spdlog::level::err;
    case Level::User:
    case Level::Warning:
      return spdlog::level::warn;
    case Level::Info:
    case Level::Stats:
      return spdlog::level::info;
    case Level::Map:
    case Level::Debug:
      return spdlog::level::debug;
  }
  return spdlog::level::info;
}

std::optional<int> facility_of(std::string_view name) {
  struct Row {
    std::string_view name;
    int value;
  };
  static constexpr std::array<Row, 19> kFacilities = {{{"kern", LOG_KERN},
                                                       {"user", LOG_USER},
                                                       {"mail", LOG_MAIL},
                                                       {"daemon", LOG_DAEMON},
                                                       {"auth", LOG_AUTH},
                                                       {"syslog", LOG_SYSLOG},
                                                       {"lpr", LOG_LPR},
                                                       {"news", LOG_NEWS},
                                                       {"uucp", LOG_UUCP},
                                                       {"cron", LOG_CRON},
                                                       {"local0", LOG_LOCAL0},
                                                       {"local1", LOG_LOCAL1},
                                                       {"local2", LOG_LOCAL2},
                                                       {"local3", LOG_LOCAL3},
                                                       {"local4", LOG_LOCAL4},
                                                       {"local5", LOG_LOCAL5},
                                                       {"local6", LOG_LOCAL6},
                                                       {"local7", LOG_LOCAL7},
                                                       {"", LOG_DAEMON}}};
  for (const Row& row : kFacilities)
    if (row.name == name) return row.value;
  return std::nullopt;
}

Result<spdlog::sink_ptr> make_sink(const std::string& where) {
  if (where.empty() || where == "/dev/stderr")
    return std::make_shared<spdlog::sinks::stderr_sink_st>();
  if (where == "syslog" || where.starts_with("syslog:")) {
    const auto facility = facility_of(where == "syslog" ? "" : where.substr(7));
    if (!facility)
      return fail(EINVAL,
                  "syslog facility \"" + escape(where.substr(7)) + "\"");
    return std::make_shared<spdlog::sinks::syslog_sink_st>(
        state().program, LOG_PID, *facility, false);
  }
  try {
    return std::make_shared<spdlog::sinks::basic_file_sink_st>(where);
  } catch (const spdlog::spdlog_ex& e) {
    return fail(errno != 0 ? errno : EIO, "log file " + escape(where));
  }
}

void ensure_logger() {
  State& s = state();
  if (s.logger) return;
  s.logger = std::make_shared<spdlog::logger>(
      "amd", std::make_shared<spdlog::sinks::stderr_sink_st>());
  s.logger->set_level(spdlog::level::trace);
  s.logger->set_pattern("%v");
}

// am-utils' line: "Nov 23 06:09:42 vm amd[138]/info:  text".
std::string decorate(Level level, std::string_view line) {
  static const std::string host = [] {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    const std::string full = name.data();
    return full.substr(0, full.find('.'));
  }();
  const time_t now = ::time(nullptr);
  struct tm parts {};
  ::localtime_r(&now, &parts);
  std::array<char, 32> stamp{};
  ::strftime(stamp.data(), stamp.size(), "%b %e %H:%M:%S", &parts);
  std::string_view word = name_of(level);
  if (level == Level::Warning) word = "warn";
  return fmt::format("{} {} {}[{}]/{:<7}{}", stamp.data(), host,
                     state().program, ::getpid(), fmt::format("{}:", word),
                     line);
}

}  // namespace

std::string_view name_of(Level level) {
  return kNames.at(index_of(level));
}

Result<void> set_options(std::string_view options) {
  LevelSet set = state().levels;
  while (!options.empty()) {
    const size_t comma = options.find(',');
    const std::string_view word = options.substr(0, comma);
    options.remove_prefix(comma == std::string_view::npos ? options.size()
                                                          : comma + 1);
    std::string_view name = word;
    const bool on = !name.starts_with("no");
    if (!on) name.remove_prefix(2);
    LevelSet named;
    if (name == "all") {
      named.set();
      named.reset(index_of(Level::Debug));
    } else if (name == "defaults") {
      named = default_set();
    } else if (name == "warn") {
      named.set(index_of(Level::Warning));
    } else {
      for (size_t i = 0; i < kLevels; ++i)
        if (kNames.at(i) == name) named.set(i);
    }
    if (named.none() && !word.empty())
      return fail(EINVAL, "log option \"" + escape(word) + "\"");
    if (on)
      set |= named;
    else
      set &= ~named;
  }
  set.set(index_of(Level::Fatal));
  set.set(index_of(Level::Error));
  state().levels = set;
  return {};
}

bool is_on(Level level) {
  return state().levels.test(index_of(level));
}

Result<void> set_file(const std::string& where) {
  auto sink = make_sink(where);
  if (!sink) return pass(sink);
  State& s = state();
  s.where = where.empty() ? "/dev/stderr" : where;
  s.logger = std::make_shared<spdlog::logger>("amd", *sink);
  s.logger->set_level(spdlog::level::trace);
  s.logger->flush_on(spdlog::level::trace);
  s.logger->set_pattern("%v");
  return {};
}

Result<void> reopen() {
  return set_file(state().where);
}

void set_from_environment() {
  const char* file = ::getenv(kFileVariable);
  const char* options = ::getenv(kOptionsVariable);
  if (file != nullptr)
    if (const auto r = set_file(file); !r)
      write(Level::Error, r.error().message());
  if (options != nullptr)
    if (const auto r = set_options(options); !r)
      write(Level::Error, r.error().message());
}

void set_program(std::string_view name) {
  state().program = name;
}

void set_test_sink(std::function<void(Level, const std::string&)> sink) {
  state().test_sink = std::move(sink);
}

void write(Level level, std::string_view line) {
  State& s = state();
  // Backslashes are kept: escape() has already been over text from outside.
  std::string safe;
  safe.reserve(line.size());
  for (const char c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      safe += escape(std::string_view(&c, 1));
    else
      safe += c;
  }
  if (s.test_sink) {
    s.test_sink(level, safe);
    return;
  }
  ensure_logger();
  const bool syslog = s.where.starts_with("syslog");
  s.logger->log(spd_level(level), syslog ? safe : decorate(level, safe));
}

}  // namespace amd::log
