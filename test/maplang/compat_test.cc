// SPDX-License-Identifier: BSD-3-Clause
// The observations in test/golden/compat against what amd2 would do.

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "maplang/eval/choose.h"
#include "maplang/eval/mount_options.h"
#include "maplang/syntax/map_lines.h"
#include "maplang/syntax/parse.h"

namespace amd::maplang {
namespace {

using Json = nlohmann::json;

// The machine of the observations (README.md there).
HostFacts observed_host(const Json& facts) {
  HostFacts host;
  host.host = "vm";
  host.domain = facts.value("domain", "unknown.domain");
  host.hostd = host.host + "." + host.domain;
  host.cluster = host.domain;
  host.os = "linux";
  host.byte = "little";
  host.networks = {*Network::parse("10.9.0.100/255.255.255.0")};
  host.environment["MYENV"] = "e";
  return host;
}

Answers answers_to(const std::vector<Question>& questions) {
  static const std::set<std::string> kThere = {"/", "/tmp", "/etc",
                                               "/etc/passwd"};
  Answers answers;
  for (const Question& one : questions) {
    answers[one].truth = kThere.count(one.argument) != 0;
  }
  return answers;
}

Choice choose_as_observed(const Json& record) {
  const std::string text = record.at("entry");
  LineReader reader(text);
  RawEntry line;
  if (!reader.next(line)) return {};
  const ParsedEntry parsed = parse_entry(line.value, line.origin("compat"));
  const HostFacts host = observed_host(record.value("facts", Json::object()));
  LookupFacts lookup;
  lookup.key = record.at("key");
  lookup.path = "/n/" + lookup.key;
  lookup.map = "/etc/map";
  const std::string defaults = record.at("defaults");
  const Answers answers =
      answers_to(questions(parsed.entry, defaults, host, lookup, {}));
  return choose(parsed.entry, defaults, host, lookup, answers);
}

// Calls `check` for every line of a file, which is one observation.
template <class Check>
void for_each_observation(const char* file, Check check) {
  std::ifstream in(std::string(GOLDEN_DIR) + "/compat/" + file);
  REQUIRE(in);
  std::string line;
  while (std::getline(in, line)) check(Json::parse(line));
}

std::string link_of(const Choice& choice) {
  return choice.chosen.empty() ? "(none)" : choice.chosen.front().link_text();
}

}  // namespace

TEST_CASE("links are what the old daemon answered", "[maplang][compat]") {
  for_each_observation("observed-link.jsonl", [](const Json& record) {
    INFO(record.at("name") << ": " << record.at("entry"));
    CHECK(link_of(choose_as_observed(record)) ==
          record.value("link", "(none)"));
  });
}

namespace {

// What the kernel was asked for, as far as the map decides it.
std::string mount_of(const ResolvedLocation& location) {
  return location.rhost + ":" + location.rfs + " on " + location.fs;
}

// linux/mount.h and linux/nfs_mount.h.
unsigned generic_flags(const MountOptions& options) {
  unsigned flags = 0;
  const std::pair<const char*, unsigned> words[] = {
      {"ro", 1}, {"nosuid", 2}, {"nodev", 4}, {"noexec", 8}, {"noatime", 1024}};
  for (const auto& [word, bit] : words) flags |= options.has(word) ? bit : 0;
  return flags;
}

unsigned nfs_flags(const MountOptions& options) {
  unsigned flags = 0;
  const std::pair<const char*, unsigned> words[] = {
      {"soft", 0x1}, {"intr", 0x2}, {"noac", 0x20}, {"nolock", 0x200}};
  for (const auto& [word, bit] : words) flags |= options.has(word) ? bit : 0;
  if (options.text_of("proto").value_or("tcp") != "udp") flags |= 0x40;
  if (options.number_of("vers").value_or(3) == 3) flags |= 0x80;
  return flags;
}

std::string number_text(long value) {
  return std::to_string(value);
}

std::string nfs_data(const ResolvedLocation& location) {
  const MountOptions options(location.opts);
  const auto number = [&](const char* name, long otherwise) {
    return options.number_of(name).value_or(otherwise);
  };
  const bool udp = (nfs_flags(options) & 0x40) == 0;
  const bool has_all = options.has("actimeo");
  const auto cache = [&](const char* name, long otherwise) {
    return number_text(number(has_all ? "actimeo" : name, otherwise));
  };
  char flags[32];
  snprintf(flags, sizeof flags, "0x%x", nfs_flags(options));
  return "version=6 flags=" + std::string(flags) +
         " rsize=" + number_text(number("rsize", 0)) +
         " wsize=" + number_text(number("wsize", 0)) +
         " timeo=" + number_text(number("timeo", udp ? 7 : 600)) +
         " retrans=" + number_text(number("retrans", 3)) +
         " ac=" + cache("acregmin", 3) + "," + cache("acregmax", 60) + "," +
         cache("acdirmin", 30) + "," + cache("acdirmax", 60) +
         " hostname=" + location.rhost;
}

const std::set<std::string> kServers = {"srv1", "srv2", "srv3", "alias3"};

// The first chosen location whose server exists.
const ResolvedLocation* first_with_server(const Choice& choice) {
  for (const ResolvedLocation& one : choice.chosen) {
    if (kServers.count(one.rhost) != 0) return &one;
  }
  return nullptr;
}

// One daemon made all look-ups of a map: what is mounted is shared.
struct Daemon {
  std::string map;
  std::set<std::string> mounted;
};

// With noac the old daemon leaves the four times as it finds them in memory,
// and the kernel does not look at them.
std::string without_cache_times(std::string data,
                                const ResolvedLocation& location) {
  if (!MountOptions(location.opts).has("noac")) return data;
  const size_t begin = data.find(" ac=");
  return data.erase(begin, data.find(' ', begin + 1) - begin);
}

void check_mount(const Json& record, const ResolvedLocation& location,
                 Daemon& daemon) {
  const Json& mounts = record.at("mounts");
  if (!daemon.mounted.insert(location.fs).second) {
    CHECK(mounts.empty());
    return;
  }
  REQUIRE(mounts.size() == 1);
  const Json& mount = mounts.front();
  CHECK(mount_of(location) == mount.at("source").get<std::string>() + " on " +
                                  mount.at("target").get<std::string>());
  const unsigned flags = generic_flags(MountOptions(location.opts));
  CHECK((0xc0ed0000 | flags) ==
        std::stoul(mount.at("flags").get<std::string>(), nullptr, 16));
  CHECK(without_cache_times(nfs_data(location), location) ==
        without_cache_times(mount.at("nfs"), location));
}

}  // namespace

TEST_CASE("nfs mounts are what the old daemon asked the kernel for",
          "[maplang][compat]") {
  Daemon daemon;
  for_each_observation("observed-nfs.jsonl", [&daemon](const Json& record) {
    const std::string name = record.at("name");
    INFO(name << ": " << record.at("entry"));
    const std::string map = name.substr(0, name.find('/'));
    if (daemon.map != map) daemon = {map, {}};

    const Choice choice = choose_as_observed(record);

    const ResolvedLocation* location = first_with_server(choice);
    CHECK((location == nullptr ? "(none)" : location->link_text()) ==
          record.value("link", "(none)"));
    if (location != nullptr && record.contains("link")) {
      check_mount(record, *location, daemon);
    }
  });
}

namespace {

Json json_of(const ResolvedLocation& location) {
  if (location.type != "nfs") {
    return {{"type", location.type}, {"link", location.link_text()}};
  }
  return {{"type", location.type},       {"rhost", location.rhost},
          {"rfs", location.rfs},         {"fs", location.fs},
          {"sublink", location.sublink}, {"opts", location.opts}};
}

}  // namespace

TEST_CASE("entries written by hand give the locations they should",
          "[maplang][compat]") {
  int count = 0;
  for_each_observation("written.jsonl", [&count](const Json& record) {
    ++count;
    INFO(record.at("name") << ": " << record.at("entry"));
    Json locations = Json::array();
    for (const auto& one : choose_as_observed(record).chosen) {
      locations.push_back(json_of(one));
    }
    CHECK(locations == record.at("locations"));
  });
  CHECK(count >= 250);
}

}  // namespace amd::maplang
