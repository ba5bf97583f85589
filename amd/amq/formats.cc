// SPDX-License-Identifier: BSD-3-Clause
#include "amd/amq/formats.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace amd::amq {

namespace {

// Names come from whoever may access them: nothing in them reaches a terminal
// as a command.  Everything else is as it is.
std::string printable(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\{:03o}", byte);
    else
      out += c;
  }
  return out;
}

rpc::AmqTreeNode printable(rpc::AmqTreeNode n) {
  for (std::string* text : {&n.directory, &n.type, &n.mountinfo, &n.mountpoint})
    *text = printable(*text);
  return n;
}

std::vector<rpc::AmqTreeNode> printable_nodes(const rpc::AmqTree& tree) {
  std::vector<rpc::AmqTreeNode> nodes;
  for (const rpc::AmqTreeNode& n : tree.nodes) nodes.push_back(printable(n));
  return nodes;
}

// Left-justified in `width` bytes, and cut to them.  (fmt would count what it
// takes for characters.)
std::string column(const std::string& text, size_t width) {
  std::string cell = text.substr(0, width);
  cell.resize(width, ' ');
  return cell;
}

std::string right_column(const std::string& text, size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string local_time(int32_t seconds) {
  const time_t t = seconds;
  struct tm parts {};
  ::localtime_r(&t, &parts);
  return fmt::format("{:02}/{:02}/{:04} {:02}:{:02}:{:02}", parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_year + 1900, parts.tm_hour,
                     parts.tm_min, parts.tm_sec);
}

// An empty directory is the root of all.
std::string shown_directory(const rpc::AmqTreeNode& node) {
  return node.directory.empty() ? "/" : node.directory;
}

const char* up_word(int32_t up) {
  if (up > 0) return "up";
  return up == 0 ? "down" : "starting";
}

std::string duration_text(double seconds) {
  if (seconds < 60) return fmt::format("{:.0f} s", seconds);
  if (seconds < 3600) return fmt::format("{:.0f} min", seconds / 60);
  if (seconds < 86400) return fmt::format("{:.1f} h", seconds / 3600);
  return fmt::format("{:.1f} d", seconds / 86400);
}

using Rows = std::vector<std::vector<std::string>>;

// Rows with columns as wide as they need to be.
std::string table(Rows rows) {
  std::vector<size_t> widths;
  for (auto& row : rows) {
    for (std::string& cell : row) cell = printable(cell);
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i)
      line += column(row[i], widths[i]) + "  ";
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

using Json = nlohmann::json;

std::vector<std::string> server_row(const Json& s) {
  const double us = s.value("round_trip_us", 0.0);
  return {
      s.value("name", ""),
      fmt::format("nfs{}/{}", s.value("version", 0), s.value("transport", "")),
      s.value("state", "") + (s.value("flapping", false) ? "*" : ""),
      duration_text(s.value("for", 0.0)),
      s.value("address", ""),
      us > 0 ? fmt::format("{:.2f} ms", us / 1000) : "",
      fmt::format("{}", s.value("uses", 0)),
      s.value("reason", "")};
}

// The table that `make` makes of the servers in amd's account.
template <class Make>
std::string with_servers(const std::string& json, Make make) {
  const Json all = Json::parse(json, nullptr, false);
  if (all.is_object() && all.contains("servers") && all["servers"].is_array()) {
    try {
      return table(make(all["servers"]));
    } catch (const Json::exception&) {
      // A member has another type than it should have.
    }
  }
  return "amd's answer is not what this amq knows\n";
}

}  // namespace

std::string format_listing(const rpc::AmqExport& exported) {
  std::vector<rpc::AmqTreeNode> nodes;
  for (const rpc::AmqTree& tree : exported.trees)
    for (rpc::AmqTreeNode& n : printable_nodes(tree))
      nodes.push_back(std::move(n));
  size_t dw = 0;
  size_t tw = 0;
  size_t mw = 0;
  for (const rpc::AmqTreeNode& n : nodes) {
    dw = std::max(dw, n.directory.size());
    tw = std::max(tw, n.type.size());
    mw = std::max(mw, n.mountinfo.size());
  }
  std::string out;
  for (const rpc::AmqTreeNode& n : nodes)
    out += column(shown_directory(n), dw + 1) + " " + column(n.type, tw + 1) +
           " " + column(n.mountinfo, mw + 1) + " " + n.mountpoint + "\n";
  return out;
}

std::string format_node_stats(const rpc::AmqTree& tree) {
  const std::vector<rpc::AmqTreeNode> nodes = printable_nodes(tree);
  size_t dw = 0;
  for (const rpc::AmqTreeNode& n : nodes) dw = std::max(dw, n.directory.size());
  ++dw;
  std::string out = fmt::format("{} {:<5} {:<7} {:<6} {:<7} {:<7} {:<6} {}\n",
                                column("What", dw), "Uid", "Getattr", "Lookup",
                                "RdDir", "RdLnk", "Statfs", "Mounted@");
  for (const rpc::AmqTreeNode& n : nodes)
    out += fmt::format("{} {:<5} {:<7} {:<6} {:<7} {:<7} {:<6} {}\n",
                       column(shown_directory(n), dw), n.mountuid, n.getattr,
                       n.lookup, n.readdir, n.readlink, n.statfs,
                       local_time(n.mounttime));
  return out;
}

std::string format_mounts(const std::vector<rpc::AmqMountInfo>& mounts) {
  std::vector<rpc::AmqMountInfo> rows = mounts;
  size_t iw = 0;
  size_t pw = 0;
  size_t tw = 0;
  for (rpc::AmqMountInfo& m : rows) {
    for (std::string* text : {&m.mountinfo, &m.mountpt, &m.type, &m.fserver})
      *text = printable(*text);
    iw = std::max(iw, m.mountinfo.size());
    pw = std::max(pw, m.mountpt.size());
    tw = std::max(tw, m.type.size());
  }
  std::string out;
  for (const rpc::AmqMountInfo& m : rows) {
    out += fmt::format("{} {} {} {:<3} {} is {} ", column(m.mountinfo, iw + 1),
                       column(m.mountpt, pw + 1), column(m.type, tw + 1),
                       m.refc, m.fserver, up_word(m.up));
    if (m.error > 0)
      out += fmt::format(" ({})", std::strerror(m.error));
    else if (m.error < 0)
      out += " (in progress)";
    out += "\n";
  }
  return out;
}

std::string format_maps(const std::vector<rpc::AmqMapInfo>& maps) {
  std::vector<rpc::AmqMapInfo> rows = maps;
  size_t nw = 0;
  size_t ww = 0;
  for (rpc::AmqMapInfo& m : rows) {
    m.name = printable(m.name);
    m.wildcard = printable(m.wildcard);
    nw = std::max(nw, m.name.size());
    ww = std::max(ww, m.wildcard.size());
  }
  ++nw;
  if (ww > 0) ++ww;
  std::string out =
      fmt::format("{} {} {:<8} {:<7} {:<7} {:<7} {} {}\n", column("Name", nw),
                  column("Wild", ww), "Flags", "Refcnt", "Entries", "Reloads",
                  "Stat", "Modified");
  for (const rpc::AmqMapInfo& m : rows)
    out += fmt::format(
        "{} {} {:<8x} {:<7} {:<7} {:<7} {} {}\n", column(m.name, nw),
        right_column(m.wildcard, ww), static_cast<uint32_t>(m.flags), m.refc,
        m.nentries, m.reloads, m.up < 0 ? "root" : (m.up > 0 ? "  up" : "down"),
        local_time(m.modify));
  return out;
}

std::string format_stats(const rpc::AmqStats& stats) {
  return fmt::format(
      "{:<9} {:<9} {:<9} {:<9} {}\n{:<9} {:<9} {:<9} {:<9} {}\n"
      "{:<9} {:<9} {:<9} {:<9} {:<9}\n",
      "requests", "stale", "mount", "mount", "unmount", "deferred", "fhandles",
      "ok", "failed", "failed", stats.drops, stats.stale, stats.mok, stats.merr,
      stats.uerr);
}

std::string format_sync_unmount(const std::string& directory,
                                const rpc::AmqSyncUmnt& result) {
  switch (result.status) {
    case rpc::AmqUmntStatus::Ok:
      return "";
    case rpc::AmqUmntStatus::Failed:
      return fmt::format("unmount failed: {}\n", std::strerror(result.error));
    case rpc::AmqUmntStatus::Fork:
      if (result.error == 0)
        return fmt::format("{} is not mounted\n", directory);
      return fmt::format("falling back to asynchronous unmount: {}\n",
                         std::strerror(result.error));
    case rpc::AmqUmntStatus::Read:
      return fmt::format("pipe read error: {}\n", std::strerror(result.error));
    case rpc::AmqUmntStatus::Server:
      return "amd server down\n";
    case rpc::AmqUmntStatus::Signal:
      return fmt::format("got signal: {}\n", result.signal);
  }
  return "";
}

std::string format_servers(const std::string& json) {
  return with_servers(json, [](const Json& servers) {
    Rows rows = {{"Server", "Service", "State", "For", "Address", "Round trip",
                  "Uses", "Reason"}};
    for (const Json& s : servers) rows.push_back(server_row(s));
    return rows;
  });
}

std::string format_history(const std::string& json) {
  return with_servers(json, [](const Json& servers) {
    // Oldest first over all servers; the longest ago is the largest number.
    std::multimap<double, std::vector<std::string>> changes;
    for (const Json& s : servers)
      for (const Json& c : s.value("history", Json::array()))
        changes.insert({-c.value("ago", 0.0),
                        {c.value("at", ""), s.value("name", ""),
                         c.value("from", "") + " -> " + c.value("to", ""),
                         c.value("reason", "")}});
    Rows rows;
    for (auto& [when, row] : changes) rows.push_back(std::move(row));
    return rows;
  });
}

}  // namespace amd::amq
