// SPDX-License-Identifier: BSD-3-Clause
// amdmap as its users run it: output and exit status of every command.

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace amd::amdmap {
namespace {

using Json = nlohmann::json;

// A directory of its own for each test.
class Work {
 public:
  Work() {
    std::string name =
        (std::filesystem::temp_directory_path() / "amdmap-test-XXXXXX")
            .string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    directory_ = name;
  }
  ~Work() { std::filesystem::remove_all(directory_); }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(directory_ / name, std::ios::binary) << text;
  }

  struct Outcome {
    int status;
    std::string output;
  };
  // Runs amdmap in the directory; standard error goes with the output.
  Outcome run(const std::string& arguments) const {
    const std::string command = "cd '" + directory_.string() +
                                "' && MYENV=e '" + AMDMAP + "' " + arguments +
                                " 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    Outcome outcome{0, ""};
    char buffer[4096];
    size_t got = 0;
    while ((got = fread(buffer, 1, sizeof buffer, pipe)) > 0) {
      outcome.output.append(buffer, got);
    }
    outcome.status = WEXITSTATUS(pclose(pipe));
    return outcome;
  }

 private:
  std::filesystem::path directory_;
};

constexpr const char* kFacts =
    "--directory /n --network 10.9.0.100/24 --set host=vm --set domain=test "
    "--set os=linux ";

}  // namespace

TEST_CASE("explain tells of every location in the order of the map",
          "[amdmap]") {
  const Work work;
  work.write("m",
             "/defaults -type:=nfs;opts:=ro\n"
             "k os==sunos5;rhost:=a rhost:=srv1.test;rfs:=/e;sublink:=s || "
             "rhost:=b\n");

  const auto outcome =
      work.run(std::string("explain ") + kFacts + "m k --json");

  CHECK(outcome.status == 0);
  const Json json = Json::parse(outcome.output);
  CHECK(json["map"] == "m");
  CHECK(json["matched_key"] == "k");
  const Json& locations = json["locations"];
  REQUIRE(locations.size() == 3);
  CHECK(locations[0]["chosen"] == false);
  CHECK(locations[0]["reason"] == "os==sunos5: os is linux");
  CHECK(locations[0]["origin"] == "m:2:3");
  CHECK(locations[1]["chosen"] == true);
  CHECK(locations[1]["rhost"] == "srv1");
  CHECK(locations[1]["fs"] == "/a/srv1/e");
  CHECK(locations[1]["sublink"] == "/a/srv1/e/s");
  CHECK(locations[1]["opts"] == "ro");
  CHECK(locations[1]["origin"] == "m:2:23");
  CHECK(locations[2]["chosen"] == false);
}

TEST_CASE("explain takes facts from the command line and the environment",
          "[amdmap]") {
  const Work work;
  work.write("m", "* type:=link;fs:=/${os}/${wire}/${MYENV}/${path}/${var1}\n");

  const auto outcome = work.run(
      "explain --set os=plan9 --set=var1=v --network=10.1.2.3/255.255.0.0 "
      "--directory=/d --json m x.y");

  const Json json = Json::parse(outcome.output);
  CHECK(json["matched_key"] == "*");
  CHECK(json["locations"][0]["fs"] == "/plan9/10.1.0.0/e/d/x.y/v");
}

TEST_CASE("explain uses the section of amd.conf", "[amdmap]") {
  const Work work;
  work.write("m", "k rhost:=srv1.corp;rfs:=/e\n");
  work.write("amd.conf",
             "[ global ]\nauto_dir = /auto\nlocal_domain = corp\n"
             "map_defaults = type:=nfs\n[ /home ]\nmap_name = m\n");

  const auto outcome = work.run("explain -F amd.conf m k --json");

  CHECK(outcome.status == 0);
  CHECK(Json::parse(outcome.output)["locations"][0]["fs"] == "/auto/srv1/e");
}

TEST_CASE("explain says when there is no such key or map", "[amdmap]") {
  const Work work;
  work.write("m", "k type:=link;fs:=/x\n");

  CHECK(work.run("explain m other").status == 1);
  CHECK(work.run("explain m 'bad;key'").status == 1);
  CHECK(work.run("explain none k").status == 2);
  CHECK(work.run("explain --network nonsense m k").status == 2);
  CHECK(work.run("explain m").status == 2);
}

TEST_CASE("check reports findings with their place", "[amdmap]") {
  const Work work;
  work.write("good", "k type:=link;fs=/x\n");
  work.write("bad", "k type:=link;subllink:=x;fs:=/x\n");
  work.write("amd.conf", "[ global ]\nno_such = x\n");
  work.write("auto_sun", "k -ro foo\nl srv:/x\n");

  CHECK(work.run("check good").status == 0);
  const auto bad = work.run("check bad good");
  CHECK(bad.status == 1);
  CHECK(bad.output.find("bad:1:14: error: unknown option \"subllink\": it has "
                        "no effect [option]\n"
                        "    k type:=link;subllink:=x;fs:=/x\n"
                        "                 ^~~~~~~~~~~\n"
                        "  hint: did you mean \"sublink\"?\n") == 0);
  CHECK(work.run("check amd.conf").status == 1);
  const auto sun = work.run("check auto_sun");
  CHECK(sun.output.find("auto_sun:1:7: error: \"foo\" is no location") == 0);
  CHECK(work.run("check none good").status == 2);
}

TEST_CASE("keys and dump show a map in one form", "[amdmap]") {
  const Work work;
  work.write("m", "a  fs:=/1;;   fs:=/2 # c\n\nb x\na fs:=/3\n");

  CHECK(work.run("keys m").output == "b\na\n");
  CHECK(work.run("dump m").output.find(
            "a fs:=/1 \\\n    fs:=/2\nb x\na fs:=/3\n") != std::string::npos);
  CHECK(work.run("dump m").status == 1);
}

TEST_CASE("vars lists every selector", "[amdmap]") {
  const Work work;

  const Json json = Json::parse(work.run("vars --json --set host=h1").output);

  CHECK(json.size() == 22);
  CHECK(json["host"] == "h1");
  CHECK(json["os"] == "linux");
}

TEST_CASE("convert loses nothing silently", "[amdmap]") {
  const Work work;
  work.write("m",
             "/defaults -type:=nfs;opts:=ro,intr\n"
             "a rhost:=s1;rfs:=/h/${key} rhost:=s2;rfs:=\"/h/b c\"\n"
             "b os==linux;rhost:=s1;rfs:=/x\n"
             "c type:=cdfs;dev:=/dev/sr0\n");

  const auto sun = work.run("convert --to sun m");
  CHECK(sun.status == 1);
  CHECK(sun.output.find("a -ro,intr s1:/h/& s2:/h/b\\ c\n") !=
        std::string::npos);
  CHECK(sun.output.find("c -fstype=hsfs,ro,intr :/dev/sr0\n") !=
        std::string::npos);
  CHECK(sun.output.find("m:3:3: error: \"os==linux\": Sun maps have no "
                        "selectors [convert]") != std::string::npos);
  const auto ldif = work.run("convert --to ldif --base dc=x m");
  CHECK(ldif.status == 0);
  CHECK(ldif.output.find("dn: cn=amdmap m[b],dc=x\n") != std::string::npos);
  CHECK(ldif.output.find("amdmapValue: os==linux;rhost:=s1;rfs:=/x\n") !=
        std::string::npos);
  CHECK(Json::parse(work.run("convert --to json m").output)["entries"].size() ==
        4);
  CHECK(work.run("convert m").status == 2);
}

TEST_CASE("a Sun map that was converted means the same", "[amdmap]") {
  const Work work;
  work.write("auto_x", "k -ro,soft a,b:/p/& c:/q\n* d:/$OSREL\n");

  const auto amd = work.run("convert --to amd auto_x");
  work.write("amd_x", amd.output);

  CHECK(amd.status == 0);
  CHECK(work.run("convert --to sun --type amd amd_x").output ==
        "k -ro,soft a:/p/& b:/p/& c:/q\n* d:/${OSREL}\n");
}

TEST_CASE("graph draws keys, conditions and servers", "[amdmap]") {
  const Work work;
  work.write("m", "k type:=nfs;os==linux;rhost:=s;rfs:=/x\n");

  CHECK(work.run("graph m").output.find(
            "\"key k\" -> \"s:/x\" [label=\"1: os==linux\"];") !=
        std::string::npos);
}

}  // namespace amd::amdmap
