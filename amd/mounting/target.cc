// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/target.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>

namespace amd {

namespace {

constexpr mode_t kMode = 0555;

std::string parent_of(const std::string& path) {
  const size_t slash = path.find_last_not_of('/', path.rfind('/'));
  return slash == std::string::npos ? "/" : path.substr(0, slash + 1);
}

bool is_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

int make_directory(const std::string& path, std::uint8_t& made) {
  if (::mkdir(path.c_str(), kMode) == 0) {
    ++made;
    return 0;
  }
  return errno;
}

}  // namespace

int make_parents(const std::string& path, std::uint8_t& made) {
  const std::string parent = parent_of(path);
  if (parent == "/") return 0;
  int e = make_directory(parent, made);
  if (e == ENOENT) {
    e = make_parents(parent, made);
    if (e == 0) e = make_directory(parent, made);
  }
  return e == EEXIST ? 0 : e;
}

int make_target(const std::string& path, std::uint8_t& made) {
  int e = make_directory(path, made);
  if (e == 0) return 0;
  if (e == ENOENT) {
    e = make_parents(path, made);
    if (e == 0) e = make_directory(path, made);
  } else if (e == EEXIST && is_link(path) && is_in_autofs(path) &&
             ::unlink(path.c_str()) == 0) {
    e = make_directory(path, made);
  }
  return e == EEXIST ? 0 : e;
}

void remove_target(const std::string& path, std::uint8_t made) {
  std::string left = path;
  for (; made != 0; --made) {
    if (::rmdir(left.c_str()) != 0) return;
    left = parent_of(left);
  }
}

bool is_in_autofs(const std::string& path) {
  struct statfs status {};
  return ::statfs(parent_of(path).c_str(), &status) == 0 &&
         status.f_type == AUTOFS_SUPER_MAGIC;
}

}  // namespace amd
