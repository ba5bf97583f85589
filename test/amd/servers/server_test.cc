// SPDX-License-Identifier: BSD-3-Clause

#include "amd/servers/server.h"

#include <cerrno>

#include "test/support/printers.h"

using namespace std::chrono_literals;

namespace amd {
namespace {

Server measured(Duration round_trip) {
  Server server;
  server.round_trip.add(round_trip);
  return server;
}

}  // namespace

TEST_CASE("probes of a server that is down come at 1, 2, 4 s and so on",
          "[servers]") {
  struct Row {
    int backoff;
    Seconds interval;
    double random;
    Milliseconds delay;
  };
  const Row rows[] = {
      {0, 30s, 0, 1000ms},    {0, 30s, 0.5, 1125ms},   {1, 30s, 0, 2000ms},
      {2, 30s, 0, 4000ms},    {4, 30s, 0, 16000ms},    {5, 30s, 0, 24000ms},
      {9, 30s, 0.5, 27000ms}, {1000, 30s, 0, 24000ms}, {3, 2s, 0, 1600ms},
      {0, 1s, 0, 1000ms},     {9, 1s, 0.5, 1000ms},    {-1, 30s, 0, 1000ms},
  };
  for (const Row& row : rows) {
    CAPTURE(row.backoff, row.interval.count(), row.random);
    CHECK(next_probe_delay(row.backoff, row.interval, row.random) == row.delay);
  }
}

TEST_CASE("a ping waits for what was measured, longer after each failure",
          "[servers]") {
  Server unknown;
  CHECK(ping_timeout(unknown) == 700ms);
  unknown.failures = 1;
  CHECK(ping_timeout(unknown) == 1400ms);
  unknown.failures = 1000000;
  CHECK(ping_timeout(unknown) == 5s);

  CHECK(ping_timeout(measured(1ms)) == 500ms);
  CHECK(ping_timeout(measured(400ms)) == 1200ms);

  Server told;
  told.ping.timeout = 20s;
  told.failures = 3;
  CHECK(ping_timeout(told) == 20s);
}

TEST_CASE("patience is a small multiple of the round trip", "[servers]") {
  CHECK(patience(Server{}) == 500ms);
  CHECK(patience(measured(100us)) == 20ms);
  CHECK(patience(measured(8ms)) == 80ms);
  CHECK(patience(measured(3s)) == 1s);
}

TEST_CASE("the speed of a server changes only when it clearly changed",
          "[servers]") {
  CHECK(next_speed({}, 1us) == 7);
  CHECK(next_speed({}, 1024us) == 10);
  CHECK(next_speed(10, 1500us) == 10);
  CHECK(next_speed(11, 1500us) == 11);
  CHECK(next_speed(10, 2048us) == 11);
  CHECK(next_speed(10, 100us) == 7);
}

TEST_CASE("only some failures speak against the server", "[servers]") {
  for (int code : {ETIMEDOUT, ECONNREFUSED, ECONNRESET, EHOSTUNREACH, EPIPE})
    CHECK(speaks_against_server(errno_error(code, "mount")));
  CHECK(speaks_against_server(Error(Errc::Protocol, "reply")));
  for (int code : {EACCES, ENOENT, EPERM, ESTALE, ENOMEM, EBUSY})
    CHECK_FALSE(speaks_against_server(errno_error(code, "mount")));
  CHECK_FALSE(speaks_against_server(Error(Errc::Busy, "mount")));
}

}  // namespace amd
