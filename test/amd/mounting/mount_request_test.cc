// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/mount_request.h"

#include "amd/mounting/answer_world.h"
#include "test/support/printers.h"

using namespace amd;

namespace {

std::vector<MountRequest> one_of_each() {
  return {BindRequest{"/usr", "/n/usr", 7, true},
          LinkRequest{"../usr", "/n/l"},
          KernelRequest{
              "nfs", "s:/x", "/n/x", 1, {"vers=4.2", "vers=4.1"}, true, "::1"},
          FuseRequest{"s:/x", "/n/y", 1},
          ProgramRequest{{"/bin/true", "true", ""}, 5000},
          UnmountRequest{"/n/x", 2, 3, true},
          AutofsMountRequest{"amd2:1", "/n", 77},
          AutofsAdoptRequest{"/n", 0x12345},
          AutofsUnmountRequest{"/n", 0x12345, 1},
          AutofsExpireRequest{1}};
}

}  // namespace

TEST_CASE("every mount request arrives as it was sent", "[mounting][request]") {
  for (const MountRequest& request : one_of_each()) {
    const auto back = decode_request(encode(request));

    REQUIRE(back);
    CHECK(*back == request);
  }
}

TEST_CASE("a mount request cut anywhere, or too long, is refused",
          "[mounting][request]") {
  for (const MountRequest& request : one_of_each()) {
    const std::string whole = encode(request);

    for (size_t n = 0; n < whole.size(); ++n)
      CHECK_FALSE(decode_request(std::string_view(whole).substr(0, n)));
    CHECK_FALSE(decode_request(whole + "x"));
  }
  CHECK_FALSE(decode_request(std::string("\xff", 1)));
}

TEST_CASE("a mount reply arrives as it was sent", "[mounting][request]") {
  const MountReply reply{EBUSY, "mkdir", 2, true, 99, "some\noutput"};
  const std::string whole = encode(reply);

  const auto back = decode_reply(whole);

  REQUIRE(back);
  CHECK(*back == reply);
  for (size_t n = 0; n < whole.size(); ++n)
    CHECK_FALSE(decode_reply(std::string_view(whole).substr(0, n)));
}

TEST_CASE("questions and answers of amd-asker arrive as they were sent",
          "[mounting][request]") {
  const WorldQuestion q{WorldQuestion::Kind::Netgroup, "group", "host"};

  const auto question = decode_question(encode(q));
  const auto answer =
      decode_answer(encode(Result<WorldAnswer>(WorldAnswer{true, {"a", "b"}})));
  const auto error =
      decode_answer(encode(Result<WorldAnswer>(fail(EAGAIN, "look up x"))));

  REQUIRE(question);
  CHECK(*question == q);
  REQUIRE(answer);
  CHECK(answer->truth);
  CHECK(answer->texts == std::vector<std::string>{"a", "b"});
  REQUIRE_FALSE(error);
  CHECK(error.error().code.value() == EAGAIN);
}

TEST_CASE("a question of an unknown kind is refused", "[mounting][request]") {
  std::string bytes = encode(WorldQuestion{});
  bytes[0] = 9;

  CHECK_FALSE(decode_question(bytes));
}
