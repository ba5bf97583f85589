// SPDX-License-Identifier: BSD-3-Clause
#include "amd/amq/options.h"

#include <getopt.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace amd::amq {

namespace {

enum LongOnly {
  kJson = 256,
  kServers,
  kHistory,
  kDrain,
  kSocket,
  kPort,
  kHelp
};

constexpr std::array<option, 24> kLongOptions = {{
    {"flush", no_argument, nullptr, 'f'},
    {"host", required_argument, nullptr, 'h'},
    {"log-file", required_argument, nullptr, 'l'},
    {"mounts", no_argument, nullptr, 'm'},
    {"maps", no_argument, nullptr, 'i'},
    {"pid", no_argument, nullptr, 'p'},
    {"program", required_argument, nullptr, 'P'},
    {"quiet", no_argument, nullptr, 'q'},
    {"stats", no_argument, nullptr, 's'},
    {"tcp", no_argument, nullptr, 'T'},
    {"udp", no_argument, nullptr, 'U'},
    {"unmount", no_argument, nullptr, 'u'},
    {"version", no_argument, nullptr, 'v'},
    {"where", no_argument, nullptr, 'w'},
    {"log-options", required_argument, nullptr, 'x'},
    {"debug-options", required_argument, nullptr, 'D'},
    {"json", no_argument, nullptr, kJson},
    {"servers", no_argument, nullptr, kServers},
    {"history", no_argument, nullptr, kHistory},
    {"drain", required_argument, nullptr, kDrain},
    {"socket", required_argument, nullptr, kSocket},
    {"port", required_argument, nullptr, kPort},
    {"help", no_argument, nullptr, kHelp},
    {nullptr, 0, nullptr, 0},
}};

void take_port(Options& o, const char* text) {
  const std::string_view digits = text;
  const char* end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, o.port);
  if (error == std::errc() && rest == end && o.port != 0) return;
  std::fprintf(stderr, "amq: --port: 1 to 65535, not \"%s\"\n", text);
  o.shows_usage = true;
}

// A flag without an argument; false: it is none of these.
bool take_switch(Options& o, int flag) {
  switch (flag) {
    case 'f':
      return o.flush = true;
    case 'i':
      return o.map_info = true;
    case 'm':
      return o.mounts = true;
    case 'p':
      return o.pid = true;
    case 'q':
      return o.quiet = true;
    case 's':
      return o.stats = true;
    case 'v':
      return o.version = true;
    case 'w':
      return o.where = true;
    case kJson:
      return o.json = true;
    case kServers:
      return o.servers = true;
    case kHistory:
      return o.history = true;
    case kHelp:
      return o.shows_help = true;
    default:
      return false;
  }
}

void take(Options& o, int flag) {
  if (take_switch(o, flag)) return;
  switch (flag) {
    case 'h':
      o.host = optarg;
      break;
    case 'l':
      o.log_file = optarg;
      break;
    case 'P':
      o.program = static_cast<uint32_t>(std::strtoul(optarg, nullptr, 10));
      break;
    case 'T':
      o.transport = Transport::Tcp;
      break;
    case 'U':
      o.transport = Transport::Udp;
      break;
    case 'u':
      ++o.unmount;
      break;
    case 'x':
      o.log_options = optarg;
      break;
    case 'D':
      o.debug_options = optarg;
      break;
    case kDrain:
      o.drain = optarg;
      break;
    case kSocket:
      o.socket = optarg;
      break;
    case kPort:
      take_port(o, optarg);
      break;
    default:  // -H, and what getopt has complained about
      o.shows_usage = true;
      break;
  }
}

}  // namespace

bool Options::wants_listing() const {
  return !(flush || map_info || mounts || pid || quiet || stats || version ||
           where || unmount > 0 || log_file || log_options || debug_options ||
           json || servers || history || drain || !directories.empty());
}

Options parse_options(int argc, char** argv) {
  Options o;
  int flag = 0;
  optind = 0;  // glibc: forget an earlier command line
  while ((flag = ::getopt_long(argc, argv, "fh:il:mpqsvwx:uD:HP:TU",
                               kLongOptions.data(), nullptr)) != -1)
    take(o, flag);
  o.directories.assign(argv + optind, argv + argc);
  if (o.unmount > 0 && o.directories.empty()) o.shows_usage = true;
  return o;
}

std::string usage_text() {
  return "Usage: amq [-fimpqsvwHTU] [-h hostname] [-l log_file|\"syslog\"]\n"
         "\t[-x log_options] [-D debug_options]\n"
         "\t[-P program_number] [[-u[u]] directory ...]\n";
}

std::string help_text() {
  return usage_text() +
         R"(
Without flags: what is mounted where.
  -m, --mounts         file systems, their servers and errors
      --servers        servers: state, since when, why
      --history        the servers' last changes of state
      --json           everything, as JSON
  -i, --maps           maps
  -s, --stats          counters; with directories: of these
  -p, --pid            process id of amd
  -v, --version        amd's version and host facts
  -w, --where          this directory's path as users know it
  -u, --unmount        unmount the directories; -uu: wait until it is done
  -f, --flush          read the maps again
      --drain SERVER   read from other replicas than SERVER
  -x, --log-options L  what amd logs
  -l, --log-file F     open the log file F again
  -h, --host H         ask the amd of host H
      --socket PATH    ask the amd at this Unix socket
      --port N         ask at this port, not the port mapper
  -T, --tcp            over TCP only
  -U, --udp            over UDP only
  -P, --program N      RPC program number
  -q, --quiet          no messages for -uu
  -D, --debug-options L  what amd logs of itself
)";
}

}  // namespace amd::amq
