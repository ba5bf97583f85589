// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "amd/base/clock.h"
#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/base/loop.h"
#include "amd/base/named.h"
#include "amd/base/unique_fd.h"
#include "test/support/printers.h"

using namespace amd;
using namespace std::chrono_literals;

TEST_CASE("an error says what was being done and why it failed", "[base]") {
  const Error e = errno_error(ECONNREFUSED, "mount srv1:/home on /a/srv1/home");

  CHECK(e.message() == "mount srv1:/home on /a/srv1/home: Connection refused");
  CHECK(errno_of(e) == ECONNREFUSED);
}

TEST_CASE("each of amd's own errors has an errno for the waiting process",
          "[base]") {
  CHECK(errno_of(Error(Errc::KeyNotFound, "")) == ENOENT);
  CHECK(errno_of(Error(Errc::ServerDown, "")) == EHOSTUNREACH);
  CHECK(errno_of(Error(Errc::MountFailed, "")) == EIO);
  CHECK(errno_of(Error(Errc::Busy, "")) == EBUSY);
}

TEST_CASE("text from outside is shown with control bytes as octal", "[base]") {
  CHECK(escape("a\nb\x1b[1m\\") == "a\\012b\\033[1m\\134");
  CHECK(escape("caf\xc3\xa9") == "caf\xc3\xa9");
  CHECK(escape("abcdef", 3) == "abc...");
}

TEST_CASE("log options select levels and never lose fatal and error",
          "[base]") {
  REQUIRE(log::set_options("defaults,nomap"));
  CHECK_FALSE(log::is_on(log::Level::Map));

  REQUIRE(log::set_options("all,noinfo,nofatal,noerror"));
  CHECK(log::is_on(log::Level::Map));
  CHECK_FALSE(log::is_on(log::Level::Info));
  CHECK(log::is_on(log::Level::Fatal));
  CHECK(log::is_on(log::Level::Error));

  const auto bad = log::set_options("map,bogus");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().context == "log option \"bogus\"");
  REQUIRE(log::set_options("defaults,nomap,nostats,nodebug"));
}

TEST_CASE("a log line keeps on one line", "[base]") {
  std::vector<std::string> lines;
  log::set_test_sink(
      [&](log::Level, const std::string& line) { lines.push_back(line); });

  log::error("key {}: refused", "a\nb");
  log::set_test_sink({});

  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "key a\\012b: refused");
}

TEST_CASE("a descriptor is closed by its last owner", "[base]") {
  int raw = -1;
  {
    UniqueFd a(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    raw = a.get();
    const UniqueFd b = std::move(a);
    CHECK_FALSE(static_cast<bool>(a));
    CHECK(::fcntl(raw, F_GETFD) != -1);
  }
  CHECK(::fcntl(raw, F_GETFD) == -1);
}

TEST_CASE("timers fire in order of their instants and only the last arming",
          "[base]") {
  Loop loop;
  std::string order;
  const auto a = loop.make_timer();
  const auto b = loop.make_timer();
  const Instant start = loop.now();

  a->arm(start + 1h, [&] { order += 'x'; });
  a->arm(start + 2ms, [&] {
    order += 'a';
    loop.stop();
  });
  b->arm(start + 1ms, [&] { order += 'b'; });
  loop.run();

  CHECK(order == "ba");
}

TEST_CASE("a watch may be destroyed by its own callback", "[base]") {
  Loop loop;
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const UniqueFd out(ends[0]);
  const UniqueFd in(ends[1]);
  REQUIRE(::write(in.get(), "xy", 2) == 2);
  int calls = 0;

  std::unique_ptr<Watch> watch;
  watch = loop.watch_readable(out.get(), [&] {
    ++calls;
    watch.reset();
    loop.stop();
  });
  loop.run();

  CHECK(calls == 1);
}

TEST_CASE("durations are shown with a fitting unit", "[base]") {
  CHECK(to_text(80us) == "80 us");
  CHECK(to_text(350ms) == "350 ms");
  CHECK(to_text(1250ms) == "1.2 s");
}
