// SPDX-License-Identifier: BSD-3-Clause
#include "amd/amq/options.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "test/support/printers.h"

using namespace amd::amq;

namespace {

Options parse(std::vector<std::string> words) {
  words.insert(words.begin(), "amq");
  std::vector<char*> argv;
  for (std::string& w : words) argv.push_back(w.data());
  argv.push_back(nullptr);
  return parse_options(static_cast<int>(words.size()), argv.data());
}

// A file of the project; tests run with its root in srcdir.
std::string contents(const std::string& path) {
  const char* root = std::getenv("srcdir");
  std::ifstream file(std::string(root ? root : "..") + "/" + path);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("without flags amq lists what is mounted on this host",
          "[amq][options]") {
  const Options o = parse({});
  CHECK(o.wants_listing());
  CHECK(o.host.empty());
  CHECK(o.program == 300019);
  CHECK(o.transport == Transport::Any);
  CHECK_FALSE(o.shows_usage);
}

TEST_CASE("flags that say where to ask leave the listing", "[amq][options]") {
  const Options o = parse({"-h", "there", "-P", "300025", "-T"});
  CHECK(o.wants_listing());
  CHECK(o.host == "there");
  CHECK(o.program == 300025);
  CHECK(o.transport == Transport::Tcp);
  CHECK(parse({"-U"}).wants_listing());
  CHECK(parse({"-U"}).transport == Transport::Udp);
  CHECK(parse({"--port", "4711"}).port == 4711);
  CHECK(parse({"--socket=/run/s"}).socket == "/run/s");
}

TEST_CASE("flags that ask for something else replace the listing",
          "[amq][options]") {
  for (const char* flag :
       {"-f", "-i", "-m", "-p", "-q", "-s", "-v", "-w", "-lF", "-xL", "-DL",
        "--json", "--servers", "--history", "--drain=s"}) {
    INFO(flag);
    CHECK_FALSE(parse({flag}).wants_listing());
    CHECK_FALSE(parse({flag}).shows_usage);
  }
  CHECK_FALSE(parse({"/n"}).wants_listing());
}

TEST_CASE("flags are taken together and with their values", "[amq][options]") {
  const Options o = parse({"-fimpsv", "-x", "all", "-Dtrace", "-l", "syslog"});
  CHECK((o.flush && o.map_info && o.mounts && o.pid && o.stats && o.version));
  CHECK(o.log_options == "all");
  CHECK(o.debug_options == "trace");
  CHECK(o.log_file == "syslog");
}

TEST_CASE("-u once is asynchronous, twice is not", "[amq][options]") {
  CHECK(parse({"-u", "/n/a", "/n/b"}).unmount == 1);
  CHECK(parse({"-u", "/n/a", "/n/b"}).directories ==
        std::vector<std::string>{"/n/a", "/n/b"});
  CHECK(parse({"-uu", "/n/a"}).unmount == 2);
  CHECK(parse({"-u", "-u", "/n/a"}).unmount == 2);
  CHECK(parse({"-u"}).shows_usage);
}

TEST_CASE("what is not understood shows the usage", "[amq][options]") {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"-H"},
                                                {"-Z"},
                                                {"-h"},
                                                {"--port", "0"},
                                                {"--port", "65536"},
                                                {"--port", "12x"},
                                                {"--port", ""},
                                                {"--nonsense"}}) {
    INFO(words[0]);
    CHECK(parse(words).shows_usage);
  }
  CHECK(usage_text() ==
        "Usage: amq [-fimpqsvwHTU] [-h hostname] [-l log_file|\"syslog\"]\n"
        "\t[-x log_options] [-D debug_options]\n"
        "\t[-P program_number] [[-u[u]] directory ...]\n");
}

TEST_CASE("help, manual page and completions have every flag",
          "[amq][options]") {
  const std::string help = help_text();
  const std::string page = contents("doc/man/amq.8");
  const std::string bash = contents("completion/amq.bash");
  const std::string zsh = contents("completion/_amq");
  const std::string fish = contents("completion/amq.fish");
  for (const std::string flag :
       {"flush",   "host",          "log-file",    "mounts", "maps",
        "pid",     "program",       "quiet",       "stats",  "unmount",
        "version", "where",         "log-options", "json",   "servers",
        "history", "drain",         "socket",      "port",   "tcp",
        "udp",     "debug-options", "help"}) {
    INFO(flag);
    const std::string word = "--" + flag;
    CHECK((flag == "help" || help.find(word) != std::string::npos));
    CHECK(page.find("Fl Fl " + flag) != std::string::npos);
    CHECK(bash.find(word) != std::string::npos);
    CHECK(zsh.find(word) != std::string::npos);
    CHECK(fish.find(" -l " + flag + " ") != std::string::npos);
  }
  for (const char letter : std::string("fimpqsvwHTUhlxDPu")) {
    INFO(letter);
    CHECK(page.find(std::string(".It Fl ") + letter) != std::string::npos);
    CHECK(fish.find(std::string(" -s ") + letter) != std::string::npos);
  }
}
