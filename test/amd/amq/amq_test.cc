// SPDX-License-Identifier: BSD-3-Clause
// The program amq against a service with a made-up daemon behind it.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <future>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "amd/amq/client.h"
#include "amd/rpc/service_sockets.h"
#include "amd/status/amq_service.h"
#include "test/support/fake_status.h"
#include "test/support/printers.h"

using namespace amd;
using amd::test::FakeStatus;

namespace {

struct Said {
  int status = -1;
  std::string text;  // standard output, then or between it standard error
  bool operator==(const Said&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Said& said) {
  return out << said.status << ": " << said.text;
}

Said run(const std::string& command) {
  Said said;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;)
    said.text += static_cast<char>(c);
  const int status = ::pclose(pipe);
  said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return said;
}

// A daemon that is asked in a thread of its own.
class Daemon {
 public:
  Daemon() {
    char pattern[] = "/tmp/amd-amq-test-XXXXXX";
    folder = ::mkdtemp(pattern);
    ::chmod(folder.c_str(), 0755);
    add_amq_service(dispatcher_, rpc::kAmqProgram, status);
    socket = folder + "/amq.sock";
    REQUIRE(sockets_.listen_unix(socket, 0666));
    const auto tcp = sockets_.listen_tcp(rpc::Address::loopback(0));
    REQUIRE(tcp);
    port = tcp->port();
    REQUIRE(sockets_.listen_udp(*tcp));
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Daemon() {
    loop_.post([this] { loop_.stop(); });
    thread_.join();
    std::filesystem::remove_all(folder);
  }

  Said amq(const std::string& arguments) const {
    return run(AMQ " --socket " + socket + " " + arguments);
  }

  // What the daemon was told, when it is done with that.
  std::vector<std::string> told() {
    std::promise<std::vector<std::string>> promise;
    loop_.post([&] { promise.set_value(status.told); });
    return promise.get_future().get();
  }

  FakeStatus status;  // changed only while nobody asks
  std::string folder;
  std::string socket;
  std::uint16_t port = 0;

 private:
  Loop loop_;
  rpc::Dispatcher dispatcher_;
  rpc::ServiceSockets sockets_{loop_, dispatcher_};
  std::thread thread_;
};

using Told = std::vector<std::string>;

const std::string kListing =
    "/          root    \"root\"         \n"
    "/m         toplvl  /etc/amd.m     /m\n"
    "/n         toplvl  /etc/amd.n     /n\n"
    "/n/bad     error   .              //nil//\n"
    "/n/deep    auto    /etc/amd.deep  /n/deep\n"
    "/n/sub     nfs     srv1:/home     /a/srv1/home/ann\n"
    "/n/files   nfs     srv1:/share    /n/files\n"
    "/n/lf      lofs    /usr           /n/lf\n"
    "/n/one     link    /tmp           /tmp\n"
    "/n/deep/x  link    /var           /var\n";

}  // namespace

TEST_CASE("amq lists what is mounted", "[amq][program]") {
  const Daemon daemon;
  CHECK(daemon.amq("") == Said{0, kListing});
}

TEST_CASE("amq reaches amd over TCP and UDP at a port", "[amq][program]") {
  const Daemon daemon;
  const std::string amq = AMQ " --port " + std::to_string(daemon.port);
  CHECK(run(amq + " -T -p") == Said{0, "4711\n"});
  CHECK(run(amq + " -U -p") == Said{0, "4711\n"});
  CHECK(run(amq + " -h 127.0.0.1") == Said{0, kListing});
}

TEST_CASE("actions have an order whatever that of the flags",
          "[amq][program]") {
  Daemon daemon;
  const Said said = daemon.amq("-p -v -f -x all");
  CHECK(said == Said{0, "version\ntext\n4711\n"});
  CHECK(daemon.told() == Told{"log options all", "flush"});
}

TEST_CASE("amq shows mounts, maps and counters", "[amq][program]") {
  const Daemon daemon;
  const Said mounts = daemon.amq("-m");
  CHECK(mounts.status == 0);
  CHECK(mounts.text.find("/usr           /n/lf         lofs    1   "
                         "localhost is up \n") != std::string::npos);
  CHECK(mounts.text.find("srv2 is down  (Connection timed out)\n") !=
        std::string::npos);
  CHECK(daemon.amq("-i").text.find("\n/etc/amd.n   fs:=/srv 0 ") !=
        std::string::npos);
  CHECK(daemon.amq("-s").text.find("\n9         0         6         2         "
                                   "5        \n") != std::string::npos);
}

TEST_CASE("amq shows the counters of directories", "[amq][program]") {
  const Daemon daemon;
  const Said said = daemon.amq("-s /n/lf /n/one");
  CHECK(said.status == 0);
  CHECK(said.text.starts_with("What   Uid   Getattr Lookup "));
  CHECK(said.text.find("\n/n/lf  0     0       4 ") != std::string::npos);
  CHECK(said.text.find("\n/n/one  0     0       4 ") != std::string::npos);

  CHECK(daemon.amq("/nowhere") == Said{1, "amq: /nowhere not automounted\n"});
  // The last one's counts.
  CHECK(daemon.amq("/nowhere /n/lf").status == 0);
}

TEST_CASE("amq tells everything as JSON", "[amq][program]") {
  const Daemon daemon;
  const Said said = daemon.amq("--json");
  CHECK(said.status == 0);
  CHECK(nlohmann::json::parse(said.text)["servers"].size() == 2);
  CHECK(daemon.amq("--servers").text.find("srv2    nfs3/tcp  down") !=
        std::string::npos);
  CHECK(daemon.amq("--history").text.find("suspect -> down  4 pings") !=
        std::string::npos);
}

TEST_CASE("-u asks for an unmount and does not wait", "[amq][program]") {
  Daemon daemon;
  daemon.status.result = fail(EBUSY, "busy");
  CHECK(daemon.amq("-u /n/lf /n/one") == Said{0, ""});
  CHECK(daemon.told() == Told{"unmount /n/lf", "unmount /n/one"});
}

TEST_CASE("-uu says what became of it, by words and status", "[amq][program]") {
  Daemon daemon;
  CHECK(daemon.amq("-uu /n/lf") == Said{0, ""});
  daemon.status.result = fail(EBUSY, "busy");
  CHECK(daemon.amq("-uu /n/lf") ==
        Said{1, "unmount failed: Device or resource busy\n"});
  CHECK(daemon.amq("-q -uu /n/lf") == Said{1, ""});
  daemon.status.result = fail(ENOENT, "none");
  CHECK(daemon.amq("-uu /nowhere") == Said{0, "/nowhere is not mounted\n"});
  daemon.status.result = fail(Errc::ServerDown, "srv1");
  CHECK(daemon.amq("-uu /n/lf") == Said{4, "amd server down\n"});
}

TEST_CASE("settings that amd refuses are said to have failed",
          "[amq][program]") {
  Daemon daemon;
  daemon.status.result = fail(EINVAL, "no");
  CHECK(daemon.amq("-x odd") ==
        Said{1, "amq: setting log level to \"odd\" failed\n"});
  CHECK(daemon.amq("-l /x") ==
        Said{1, "amq: setting logfile to \"/x\" failed\n"});
  CHECK(daemon.amq("-D all") ==
        Said{1, "amq: debug setting for \"all\" failed\n"});
  CHECK(daemon.amq("-x odd -p") ==
        Said{1, "amq: setting log level to \"odd\" failed\n4711\n"});
}

TEST_CASE("-w shows where one is, and ends", "[amq][program]") {
  const Daemon daemon;
  CHECK(run("cd /tmp && " AMQ " --socket " + daemon.socket + " -w -m") ==
        Said{0, "/n/one\n"});
  CHECK(run("cd /usr && " AMQ " --socket " + daemon.socket + " -w") ==
        Said{0, "/usr\n"});
}

TEST_CASE("amq says whom it did not find", "[amq][program]") {
  CHECK(run(AMQ " --socket /nowhere/s") ==
        Said{1,
             "amq: no amd answers at /nowhere/s: "
             "No such file or directory\n"});
  CHECK(run(AMQ " -T -h no.such.host.invalid") ==
        Said{1, "amq: Can't get address of no.such.host.invalid\n"});
  const Daemon daemon;
  CHECK(daemon.amq("-P 300025").status == 1);
  CHECK(run(AMQ " -T -P 300025 -h 127.0.0.1 --port " +
            std::to_string(daemon.port)) ==
        Said{1, "amq: 127.0.0.1: RPC: Program unavailable\n"});
}

TEST_CASE("the usage goes to standard error", "[amq][program]") {
  const Said said = run(AMQ " -H");
  CHECK(said.status == 1);
  CHECK(said.text.starts_with("Usage: amq [-fimpqsvwHTU] "));
  CHECK(run("(" AMQ " -u >/dev/null)").text == said.text);
  CHECK(run(AMQ " --help").status == 0);
}

// The user nobody cannot reach the build directory, perhaps.
TEST_CASE("another user may look, and changes nothing", "[amq][program]") {
  if (::geteuid() != 0) {
    WARN("only root can become another user");
    return;
  }
  Daemon daemon;
  const std::string copy = daemon.folder + "/amq";
  std::filesystem::copy_file(AMQ, copy);
  const std::string nobody =
      "setpriv --reuid=65534 --regid=65534 --clear-groups " + copy;
  const std::string near = nobody + " --socket " + daemon.socket;
  const std::string far = nobody + " -T --port " + std::to_string(daemon.port);
  const Said refused{1, "amq: only root may do that\n"};

  for (const std::string& amq : {near, far}) {
    INFO(amq);
    CHECK(run(amq) == Said{0, kListing});
    CHECK(run(amq + " --json").status == 0);
    CHECK(run(amq + " -u /n/lf") == refused);
    CHECK(run(amq + " -uu /n/lf") == refused);
    CHECK(run(amq + " -f") == refused);
    CHECK(run(amq + " -x all") == refused);
    CHECK(run(amq + " --drain srv1") == refused);
  }
  CHECK(daemon.told().empty());
}

TEST_CASE("root may change something over TCP as well", "[amq][program]") {
  if (::geteuid() != 0) {
    WARN("only root has ports below 1024");
    return;
  }
  Daemon daemon;
  CHECK(run(AMQ " -T --port " + std::to_string(daemon.port) + " -f") ==
        Said{0, ""});
  CHECK(daemon.told() == Told{"flush"});
}
