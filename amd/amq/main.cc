// SPDX-License-Identifier: BSD-3-Clause
// amq: asks a running amd.  Actions come in am-utils' order, whatever the order
// of the flags.

#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <string>

#include "amd/amq/client.h"
#include "amd/amq/formats.h"
#include "amd/amq/options.h"
#include "amd/base/escape.h"

using namespace amd;
using namespace amd::amq;

namespace {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

// Says it on standard error; the exit status for main().
int complain(const std::string& what) {
  std::fprintf(stderr, "amq: %s\n", what.c_str());
  return 1;
}

// For a call that failed.
int complain(const std::string& what, const Error& why) {
  // Everybody may look: what amd refuses is what changes something.
  if (errno_of(why) == EACCES) return complain("only root may do that");
  return complain(what + ": " + why.message());
}

// Prints what `show` makes of the answer.
template <class T, class Show>
int show_answer(Result<T> answer, const char* failure, Show show) {
  if (!answer) return complain(failure, answer.error());
  print(show(*answer));
  return 0;
}

int set_option(Client& client, rpc::AmqOption option, const std::string& text,
               const std::string& failure) {
  const auto result = client.ask<rpc::AmqInt>(
      rpc::AmqProc::SetOpt, rpc::encoded(rpc::AmqSetopt{option, text}));
  if (!result) return complain(failure, result.error());
  if (option == rpc::AmqOption::Debug && result->value < 0)
    return complain("daemon not compiled for debug");
  return result->value == 0 ? 0 : complain(failure);
}

int change_options(Client& client, const Options& o) {
  const std::string host = o.host.empty() ? "localhost" : o.host;
  int status = 0;
  if (o.debug_options)
    status |=
        set_option(client, rpc::AmqOption::Debug, *o.debug_options,
                   "debug setting for \"" + *o.debug_options + "\" failed");
  if (o.log_options)
    status |=
        set_option(client, rpc::AmqOption::Xlog, *o.log_options,
                   "setting log level to \"" + *o.log_options + "\" failed");
  if (o.log_file)
    status |= set_option(client, rpc::AmqOption::Logfile, *o.log_file,
                         "setting logfile to \"" + *o.log_file + "\" failed");
  if (o.flush)
    status |= set_option(client, rpc::AmqOption::Flush, "",
                         "amd on " + host + " cannot flush the map cache");
  return status;
}

int show_where(Client& client) {
  std::array<char, PATH_MAX> here{};
  if (::getcwd(here.data(), here.size()) == nullptr) return complain("getcwd");
  const auto path = client.ask<rpc::AmqText>(
      rpc::AmqProc::Pawd, rpc::encoded(rpc::AmqText{here.data()}));
  print((path && !path->text.empty() ? path->text : here.data()) + "\n");
  return 0;
}

int show_daemon(Client& client, const Options& o) {
  const std::string host = o.host.empty() ? "localhost" : o.host;
  int status = 0;
  if (o.mounts)
    status |= show_answer(
        client.ask<std::vector<rpc::AmqMountInfo>>(rpc::AmqProc::GetMntFs),
        ("amd on " + host + " cannot provide mount info").c_str(),
        format_mounts);
  if (o.map_info)
    status |= show_answer(
        client.ask<std::vector<rpc::AmqMapInfo>>(rpc::AmqProc::GetMapInfo),
        ("amd on " + host + " cannot provide map info").c_str(), format_maps);
  if (o.version)
    status |= show_answer(client.ask<rpc::AmqText>(rpc::AmqProc::GetVers),
                          "failed to get version information",
                          [](const rpc::AmqText& t) { return t.text; });
  if (o.pid)
    status |= show_answer(client.ask<rpc::AmqInt>(rpc::AmqProc::GetPid),
                          "failed to get PID of amd", [](const rpc::AmqInt& n) {
                            return std::to_string(n.value) + "\n";
                          });
  return status;
}

int show_json(Client& client, const Options& o) {
  int status = 0;
  const auto show = [&](auto format) {
    status |= show_answer(client.ask_json(), "amd cannot tell", format);
  };
  if (o.json) show([](const std::string& json) { return json; });
  if (o.servers) show(format_servers);
  if (o.history) show(format_history);
  return status;
}

int drain(Client& client, const std::string& server) {
  const auto results = client.call(rpc::kAmqVersion2,
                                   static_cast<uint32_t>(rpc::AmqProc2::Drain),
                                   rpc::encoded(rpc::AmqText{server}));
  if (!results) return complain("drain", results.error());
  const auto error = rpc::decode<rpc::AmqInt>(*results);
  if (!error) return complain("drain", error.error());
  if (error->value == 0) return 0;
  return complain(
      errno_error(error->value, "drain " + escape(server)).message());
}

int unmount(Client& client, const std::string& directory, const Options& o) {
  const std::string arguments = rpc::encoded(rpc::AmqText{directory});
  if (o.unmount == 1) {
    const auto done = client.call(
        rpc::kAmqVersion, static_cast<uint32_t>(rpc::AmqProc::Umnt), arguments);
    return done ? 0 : complain(directory, done.error());
  }
  const auto result = client.ask<rpc::AmqSyncUmnt>(rpc::AmqProc::SyncUmnt,
                                                   arguments, kUnmountLimit);
  if (!result) return complain(directory, result.error());
  if (!o.quiet) print(format_sync_unmount(directory, *result));
  // Not being mounted is what was wanted.
  const bool is_gone =
      result->status == rpc::AmqUmntStatus::Fork && result->error == 0;
  return is_gone ? 0 : static_cast<int>(result->status);
}

int show_node(Client& client, const std::string& directory) {
  const auto tree = client.ask<rpc::AmqTree>(
      rpc::AmqProc::MntTree, rpc::encoded(rpc::AmqText{directory}));
  if (!tree) return complain(directory, tree.error());
  if (tree->nodes.empty()) return complain(directory + " not automounted");
  print(format_node_stats(*tree));
  return 0;
}

int run(Client& client, const Options& o) {
  int status = change_options(client, o);
  if (o.where) return show_where(client);
  status |= show_daemon(client, o);
  status |= show_json(client, o);
  if (o.drain) status |= drain(client, *o.drain);
  if (!o.directories.empty()) {
    for (const std::string& directory : o.directories)
      status = o.unmount > 0 ? unmount(client, directory, o)
                             : show_node(client, directory);
  } else if (o.stats) {
    status |= show_answer(client.ask<rpc::AmqStats>(rpc::AmqProc::Stats),
                          "amd cannot tell its counters", format_stats);
  } else if (o.wants_listing()) {
    status |= show_answer(client.ask<rpc::AmqExport>(rpc::AmqProc::Export),
                          "amd cannot tell what is mounted", format_listing);
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse_options(argc, argv);
  if (options.shows_usage) {
    std::fputs(usage_text().c_str(), stderr);
    return 1;
  }
  if (options.shows_help) {
    print(help_text());
    return 0;
  }
  auto client = Client::connect(options);
  if (!client) return complain(client.error().context);
  return run(**client, options);
}
