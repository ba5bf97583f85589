// SPDX-License-Identifier: BSD-3-Clause
// A helper that does what the request says: "echo TEXT", "sleep MS", "exit",
// "null" (sends a descriptor of /dev/null), "write" (to a descriptor it got),
// "pgrp".

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

#include "amd/helpers/helper_main.h"

namespace {

void serve(amd::HelperCall& call) {
  const std::string request(call.request);
  const std::string word = request.substr(0, request.find(' '));
  const std::string rest =
      request.size() > word.size() ? request.substr(word.size() + 1) : "";
  if (word == "echo") call.reply.text(rest);
  if (word == "sleep")
    std::this_thread::sleep_for(std::chrono::milliseconds(std::stoi(rest)));
  if (word == "exit") ::_exit(3);
  if (word == "null")
    call.reply_fds[0].reset(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (word == "write") {
    const amd::UniqueFd out = call.fds.take();
    call.reply.number(::write(out.get(), rest.data(), rest.size()));
  }
  if (word == "pgrp") call.reply.number(::getpgrp());
  if (word != "echo") call.reply.number(std::uint32_t{0});
}

}  // namespace

int main() {
  return amd::run_helper(serve);
}
