// SPDX-License-Identifier: BSD-3-Clause

#include "amd/base/log.h"
#include "amd/tree/errno_for.h"
#include "amd/tree/lookup_reply.h"
#include "test/support/fake_clock.h"
#include "test/support/fake_seams.h"
#include "test/support/printers.h"

namespace amd {

TEST_CASE("a failure becomes one errno", "[tree]") {
  CHECK(errno_for(Error(Errc::MapNotFound, "")) == ENOENT);
  CHECK(errno_for(Error(Errc::KeyNotFound, "")) == ENOENT);
  CHECK(errno_for(Error(Errc::NoLocationMatched, "")) == ENOENT);
  CHECK(errno_for(Error(Errc::EntryMalformed, "")) == EIO);
  CHECK(errno_for(Error(Errc::ServerDown, "")) == EHOSTUNREACH);
  CHECK(errno_for(Error(Errc::MountFailed, "")) == EIO);
  CHECK(errno_for(Error(Errc::Busy, "")) == EBUSY);
  CHECK(errno_for(Error(Errc::ShuttingDown, "")) == ENOENT);
  CHECK(errno_for(Error(Errc::Protocol, "")) == EIO);
  for (int refused : {ECONNREFUSED, ECONNRESET, ENETUNREACH, EHOSTDOWN}) {
    CHECK(errno_for(errno_error(refused, "")) == EHOSTUNREACH);
  }
  CHECK(errno_for(errno_error(ETIMEDOUT, "")) == ETIMEDOUT);
  CHECK(errno_for(errno_error(EACCES, "")) == EACCES);
  CHECK(errno_for(errno_error(ENODEV, "")) == ENXIO);
  CHECK(errno_for(errno_error(EAGAIN, "")) == EIO);
  CHECK(errno_for(errno_error(0, "")) == EIO);
}

TEST_CASE("of several failures the most telling one is told", "[tree]") {
  auto told = [](std::vector<int> values) {
    std::vector<Error> errors;
    for (int value : values) errors.push_back(errno_error(value, ""));
    return errno_for(errors);
  };
  CHECK(told({}) == ENOENT);
  CHECK(told({ECONNREFUSED, ENETUNREACH}) == EHOSTUNREACH);
  CHECK(told({ECONNREFUSED, ETIMEDOUT}) == ETIMEDOUT);
  CHECK(told({ETIMEDOUT, EACCES, ENOENT}) == EACCES);
  CHECK(told({ENOENT, EACCES}) == ENOENT);
}

TEST_CASE("a reply is answered once, whatever happens to it", "[tree]") {
  test::FakeLoop loop;
  test::RecordingSink sink(loop);
  log::set_test_sink([](log::Level, const std::string&) {});

  SECTION("answered") {
    LookupReply reply = sink.make();
    std::move(reply).answer(ENOENT);
    CHECK(sink.answers[1] == std::vector{ENOENT});
  }
  SECTION("moved, then answered") {
    LookupReply reply = sink.make();
    LookupReply other(std::move(reply));
    std::move(other).answer(0);
    CHECK(sink.answers[1] == std::vector{0});
  }
  SECTION("forgotten") {
    { LookupReply reply = sink.make(); }
    CHECK(sink.answers[1] == std::vector{EIO});
  }
  SECTION("overwritten") {
    LookupReply reply = sink.make();
    reply = sink.make();
    CHECK(sink.answers[1] == std::vector{EIO});
    std::move(reply).answer(0);
    CHECK(sink.answers[2] == std::vector{0});
  }
  log::set_test_sink(nullptr);
  CHECK(sink.answers.size() <= 2);
}

}  // namespace amd
