// SPDX-License-Identifier: BSD-3-Clause
#include "amd/status/status_json.h"

#include <cerrno>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "test/support/fake_status.h"
#include "test/support/printers.h"

using namespace amd;
using amd::test::sample_status;

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const StatusReport& report) {
  const std::string text = status_json(report);
  CHECK(text.back() == '\n');
  return Json::parse(text);
}

std::vector<std::string> members_of(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

// Of a list of objects, that whose `member` is `value`.
Json find(const Json& list, const char* member, const std::string& value) {
  for (const Json& j : list)
    if (j.at(member) == value) return j;
  FAIL(std::string("nothing has the ") + member + " " + value);
  return {};
}

}  // namespace

TEST_CASE("the JSON account has the documented members", "[status][json]") {
  StatusReport report = sample_status();
  report.engine = EngineStatus{};
  const Json j = json_of(report);
  using Names = std::vector<std::string>;

  CHECK(members_of(j) == Names{"version", "pid", "at", "up_for", "points",
                               "nodes", "volumes", "servers", "maps",
                               "counters", "helpers", "engine"});
  CHECK(members_of(j["points"][0]) ==
        Names{"path", "map", "nested", "since", "lookups", "names"});
  CHECK(members_of(find(j["nodes"], "path", "/n/one")) ==
        Names{"path", "type", "info", "mount_point", "link_text", "state",
              "origin", "since", "lookups", "never_expires", "ready_for",
              "time_to_ready"});
  CHECK(members_of(find(j["volumes"], "target", "/n/lf")) ==
        Names{"source", "target", "type", "options", "servers", "state", "uses",
              "origin", "mounted_for"});
  CHECK(members_of(find(j["servers"], "name", "srv1")) ==
        Names{"name", "state", "since", "for", "address", "version",
              "transport", "failures", "flapping", "uses", "last_answer_ago",
              "round_trip_us", "ping_interval", "next_probe_in", "reason",
              "history"});
  CHECK(members_of(j["servers"][0]["history"][0]) ==
        Names{"at", "ago", "from", "to", "reason"});
  CHECK(members_of(j["maps"][0]) ==
        Names{"name", "type", "wildcard", "entries", "reloads", "modified"});
  CHECK(members_of(j["counters"]) ==
        Names{"lookups", "deferred", "no_entry", "mounts_ok", "mounts_failed",
              "accesses_failed", "unmounts_ok", "unmounts_failed"});
  CHECK(members_of(j["helpers"]["amd-mounter"]) ==
        Names{"idle", "busy", "stuck", "queued"});
}

TEST_CASE("instants are UTC and durations are seconds", "[status][json]") {
  const Json j = json_of(sample_status());
  CHECK(j["at"] == "2026-11-23T06:37:52Z");
  CHECK(j["up_for"] == 1000.0);
  CHECK(j["pid"] == 4711);
  const Json one = find(j["nodes"], "path", "/n/one");
  CHECK(one["since"] == "2026-11-23T06:27:52Z");
  CHECK(one["time_to_ready"] == 0.012);
  CHECK(find(j["servers"], "name", "srv1")["round_trip_us"] == 450.0);
}

TEST_CASE("what went wrong is told in words and numbers", "[status][json]") {
  StatusReport report = sample_status();
  report.maps[0].error = errno_error(ENOENT, "open /etc/amd.n");
  const Json j = json_of(report);

  const Json bad = find(j["nodes"], "path", "/n/bad");
  CHECK(bad["errno"] == ETIMEDOUT);
  CHECK(bad["failure"] == "srv2:/x: no answer");
  const Json down = find(j["servers"], "name", "srv2");
  CHECK(down["state"] == "down");
  CHECK(down["reason"] == "4 pings unanswered");
  CHECK(down["history"].size() == 2);
  CHECK(find(j["volumes"], "target", "/n/bad")["error"] ==
        "mount srv2:/x on /n/bad: Connection timed out");
  CHECK(j["maps"][0]["error"] == "open /etc/amd.n: No such file or directory");
}

TEST_CASE("every server of a replicated file system is named",
          "[status][json]") {
  const Json files =
      find(json_of(sample_status())["volumes"], "target", "/n/files");
  CHECK(files["servers"] == Json::array({"srv1", "srv2"}));
  CHECK(files["source"] == "srv1:/share");
}

TEST_CASE("the engine's account is there when the engine gave one",
          "[status][json]") {
  StatusReport report = sample_status();
  CHECK_FALSE(json_of(report).contains("engine"));
  report.engine.emplace();
  report.engine->servers = {{.name = "srv1",
                             .address = "192.0.2.1:2049",
                             .state = "up",
                             .counters = {{"calls", 7}}}};
  report.engine->mounts = {{.id = "1",
                            .target = "/n/files",
                            .active = "srv1:/share",
                            .replicas = {"srv1:/share: ready"},
                            .failovers = {"srv2 -> srv1"},
                            .counters = {{"reads", 9}}}};
  const Json j = json_of(report);

  CHECK(j["engine"]["servers"][0]["counters"]["calls"] == 7);
  CHECK(j["engine"]["mounts"][0]["active"] == "srv1:/share");
  CHECK(j["engine"]["mounts"][0]["failovers"][0] == "srv2 -> srv1");
}

TEST_CASE("bytes that are no text do not break the JSON account",
          "[status][json]") {
  StatusReport report = sample_status();
  report.tree.points[0].nodes[0].path = "/n/\xe9\x01\"\\";
  const Json j = json_of(report);
  CHECK(j["nodes"][0]["path"] == "/n/\xef\xbf\xbd\x01\"\\");
}
