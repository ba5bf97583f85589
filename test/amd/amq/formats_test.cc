// SPDX-License-Identifier: BSD-3-Clause
// What amq prints, byte for byte as am-utils' does.
#include "amd/amq/formats.h"

#include <cerrno>
#include <cstdlib>
#include <ctime>

#include "test/support/printers.h"

using namespace amd;
using namespace amd::amq;

namespace {

// Local times are New York's.
struct NewYork {
  NewYork() {
    ::setenv("TZ", "EST5EDT", 1);
    ::tzset();
  }
  ~NewYork() {
    ::unsetenv("TZ");
    ::tzset();
  }
};

// 2026-11-23 06:37:52 in New York.
constexpr int32_t kTime = 1795433872;

rpc::AmqTreeNode node(const char* directory, const char* type, const char* info,
                      const char* place, std::optional<uint32_t> parent = 0) {
  rpc::AmqTreeNode n;
  n.parent = parent;
  n.directory = directory;
  n.type = type;
  n.mountinfo = info;
  n.mountpoint = place;
  n.mounttime = kTime;
  return n;
}

rpc::AmqTree tree() {
  return {{node("", "root", "\"root\"", "", std::nullopt),
           node("/n", "toplvl", "/tmp/maps/m1", "/n"),
           node("/n/two", "link", "./var", "/var", 1),
           node("/n/one", "link", "./tmp", "/tmp", 1)}};
}

rpc::AmqMountInfo mount(const char* info, const char* place, const char* type,
                        int refc, const char* server, int up, int error) {
  return {.type = type,
          .mountpt = place,
          .mountinfo = info,
          .fserver = server,
          .error = error,
          .refc = refc,
          .up = up};
}

rpc::AmqMapInfo map(const char* name, const char* wildcard, int entries,
                    int reloads, int up) {
  return {.name = name,
          .wildcard = wildcard,
          .modify = kTime,
          .flags = 0,
          .nentries = entries,
          .reloads = reloads,
          .refc = 1,
          .up = up};
}

}  // namespace

TEST_CASE("the listing is in columns as wide as their longest text and one",
          "[amq]") {
  CHECK(format_listing({{tree()}}) ==
        "/       root    \"root\"        \n"
        "/n      toplvl  /tmp/maps/m1  /n\n"
        "/n/two  link    ./var         /var\n"
        "/n/one  link    ./tmp         /tmp\n");
}

TEST_CASE("without automount points the listing is the root", "[amq]") {
  // The root's "/" is cut to a column for no text at all and one.
  CHECK(
      format_listing({{{{node("", "root", "\"root\"", "", std::nullopt)}}}}) ==
      "/ root  \"root\"  \n");
  CHECK(format_listing({}).empty());
}

TEST_CASE("statistics of a directory have a header and local times", "[amq]") {
  const NewYork zone;
  rpc::AmqTree part{{node("/n", "toplvl", "m", "/n", std::nullopt),
                     node("/n/long-er", "link", "x", "/x")}};
  part.nodes[0].getattr = 1;
  part.nodes[0].lookup = 4;
  part.nodes[0].statfs = 1;
  part.nodes[1].readdir = 1234567;
  part.nodes[1].readlink = 2;

  CHECK(format_node_stats(part) ==
        "What        Uid   Getattr Lookup RdDir   RdLnk   Statfs Mounted@\n"
        "/n          0     1       4      0       0       1      "
        "11/23/2026 06:37:52\n"
        "/n/long-er  0     0       0      1234567 2       0      "
        "11/23/2026 06:37:52\n");
}

TEST_CASE("the header of statistics is cut to a short column", "[amq]") {
  const NewYork zone;
  const std::string text =
      format_node_stats({{node("/n", "toplvl", "m", "/n", std::nullopt)}});
  CHECK(text.substr(0, 8) == "Wha Uid ");
}

TEST_CASE("mounts have their server's state and what is wrong", "[amq]") {
  CHECK(format_mounts(
            {mount("\"root\"", "", "root", 1, "localhost", 1, 0),
             mount("/tmp/maps/m1", "/n", "toplvl", 1, "localhost", 1, 0),
             mount("srv1:/deny", "/a/srv1/deny", "nfs", 0, "srv1", 1, EACCES),
             mount("srv2:/x", "/a/srv2/x", "nfs", 0, "srv2", 0, -1),
             mount("srv3:/x", "/a/srv3/x", "nfs", 1234, "srv3", -1, 0)}) ==
        "\"root\"                      root    1   localhost is up \n"
        "/tmp/maps/m1  /n            toplvl  1   localhost is up \n"
        "srv1:/deny    /a/srv1/deny  nfs     0   srv1 is up  "
        "(Permission denied)\n"
        "srv2:/x       /a/srv2/x     nfs     0   srv2 is down  "
        "(in progress)\n"
        "srv3:/x       /a/srv3/x     nfs     1234 srv3 is starting \n");
  CHECK(format_mounts({}).empty());
}

TEST_CASE("maps have their wildcard on the right", "[amq]") {
  const NewYork zone;
  rpc::AmqMapInfo first = map("/tmp/maps/m1", "fs:=/srv", 6, 1, -1);
  rpc::AmqMapInfo second = map("\"root\"", "", 2, 0, -1);
  second.refc = 2;
  CHECK(format_maps({first, second}) ==
        "Name          Wild      Flags    Refcnt  Entries Reloads Stat "
        "Modified\n"
        "/tmp/maps/m1   fs:=/srv 0        1       6       1       root "
        "11/23/2026 06:37:52\n"
        "\"root\"                  0        2       2       0       root "
        "11/23/2026 06:37:52\n");
}

TEST_CASE("without wildcards their column has no width", "[amq]") {
  const NewYork zone;
  rpc::AmqMapInfo up = map("nis", "", 6, 1, 1);
  up.flags = 0x1f;
  CHECK(format_maps({up, map("ldap", "", 0, 0, 0)}) ==
        "Name   Flags    Refcnt  Entries Reloads Stat Modified\n"
        "nis    1f       1       6       1         up 11/23/2026 06:37:52\n"
        "ldap   0        1       0       0       down 11/23/2026 06:37:52\n");
}

TEST_CASE("amd's counters stand below two lines of header", "[amq]") {
  CHECK(format_stats({.mok = 6}) ==
        "requests  stale     mount     mount     unmount\n"
        "deferred  fhandles  ok        failed    failed\n"
        "0         0         6         0         0        \n");
}

TEST_CASE("a synchronous unmount says what became of it", "[amq]") {
  using Status = rpc::AmqUmntStatus;
  const auto said = [](Status status, int error, int signal = 0) {
    return format_sync_unmount(
        "/n/x", {.status = status, .error = error, .signal = signal});
  };
  CHECK(said(Status::Ok, 0).empty());
  CHECK(said(Status::Failed, EBUSY) ==
        "unmount failed: Device or resource busy\n");
  CHECK(said(Status::Fork, 0) == "/n/x is not mounted\n");
  CHECK(said(Status::Fork, EAGAIN) ==
        "falling back to asynchronous unmount: "
        "Resource temporarily unavailable\n");
  CHECK(said(Status::Read, EIO) == "pipe read error: Input/output error\n");
  CHECK(said(Status::Server, 0) == "amd server down\n");
  CHECK(said(Status::Signal, 0, 9) == "got signal: 9\n");
}

TEST_CASE("control bytes in names reach no terminal", "[amq]") {
  rpc::AmqTree odd{
      {node("/n/\x1b[31m", "link", "a\nb", "/\x7f", std::nullopt)}};
  CHECK(format_listing({{odd}}) == "/n/\\033[31m  link  a\\012b  /\\177\n");
  CHECK(format_mounts({mount("a\tb", "\x01", "t", 1, "s\r", 1, 0)}) ==
        "a\\011b  \\001  t  1   s\\015 is up \n");
  // Anything else is left as it is.
  CHECK(
      format_listing({{{{node("caf\xe9 \\", "t", "i", "p", std::nullopt)}}}}) ==
      "caf\xe9 \\  t  i  p\n");
}

TEST_CASE("servers are a table", "[amq]") {
  CHECK(format_servers(R"({"servers": [
      {"name": "srv1", "version": 3, "transport": "tcp", "state": "up",
       "for": 90.0, "address": "192.0.2.1:2049", "round_trip_us": 450.0,
       "uses": 2, "reason": "it answered"},
      {"name": "srv2", "version": 3, "transport": "tcp", "state": "down",
       "flapping": true, "for": 7200.0}]})") ==
        "Server  Service   State  For    Address         Round trip  Uses  "
        "Reason\n"
        "srv1    nfs3/tcp  up     2 min  192.0.2.1:2049  0.45 ms     2     "
        "it answered\n"
        "srv2    nfs3/tcp  down*  2.0 h                              0\n");
}

TEST_CASE("changes of all servers are listed by time", "[amq]") {
  CHECK(format_history(R"({"servers": [
      {"name": "a", "history": [
        {"at": "T1", "ago": 9.0, "from": "up", "to": "down", "reason": "r"},
        {"at": "T3", "ago": 1.0, "from": "down", "to": "up", "reason": "s"}]},
      {"name": "b", "history": [
        {"at": "T2", "ago": 5.0, "from": "up", "to": "down",
         "reason": "t"}]}]})") ==
        "T1  a  up -> down  r\n"
        "T2  b  up -> down  t\n"
        "T3  a  down -> up  s\n");
}

TEST_CASE("an answer that is not amd's JSON is said to be none", "[amq]") {
  for (const char* text :
       {"", "{", "[]", "7", "{}", "{\"servers\": 7}", "{\"servers\": [7]}",
        "{\"servers\": [{\"name\": 7}]}",
        "{\"servers\": [{\"history\": [7]}]}"}) {
    INFO(text);
    CHECK_NOTHROW(format_servers(text));
    CHECK_NOTHROW(format_history(text));
  }
  CHECK(format_servers("{}") == "amd's answer is not what this amq knows\n");
  CHECK(format_history("{") == "amd's answer is not what this amq knows\n");
}
