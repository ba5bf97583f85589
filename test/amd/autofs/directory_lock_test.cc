// SPDX-License-Identifier: BSD-3-Clause
#include "amd/autofs/directory_lock.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "test/support/printers.h"

using namespace amd;

namespace {

// A directory of its own, removed at the end (it must be empty then).
struct StateDir {
  std::string path = "/tmp/amd2-lock-XXXXXX";
  StateDir() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~StateDir() { CHECK(::rmdir(path.c_str()) == 0); }
};

}  // namespace

TEST_CASE("a directory has one lock, and who holds it is told",
          "[autofs][lock]") {
  const StateDir dir;
  std::optional<Result<DirectoryLock>> first =
      DirectoryLock::take(dir.path, "/file");

  const auto second = DirectoryLock::take(dir.path, "/file");
  const auto other = DirectoryLock::take(dir.path, "/file/sub dir");

  REQUIRE(*first);
  REQUIRE_FALSE(second);
  CHECK(second.error().message() == "amd (pid " + std::to_string(::getpid()) +
                                        ") already serves /file: Device or "
                                        "resource busy");
  CHECK(other);
}

TEST_CASE("a lock that was let go can be taken again", "[autofs][lock]") {
  const StateDir dir;
  { REQUIRE(DirectoryLock::take(dir.path, "/file")); }

  CHECK(DirectoryLock::take(dir.path, "/file"));
}

TEST_CASE("what a holder that was killed had noted is found",
          "[autofs][lock]") {
  const StateDir dir;
  if (const pid_t child = ::fork(); child == 0) {
    auto lock = DirectoryLock::take(dir.path, "/file");
    lock->note("2");
    ::_exit(0);
  } else {
    ::waitpid(child, nullptr, 0);
  }

  const auto lock = DirectoryLock::take(dir.path, "/file");

  REQUIRE(lock);
  CHECK(lock->predecessor() == "2");
}

TEST_CASE("a state directory that cannot be made is an error",
          "[autofs][lock]") {
  const auto lock = DirectoryLock::take("/nonexistent/state", "/file");

  REQUIRE_FALSE(lock);
  CHECK(lock.error().code.value() == ENOENT);
}
