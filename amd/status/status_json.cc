// SPDX-License-Identifier: BSD-3-Clause
#include "amd/status/status_json.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace amd {

namespace {

using Json = nlohmann::ordered_json;

double seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}

std::string instant(WallTime t) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(t)));
}

// The instant that is `age` before the report.
std::string before(const StatusReport& report, Duration age) {
  return instant(report.wall -
                 std::chrono::duration_cast<WallTime::duration>(age));
}

Json node_json(const StatusReport& report, const NodeSnapshot& n) {
  Json j = {{"path", n.path},           {"type", n.type},
            {"info", n.info},           {"mount_point", n.mount_point},
            {"link_text", n.link_text}, {"state", n.state},
            {"origin", n.origin},       {"since", before(report, n.age)},
            {"lookups", n.lookups},     {"never_expires", n.never_expires}};
  if (n.ready_for) j["ready_for"] = seconds(*n.ready_for);
  if (n.time_to_ready) j["time_to_ready"] = seconds(*n.time_to_ready);
  if (n.error != 0) {
    j["errno"] = n.error;
    j["failure"] = n.failure;
  }
  return j;
}

Json points_json(const StatusReport& report) {
  Json list = Json::array();
  for (const PointSnapshot& p : report.tree.points)
    list.push_back({{"path", p.path},
                    {"map", p.map_name},
                    {"nested", p.parent.has_value()},
                    {"since", before(report, p.age)},
                    {"lookups", p.lookups},
                    {"names", p.nodes.size()}});
  return list;
}

Json nodes_json(const StatusReport& report) {
  Json list = Json::array();
  for (const PointSnapshot& p : report.tree.points)
    for (const NodeSnapshot& n : p.nodes) list.push_back(node_json(report, n));
  return list;
}

Json volumes_json(const StatusReport& report) {
  Json list = Json::array();
  for (const VolumeSnapshot& v : report.volumes) {
    Json j = {{"source", source_of(v.spec.method)},
              {"target", v.spec.target},
              {"type", v.spec.type},
              {"options", v.spec.options},
              {"servers", servers_of(v.spec)},
              {"state", name_of(v.state)},
              {"uses", v.uses},
              {"origin", v.spec.origin}};
    if (v.mounted_for) j["mounted_for"] = seconds(*v.mounted_for);
    if (v.error) j["error"] = v.error->message();
    list.push_back(std::move(j));
  }
  return list;
}

Json history_json(const StatusReport& report, const ServerSnapshot& s) {
  Json list = Json::array();
  for (const ServerSnapshot::Change& c : s.history)
    list.push_back({{"at", before(report, c.ago)},
                    {"ago", seconds(c.ago)},
                    {"from", name_of(c.from)},
                    {"to", name_of(c.to)},
                    {"reason", c.reason}});
  return list;
}

Json server_json(const StatusReport& report, const ServerSnapshot& s) {
  Json j = {{"name", s.key.name.str()},
            {"state", name_of(s.state)},
            {"since", before(report, s.since)},
            {"for", seconds(s.since)},
            {"address", s.address},
            {"version", s.key.version},
            {"transport", rpc::name_of(s.key.protocol)},
            {"failures", s.failures},
            {"flapping", s.is_flapping},
            {"uses", s.uses}};
  if (s.last_answer) j["last_answer_ago"] = seconds(*s.last_answer);
  if (s.round_trip)
    j["round_trip_us"] =
        std::chrono::duration<double, std::micro>(*s.round_trip).count();
  if (s.ping_interval) j["ping_interval"] = s.ping_interval->count();
  if (s.next_probe_in) j["next_probe_in"] = seconds(*s.next_probe_in);
  // Why it is in the state that it is in.
  j["reason"] = s.history.empty() ? "" : s.history.back().reason;
  j["history"] = history_json(report, s);
  return j;
}

Json maps_json(const StatusReport& report) {
  Json list = Json::array();
  for (const MapInfo& m : report.maps) {
    Json j = {{"name", m.name},
              {"type", m.type},
              {"wildcard", m.wildcard},
              {"entries", m.entries},
              {"reloads", m.reloads}};
    if (m.modified) j["modified"] = instant(*m.modified);
    if (m.error) j["error"] = m.error->message();
    list.push_back(std::move(j));
  }
  return list;
}

Json helpers_json(const StatusReport& report) {
  Json all = Json::object();
  for (const HelperReport& h : report.helpers)
    all[h.name] = {{"idle", h.idle},
                   {"busy", h.busy},
                   {"stuck", h.stuck},
                   {"queued", h.queued}};
  return all;
}

Json counters_json(const TreeCounters& c) {
  return {{"lookups", c.lookups},
          {"deferred", c.deferred},
          {"no_entry", c.no_entry},
          {"mounts_ok", c.mounts_ok},
          {"mounts_failed", c.mounts_failed},
          {"accesses_failed", c.accesses_failed},
          {"unmounts_ok", c.unmounts_ok},
          {"unmounts_failed", c.unmounts_failed}};
}

Json engine_json(const EngineStatus& engine) {
  Json servers = Json::array();
  for (const EngineServerStatus& s : engine.servers)
    servers.push_back({{"name", s.name},
                       {"address", s.address},
                       {"state", s.state},
                       {"counters", s.counters}});
  Json mounts = Json::array();
  for (const EngineMountStatus& m : engine.mounts)
    mounts.push_back({{"target", m.target},
                      {"active", m.active},
                      {"replicas", m.replicas},
                      {"failovers", m.failovers},
                      {"counters", m.counters}});
  return {{"servers", std::move(servers)}, {"mounts", std::move(mounts)}};
}

}  // namespace

std::string status_json(const StatusReport& report) {
  Json servers = Json::array();
  for (const ServerSnapshot& s : report.servers)
    servers.push_back(server_json(report, s));
  Json j = {{"version", report.version},
            {"pid", report.pid},
            {"at", instant(report.wall)},
            {"up_for", seconds(report.up_for)},
            {"points", points_json(report)},
            {"nodes", nodes_json(report)},
            {"volumes", volumes_json(report)},
            {"servers", std::move(servers)},
            {"maps", maps_json(report)},
            {"counters", counters_json(report.tree.counters)},
            {"helpers", helpers_json(report)}};
  if (report.engine) j["engine"] = engine_json(*report.engine);
  // Bytes that are not UTF-8 (a key may hold any) must not make it fail.
  return j.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace amd
