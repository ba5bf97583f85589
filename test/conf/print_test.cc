// SPDX-License-Identifier: BSD-3-Clause
#include "conf/print.h"

#include <catch2/catch.hpp>

#include "conf/amd_conf.h"
#include "test/conf/random_settings.h"
#include "test/conf/without_origins.h"

using namespace amd::conf;
using amd::maplang::SourceText;

namespace {

Settings read_back(const std::string& text) {
  Settings out;
  const SourceText source("printed", text);
  std::string errors;
  for (const auto& d : read_amd_conf(source, "the tag", out)) {
    if (d.severity == amd::maplang::Severity::Error) errors += source.render(d);
  }
  INFO(text);
  CHECK(errors == "");
  return out;
}

}  // namespace

TEST_CASE("a value is printed as plainly as it can be", "[conf]") {
  CHECK(amd_conf_quoted("i386") == "i386");
  CHECK(amd_conf_quoted("a=b") == "a=b");
  CHECK(amd_conf_quoted("a b") == "\"a b\"");
  CHECK(amd_conf_quoted("[x]") == "\"[x]\"");
  CHECK(amd_conf_quoted("") == "escaped \"\"");
  CHECK(amd_conf_quoted("#x") == "escaped \"#x\"");
  CHECK(amd_conf_quoted("\"x\"") == R"(escaped "\"x\"")");
  CHECK(amd_conf_quoted("a\tb\n") == R"(escaped "a\011b\n")");
  CHECK(libconfig_quoted("a\tb\"") == R"("a\x09b\"")");
}

TEST_CASE("the printed configuration says where each value came from",
          "[conf]") {
  Settings settings;
  settings.global.cache_duration = {60, {Origin::Kind::Flag, "-c"}};
  settings.maps.emplace_back();
  settings.maps[0].directory = "/file";
  settings.maps[0].origin = {Origin::Kind::File, "/etc/amd.conf:3:3"};
  settings.maps[0].map_name = {"/etc/map",
                               {Origin::Kind::File, "/etc/amd.conf:4:1"}};

  CHECK(print_amd_conf(settings, PrintDefaults::Hide) ==
        "[ global ]\n"
        "cache_duration = 60                              # -c\n"
        "\n"
        "[ /file ]                                        # "
        "/etc/amd.conf:3:3\n"
        "map_name = /etc/map                              # "
        "/etc/amd.conf:4:1\n");
  CHECK(print_libconfig(settings, PrintDefaults::Hide) ==
        "global = {\n"
        "  cache_duration = 60;                           # -c\n"
        "};\n"
        "maps = (\n"
        "  {\n"
        "    directory = \"/file\";                         # "
        "/etc/amd.conf:3:3\n"
        "    map_name = \"/etc/map\";                       # "
        "/etc/amd.conf:4:1\n"
        "  }\n"
        ");\n");
}

TEST_CASE("all parameters of [ global ] are shown, with their defaults",
          "[conf]") {
  const std::string text = print_amd_conf(Settings());

  CHECK(text.find(
            "auto_dir = /a                                    # default\n") !=
        std::string::npos);
  CHECK(text.find("use_tcpwrappers = yes") != std::string::npos);
  CHECK(text.find("selectors_on_default") == std::string::npos);
}

TEST_CASE("what amd.conf cannot say is counted in a comment", "[conf]") {
  Settings settings;
  settings.servers.resize(2);

  CHECK(print_amd_conf(settings, PrintDefaults::Hide) ==
        "# 2 settings of servers: only the libconfig form can say this\n"
        "[ global ]\n");
}

TEST_CASE("printing amd.conf and reading it back is the identity", "[conf]") {
  for (uint32_t seed = 1; seed <= 500; seed++) {
    INFO("seed " << seed);
    const Settings settings = random_settings(seed, WithStructures::No);
    const std::string want = without_origins(settings);
    CHECK(without_origins(read_back(print_amd_conf(settings))) == want);
    CHECK(without_origins(read_back(
              print_amd_conf(settings, PrintDefaults::Hide))) == want);
  }
}
