// SPDX-License-Identifier: BSD-3-Clause
#include "amd/base/program_path.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

namespace amd {

namespace {

// Relative to the running program: installed together, or the build tree.
constexpr std::array<std::string_view, 8> kNear = {
    "/",          "/../keeper/",     "/../mounting/",     "/../helpers/",
    "/../nfsfs/", "/../amd/keeper/", "/../amd/mounting/", "/../amd/nfsfs/"};

}  // namespace

Result<std::string> own_program() {
  std::array<char, PATH_MAX> path{};
  const ssize_t n = ::readlink("/proc/self/exe", path.data(), path.size());
  if (n < 0) return fail(errno, "readlink /proc/self/exe");
  return std::string(path.data(), static_cast<size_t>(n));
}

Result<std::string> find_program(std::string_view name) {
  const auto self = own_program();
  if (!self) return pass(self);
  const std::string dir = self->substr(0, self->rfind('/'));
  for (const std::string_view near : kNear) {
    std::string path = dir + std::string(near) + std::string(name);
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  std::string installed = PKGLIBEXECDIR "/" + std::string(name);
  if (::access(installed.c_str(), X_OK) == 0) return installed;
  return fail(ENOENT, "program " + std::string(name) + " beside " + *self +
                          " or in " PKGLIBEXECDIR);
}

}  // namespace amd
