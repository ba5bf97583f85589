// SPDX-License-Identifier: BSD-3-Clause
// The seam to whoever keeps descriptors while amd is between two lives.

#pragma once

#include <string>
#include <vector>

#include "amd/base/result.h"
#include "amd/keeper/keeper.h"

namespace amd {

// Implementations do not wait for anything but the keeper itself.
class DescriptorKeep {
 public:
  virtual ~DescriptorKeep() = default;
  // Replaces what is held under the same name; `fd` is lent.
  [[nodiscard]] virtual Result<void> put(const std::string& name,
                                         const std::string& description,
                                         int fd) = 0;
  [[nodiscard]] virtual Result<std::vector<Kept>> get(
      const std::string& prefix) = 0;
  [[nodiscard]] virtual Result<void> drop(const std::string& name) = 0;
};

// amd-keeper.
class KeeperKeep : public DescriptorKeep {
 public:
  explicit KeeperKeep(KeeperClient& client) : client_(client) {}
  Result<void> put(const std::string& name, const std::string& description,
                   int fd) override {
    return client_.put(name, description, fd);
  }
  Result<std::vector<Kept>> get(const std::string& prefix) override {
    return client_.get(prefix);
  }
  Result<void> drop(const std::string& name) override {
    return client_.drop(name);
  }

 private:
  KeeperClient& client_;
};

}  // namespace amd
