// SPDX-License-Identifier: BSD-3-Clause
#include "amd/helpers/helper_main.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <vector>

namespace amd {

namespace {

void enter_known_state() {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int s = 1; s < NSIG; ++s) {
    if (s != SIGKILL && s != SIGSTOP) std::signal(s, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  // A terminal's Ctrl-C reaches the whole process group; what ends a helper is
  // its socket.
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
  std::signal(SIGHUP, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
  ::close_range(kHelperSocket + 1, ~0U, 0);
  ::umask(0);
  if (::chdir("/") != 0) std::perror("chdir /");
}

bool send_reply(HelperCall& call) {
  std::array<int, 2> fds{};
  size_t n = 0;
  for (const UniqueFd& fd : call.reply_fds) {
    if (fd) fds[n++] = fd.get();
  }
  return send_message(kHelperSocket, call.reply.bytes(),
                      std::span(fds).first(n))
      .has_value();
}

}  // namespace

int run_helper(const std::function<void(HelperCall&)>& serve) {
  enter_known_state();
  std::vector<char> buffer(kMaxHelperMessage);
  for (;;) {
    HelperCall call;
    const auto n = receive_message(kHelperSocket, buffer, call.fds);
    if (!n || *n == 0) return n ? 0 : 1;
    call.request = {buffer.data(), *n};
    serve(call);
    if (!send_reply(call)) return 1;
  }
}

}  // namespace amd
