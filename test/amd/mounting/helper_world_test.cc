// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/helper_world.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "amd/base/program_path.h"
#include "test/support/printers.h"
#include "test/support/real_kernel.h"

using namespace amd;

namespace {

Result<WorldAnswer> ask(const WorldQuestion& question,
                        Milliseconds patience = Seconds(10)) {
  Loop loop;
  HelperPool pool(loop, {.program = *find_program("amd-asker")});
  HelperWorld world(loop, pool, patience);
  REQUIRE(pool.prestart());
  std::optional<Result<WorldAnswer>> answer;

  world.start_ask(question,
                  [&](Result<WorldAnswer> a) { answer = std::move(a); });

  CHECK_FALSE(answer);
  REQUIRE(test::run_until(loop, [&] { return answer.has_value(); }));
  return *answer;
}

}  // namespace

TEST_CASE("existence is asked of the file system", "[mounting][world]") {
  const auto yes = ask({WorldQuestion::Kind::Exists, "/etc/passwd", ""});
  const auto no = ask({WorldQuestion::Kind::Exists, "/nonexistent/x", ""});

  REQUIRE(yes);
  CHECK(yes->truth);
  REQUIRE(no);
  CHECK_FALSE(no->truth);
}

TEST_CASE("a host's addresses and names are looked up", "[mounting][world]") {
  const auto addresses =
      ask({WorldQuestion::Kind::HostAddresses, "127.0.0.1", ""});
  const auto names = ask({WorldQuestion::Kind::HostNames, "localhost", ""});

  REQUIRE(addresses);
  CHECK(addresses->texts == std::vector<std::string>{"127.0.0.1"});
  REQUIRE(names);
  CHECK(std::count(names->texts.begin(), names->texts.end(), "localhost") == 1);
}

TEST_CASE("a netgroup that does not exist has no members",
          "[mounting][world]") {
  const auto answer = ask({WorldQuestion::Kind::Netgroup, "nosuch", "host"});

  REQUIRE(answer);
  CHECK_FALSE(answer->truth);
}

TEST_CASE("a question without time is answered with ETIMEDOUT",
          "[mounting][world]") {
  const auto answer =
      ask({WorldQuestion::Kind::Exists, "/", ""}, Milliseconds(-1));

  REQUIRE_FALSE(answer);
  CHECK(answer.error().code.value() == ETIMEDOUT);
}

TEST_CASE("a question is asked again when the helper dies of it",
          "[mounting][world]") {
  char folder[] = "/tmp/amd-world-XXXXXX";
  REQUIRE(::mkdtemp(folder) != nullptr);
  const std::string script = std::string(folder) + "/asker";
  // The first life takes the question and dies; the next one is good.
  std::ofstream(script) << "#!/bin/sh\n[ -e " << folder << "/died ] && exec "
                        << *find_program("amd-asker") << " \"$@\"\n: >"
                        << folder << "/died\nsleep 0.2\nexit 1\n";
  REQUIRE(::chmod(script.c_str(), 0755) == 0);
  Loop loop;
  HelperPool pool(loop, {.program = script, .prestart = 1});
  HelperWorld world(loop, pool, Seconds(10));
  REQUIRE(pool.prestart());
  std::optional<Result<WorldAnswer>> answer;

  world.start_ask({WorldQuestion::Kind::Exists, "/etc/passwd", ""},
                  [&](Result<WorldAnswer> a) { answer = std::move(a); });
  REQUIRE(test::run_until(loop, [&] { return answer.has_value(); }));
  std::filesystem::remove_all(folder);

  REQUIRE(*answer);
  CHECK((*answer)->truth);
}
