// SPDX-License-Identifier: BSD-3-Clause
#include "amd/autofs/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "amd/base/escape.h"
#include "amd/base/log.h"

namespace amd {

namespace {

// "/a/b" as "a.2fb": one file name for one directory, and readable.
std::string file_name(std::string_view directory) {
  std::string name = "autofs-";
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : directory) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    if (is_plain) {
      name += c;
    } else {
      name += '.';
      name += kDigits[byte >> 4];
      name += kDigits[byte & 15];
    }
  }
  // NAME_MAX; longer directories may share a file, which only costs an error.
  return name.substr(0, 250) + ".pid";
}

// Line `number` of the file, from 0: the pid, the note.
std::string line_of(int fd, int number) {
  std::array<char, 256> text{};
  const ssize_t n = ::pread(fd, text.data(), text.size(), 0);
  std::string_view rest(text.data(), n > 0 ? static_cast<size_t>(n) : 0);
  for (; number > 0; --number) {
    const size_t end = rest.find('\n');
    rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
  }
  return std::string(rest.substr(0, rest.find('\n')));
}

// The file may have been removed by its holder between open and flock.
bool is_still_there(int fd, const std::string& path) {
  struct stat ours {};
  struct stat there {};
  return ::fstat(fd, &ours) == 0 && ::stat(path.c_str(), &there) == 0 &&
         ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

}  // namespace

Result<DirectoryLock> DirectoryLock::take(const std::string& state_dir,
                                          const std::string& directory) {
  ::mkdir(state_dir.c_str(), 0755);
  const std::string path = state_dir + "/" + file_name(directory);
  for (;;) {
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!fd) return fail(errno, "open " + path);
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return fail(errno, "lock " + path);
      return fail(EBUSY, "amd (pid " + escape(line_of(fd.get(), 0)) +
                             ") already serves " + escape(directory));
    }
    if (!is_still_there(fd.get(), path)) continue;
    DirectoryLock lock(path, std::move(fd));
    lock.predecessor_ = line_of(lock.fd_.get(), 1);
    lock.note("");
    return lock;
  }
}

void DirectoryLock::note(const std::string& line) {
  const std::string text = std::to_string(::getpid()) + "\n" + line + "\n";
  if (::ftruncate(fd_.get(), 0) != 0 ||
      ::pwrite(fd_.get(), text.data(), text.size(), 0) < 0)
    log::warning("{}: {}", path_, errno_error(errno, "write").message());
}

DirectoryLock::~DirectoryLock() {
  if (fd_) ::unlink(path_.c_str());
}

}  // namespace amd
