// SPDX-License-Identifier: BSD-3-Clause
// The command line of amq.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace amd::amq {

enum class Transport { Any, Tcp, Udp };

struct Options {
  bool flush = false;                        // -f
  bool map_info = false;                     // -i
  bool mounts = false;                       // -m
  bool pid = false;                          // -p
  bool quiet = false;                        // -q
  bool stats = false;                        // -s
  bool version = false;                      // -v
  bool where = false;                        // -w
  int unmount = 0;                           // -u once or twice
  std::optional<std::string> log_file;       // -l
  std::optional<std::string> log_options;    // -x
  std::optional<std::string> debug_options;  // -D
  std::string host;                          // -h; empty: this one
  std::string socket;                        // --socket; empty: the usual place
  uint32_t program = 300019;                 // -P
  uint16_t port = 0;                         // --port; 0: ask the port mapper
  Transport transport = Transport::Any;      // -T, -U
  bool json = false;
  bool servers = false;
  bool history = false;
  std::optional<std::string> drain;
  std::vector<std::string> directories;

  bool shows_usage = false;  // -H, or what cannot be understood: exit 1
  bool shows_help = false;   // --help: to standard output, exit 0

  // What is printed when nothing else is asked for.
  bool wants_listing() const;
};

Options parse_options(int argc, char** argv);
std::string usage_text();
std::string help_text();

}  // namespace amd::amq
