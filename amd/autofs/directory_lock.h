// SPDX-License-Identifier: BSD-3-Clause
// One amd a directory: a locked file that says which process serves it.

#pragma once

#include <string>

#include "amd/base/result.h"
#include "amd/base/unique_fd.h"

namespace amd {

// Held as long as the object lives; a process that dies lets go of it.
class DirectoryLock {
 public:
  // A file in `state_dir` (made if it is not there) for `directory`.  EBUSY
  // with "amd (pid N) already serves DIR" when another process holds it.
  [[nodiscard]] static Result<DirectoryLock> take(const std::string& state_dir,
                                                  const std::string& directory);
  // What the last holder noted, if it died: one line.
  const std::string& predecessor() const { return predecessor_; }
  // Replaces our note to a successor.
  void note(const std::string& line);

  DirectoryLock(DirectoryLock&&) noexcept = default;
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  DirectoryLock(std::string path, UniqueFd fd)
      : path_(std::move(path)), fd_(std::move(fd)) {}
  std::string path_;
  UniqueFd fd_;
  std::string predecessor_;
};

}  // namespace amd
