// SPDX-License-Identifier: BSD-3-Clause
// A stand-in for amd in tests of the userspace NFS engine.  Run under
// amd-keeper:
//   nfsfs-mount TARGET OPTIONS SILENCE_MS ADDRESS:PORT:MOUNTPORT:PATH ...
// mounts, attaches, writes "attached" or the reason, and then obeys words on
// standard input: status, drain SERVER, quit (unmounts); so does its end.

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include "amd/base/loop.h"
#include "amd/keeper/keeper.h"
#include "amd/nfsfs/engine_client.h"

namespace {

using namespace amd;

std::string device_of(const std::string& target) {
  std::FILE* f = std::fopen("/proc/self/mountinfo", "re");
  std::array<char, 4096> line{};
  std::string found;
  while (f != nullptr && std::fgets(line.data(), line.size(), f) != nullptr) {
    std::istringstream words(line.data());
    std::string id, parent, device, root, where;
    words >> id >> parent >> device >> root >> where;
    if (where == target) found = device;
  }
  if (f != nullptr) std::fclose(f);
  return found;
}

Result<UniqueFd> mount_fuse(const std::string& target) {
  UniqueFd fd(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
  if (!fd) return fail(errno, "open /dev/fuse");
  const std::string data =
      "fd=" + std::to_string(fd.get()) +
      ",rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions,"
      "max_read=1048576";
  if (::mount("nfsfs-test", target.c_str(), "fuse.nfs",
              MS_RDONLY | MS_NOSUID | MS_NODEV, data.c_str()) < 0)
    return fail(errno, "mount " + target);
  return fd;
}

NfsReplica parse_replica(const std::string& text) {
  std::istringstream words(text);
  NfsReplica r;
  std::string port, mountport;
  std::getline(words, r.address, ':');
  std::getline(words, port, ':');
  std::getline(words, mountport, ':');
  std::getline(words, r.path);
  r.server = r.address + "/" + port;
  r.port = static_cast<std::uint16_t>(std::atoi(port.c_str()));
  r.mountport = static_cast<std::uint16_t>(std::atoi(mountport.c_str()));
  return r;
}

void say(const std::string& line) {
  std::cout << line << std::endl;
}

void print_status(const Result<EngineStatus>& status) {
  if (!status) return say(status.error().message());
  for (const auto& s : status->servers) {
    std::cout << "server " << s.name << " " << s.state;
    for (const auto& [k, v] : s.counters) std::cout << " " << k << "=" << v;
    std::cout << "\n";
  }
  for (const auto& m : status->mounts) {
    std::cout << "mount " << m.target << " active=" << m.active;
    for (const auto& [k, v] : m.counters) std::cout << " " << k << "=" << v;
    for (const auto& r : m.replicas) std::cout << "\n  " << r;
    for (const auto& f : m.failovers) std::cout << "\n  > " << f;
    std::cout << "\n";
  }
  say("status end");
}

class Driver {
 public:
  Driver(KeeperClient keeper, std::string target)
      : keeper_(std::move(keeper)),
        client_(loop_, [this] { return keeper_.engine_address(); }),
        target_(std::move(target)) {}

  int run(AttachRequest request, UniqueFd fuse) {
    client_.start_attach(request, std::move(fuse), [this](Result<void> r) {
      say(r ? "attached" : "failed: " + r.error().message());
      if (!r) quit(1);
    });
    const auto watch = loop_.watch_readable(0, [this] { on_input(); });
    loop_.run();
    ::umount2(target_.c_str(), MNT_DETACH);
    return status_;
  }

 private:
  void on_input() {
    std::array<char, 1024> part{};
    const ssize_t n = ::read(0, part.data(), part.size());
    if (n <= 0) return quit(0);
    input_.append(part.data(), static_cast<size_t>(n));
    for (size_t end; (end = input_.find('\n')) != std::string::npos;) {
      obey(input_.substr(0, end));
      input_.erase(0, end + 1);
    }
  }
  void obey(const std::string& line) {
    if (line == "quit") return quit(0);
    if (line == "status") return client_.start_status(print_status);
    if (line.starts_with("drain "))
      client_.start_drain(line.substr(6), [](Result<void> r) {
        say(r ? "drained" : r.error().message());
      });
  }
  void quit(int status) {
    status_ = status;
    loop_.stop();
  }

  Loop loop_;
  KeeperClient keeper_;
  EngineClient client_;
  std::string target_;
  std::string input_;
  int status_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::cerr << "usage: nfsfs-mount target options silence-ms replica ...\n";
    return 2;
  }
  auto keeper = KeeperClient::connect();
  if (!keeper) {
    std::cerr << keeper.error().message() << "\n";
    return 2;
  }
  AttachRequest request;
  request.id = "test";
  request.target = argv[1];
  request.options = argv[2];
  request.settings.silence = Milliseconds(std::atoi(argv[3]));
  request.settings.return_after = Milliseconds(2000);
  for (int i = 4; i < argc; ++i)
    request.replicas.push_back(parse_replica(argv[i]));
  auto fuse = mount_fuse(request.target);
  if (!fuse) {
    std::cerr << fuse.error().message() << "\n";
    return 2;
  }
  request.device = device_of(request.target);
  Driver driver(std::move(*keeper), request.target);
  return driver.run(request, std::move(*fuse));
}
