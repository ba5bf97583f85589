// SPDX-License-Identifier: BSD-3-Clause
// amdmap: checks, explains and converts automounter maps.

#include <config.h>

#include <cstdio>
#include <string>
#include <vector>

#include "amd/amdmap/arguments.h"
#include "amd/amdmap/commands.h"

namespace amd::amdmap {

int refuse(const std::string& text) {
  std::fprintf(stderr, "amdmap: %s\n", text.c_str());
  return kCouldNotRun;
}

namespace {

struct Command {
  const char* name;
  size_t fewest_words;
  size_t most_words;
  int (*run)(const Arguments&);
};

constexpr Command kCommands[] = {
    {"check", 1, static_cast<size_t>(-1), run_check},
    {"convert", 1, 1, run_convert},
    {"dump", 1, 1, run_dump},
    {"explain", 2, 2, run_explain},
    {"graph", 1, 1, run_graph},
    {"keys", 1, 1, run_keys},
    {"vars", 0, 0, run_vars},
};

int show_usage() {
  std::fputs(usage_text().c_str(), stderr);
  return kCouldNotRun;
}

int run(const std::vector<std::string>& words) {
  const Arguments arguments = parse_arguments(words);
  if (!arguments.error.empty()) {
    refuse(arguments.error);
    return show_usage();
  }
  if (arguments.help) {
    std::fputs(usage_text().c_str(), stdout);
    return kClean;
  }
  if (arguments.version) {
    std::puts("amdmap (" PACKAGE_NAME ") " PACKAGE_VERSION);
    return kClean;
  }
  for (const Command& one : kCommands) {
    if (arguments.command != one.name) continue;
    const size_t count = arguments.words.size();
    if (count < one.fewest_words || count > one.most_words) return show_usage();
    return one.run(arguments);
  }
  if (!arguments.command.empty()) {
    refuse("unknown command \"" + arguments.command + "\"");
  }
  return show_usage();
}

}  // namespace
}  // namespace amd::amdmap

int main(int argc, char** argv) {
  return amd::amdmap::run({argv + 1, argv + argc});
}
