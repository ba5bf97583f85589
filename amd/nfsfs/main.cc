// SPDX-License-Identifier: BSD-3-Clause
// amd-nfsfs: the userspace NFS engine.  Started by amd-keeper, which hands it
// the socket to listen on and holds its descriptors.

#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "amd/base/log.h"
#include "amd/keeper/keeper.h"
#include "amd/nfsfs/engine.h"
#include "amd/nfsfs/reactor.h"

namespace {

// Replies of a megabyte come and go: without this each of them is mapped and
// unmapped, page fault by page fault.
void keep_memory() {
  ::mallopt(M_MMAP_THRESHOLD, 64 * 1024 * 1024);
  ::mallopt(M_TRIM_THRESHOLD, 64 * 1024 * 1024);
}

void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

amd::UniqueFd listening_socket() {
  const char* text = std::getenv(amd::kEngineFdVariable);
  const int fd = text == nullptr ? -1 : std::atoi(text);
  if (fd <= 2 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) return {};
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  return amd::UniqueFd(fd);
}

}  // namespace

int main() {
  std::signal(SIGPIPE, SIG_IGN);
  keep_memory();
  allow_many_descriptors();
  amd::log::set_program("amd-nfsfs");
  amd::log::set_from_environment();
  amd::UniqueFd listener = listening_socket();
  if (!listener) {
    std::fprintf(stderr, "amd-nfsfs is started by amd-keeper\n");
    return 1;
  }
  std::optional<amd::KeeperClient> keeper;
  if (auto k = amd::KeeperClient::connect())
    keeper = std::move(*k);
  else
    amd::log::warning("no keeper: {}", k.error().message());
  amd::nfsfs::Reactor reactor;
  amd::nfsfs::Engine engine(reactor, std::move(listener), std::move(keeper));
  engine.adopt_kept();
  reactor.run();
  return 0;
}
