// SPDX-License-Identifier: BSD-3-Clause
#include "amd/helpers/helper_pool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "amd/base/program_path.h"
#include "amd/helpers/wire.h"
#include "test/support/printers.h"

using namespace amd;

namespace {

// A pool of helper-for-tests and what its jobs reported.
struct Rig {
  Loop loop;
  HelperPool pool;
  std::vector<std::string> reports;  // in the order of completion
  int ended = 0;

  explicit Rig(HelperPool::Settings s = {}) : pool(loop, with_program(s)) {
    REQUIRE(pool.prestart());
  }

  static HelperPool::Settings with_program(HelperPool::Settings s) {
    const auto self = own_program();
    s.program = self->substr(0, self->rfind('/')) + "/helper-for-tests";
    return s;
  }

  void start(const std::string& request,
             Milliseconds allowed = Milliseconds(5000)) {
    HelperJob job;
    job.request = request;
    job.deadline = loop.now() + allowed;
    job.done = [this](Result<HelperReply> r) {
      reports.push_back(r ? reply_text(*r)
                          : std::string(std::strerror(r.error().code.value())));
    };
    job.ended = [this] { ++ended; };
    pool.start(std::move(job));
  }

  static std::string reply_text(const HelperReply& reply) {
    WireReader reader(reply.bytes);
    return std::string(reader.text());
  }

  // Runs the loop until `condition` holds.  False: not within 10 s.
  bool run_until(const std::function<bool()>& condition) {
    const Instant end = loop.now() + Seconds(10);
    const auto timer = loop.make_timer();
    std::function<void()> look = [&] {
      if (condition() || loop.now() >= end) return loop.stop();
      timer->arm(loop.now() + Milliseconds(1), look);
    };
    loop.post(look);
    loop.run();
    return condition();
  }

  bool run_until_reports(size_t n) {
    return run_until([&] { return reports.size() >= n; });
  }
};

}  // namespace

TEST_CASE("a helper answers its request", "[helpers]") {
  Rig rig;

  rig.start("echo hello");

  CHECK(rig.reports.empty());  // never from inside start()
  REQUIRE(rig.run_until_reports(1));
  CHECK(rig.reports[0] == "hello");
  CHECK(rig.ended == 0);
}

TEST_CASE("more requests than helpers are all answered once, in order",
          "[helpers]") {
  Rig rig({.prestart = 1, .at_once = 1});

  for (int i = 0; i < 500; ++i) rig.start("echo " + std::to_string(i));

  REQUIRE(rig.run_until_reports(500));
  REQUIRE(rig.reports.size() == 500);
  for (size_t i = 0; i < 500; ++i) CHECK(rig.reports[i] == std::to_string(i));
}

TEST_CASE("a helper past its deadline is killed, told of and replaced",
          "[helpers]") {
  Rig rig({.prestart = 1});

  rig.start("sleep 60000", Milliseconds(50));
  rig.start("echo next");

  REQUIRE(rig.run_until_reports(2));
  CHECK(std::count(rig.reports.begin(), rig.reports.end(), "next") == 1);
  CHECK(std::count(rig.reports.begin(), rig.reports.end(),
                   std::string(std::strerror(ETIMEDOUT))) == 1);
  CHECK(rig.run_until([&] { return rig.ended == 1; }));
  CHECK(rig.pool.counts().stuck == 0);
}

TEST_CASE("hung requests delay nobody else", "[helpers]") {
  Rig rig({.prestart = 2, .at_once = 2});
  const Instant begin = rig.loop.now();

  for (int i = 0; i < 12; ++i) rig.start("sleep 60000", Seconds(60));
  rig.start("echo quick");

  REQUIRE(rig.run_until_reports(1));
  CHECK(rig.reports[0] == "quick");
  CHECK(rig.loop.now() - begin < Seconds(3));
  CHECK(rig.pool.counts().busy == 12);
}

TEST_CASE("a pool that may not grow any more says why a request waits",
          "[helpers]") {
  Rig rig({.prestart = 1, .at_most = 1});

  rig.start("sleep 500", Seconds(10));
  rig.start("echo late", Milliseconds(50));

  REQUIRE(rig.run_until_reports(1));
  CHECK(rig.reports[0] == std::strerror(EAGAIN));
  CHECK(rig.ended == 0);
}

TEST_CASE("a helper that dies ends its request with EIO", "[helpers]") {
  Rig rig({.prestart = 1});

  rig.start("exit");

  REQUIRE(rig.run_until_reports(1));
  CHECK(rig.reports[0] == std::strerror(EIO));
  CHECK(rig.run_until([&] { return rig.ended == 1; }));
  rig.start("echo again");
  REQUIRE(rig.run_until_reports(2));
  CHECK(rig.reports[1] == "again");
}

TEST_CASE("idle helpers above the minimum are dismissed", "[helpers]") {
  Rig rig({.prestart = 1, .idle_after = Seconds(0)});

  rig.start("sleep 100");
  rig.start("sleep 100");
  rig.start("sleep 100");

  REQUIRE(rig.run_until_reports(3));
  CHECK(rig.run_until([&] {
    const auto c = rig.pool.counts();
    return c.idle == 1 && c.busy + c.stuck == 0;
  }));
}

TEST_CASE("descriptors go with a request and come with a reply", "[helpers]") {
  Rig rig;
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  const UniqueFd out(ends[0]);
  UniqueFd received;

  HelperJob job;
  job.request = "write abc";
  job.fds.emplace_back(ends[1]);
  job.deadline = rig.loop.now() + Seconds(5);
  job.done = [&](Result<HelperReply> r) {
    rig.reports.emplace_back(r ? "" : "E");
  };
  rig.pool.start(std::move(job));
  HelperJob back;
  back.request = "null";
  back.deadline = rig.loop.now() + Seconds(5);
  back.done = [&](Result<HelperReply> r) {
    if (r) received = r->fds->take();
    rig.reports.emplace_back("");
  };
  rig.pool.start(std::move(back));

  REQUIRE(rig.run_until_reports(2));
  std::array<char, 8> buffer{};
  CHECK(::read(out.get(), buffer.data(), buffer.size()) == 3);
  CHECK(received);
  // The pool keeps no copy of what it sent on.
  CHECK(::read(out.get(), buffer.data(), buffer.size()) == 0);
}

TEST_CASE("helpers stay in the process group of their daemon", "[helpers]") {
  Rig rig;
  pid_t group = 0;

  HelperJob job;
  job.request = "pgrp";
  job.deadline = rig.loop.now() + Seconds(5);
  job.done = [&](Result<HelperReply> r) {
    REQUIRE(r);
    group = WireReader(r->bytes).number<pid_t>();
    rig.reports.emplace_back();
  };
  rig.pool.start(std::move(job));

  REQUIRE(rig.run_until_reports(1));
  CHECK(group == ::getpgrp());
}

TEST_CASE("a program that cannot be started is an error at once", "[helpers]") {
  Loop loop;
  HelperPool pool(loop, {.program = "/nonexistent/helper"});

  const auto started = pool.prestart();

  REQUIRE_FALSE(started);
  CHECK(started.error().code.value() == ENOENT);
}

TEST_CASE("a program that ends at once is not started in a storm",
          "[helpers]") {
  Loop loop;
  std::vector<int> errors;
  HelperPool pool(loop, {.program = "/bin/false", .prestart = 1});
  REQUIRE(pool.prestart());

  HelperJob job;
  job.deadline = loop.now() + Milliseconds(300);
  job.done = [&](Result<HelperReply> r) {
    errors.push_back(r ? 0 : r.error().code.value());
    loop.stop();
  };
  pool.start(std::move(job));
  loop.run();

  REQUIRE(errors.size() == 1);
  CHECK((errors[0] == EAGAIN || errors[0] == EIO));
}
