// SPDX-License-Identifier: BSD-3-Clause
// The nodes of a file system in shared memory (a memfd that the keeper holds),
// so that the numbers which the kernel knows mean the same to the engine's next
// life.
//
// Every change is a few stores into mapped memory, in an order that leaves it
// readable when the engine is killed between any two of them.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "amd/base/result.h"
#include "amd/base/unique_fd.h"
#include "amd/rpc/nfs3_types.h"

namespace amd::nfsfs {

class NodeLog {
 public:
  // Where a node is noted; 0: nowhere.
  using Slot = uint32_t;

  struct Noted {
    Slot slot = 0;
    uint64_t id = 0;
    uint64_t parent = 0;
    uint64_t lookups = 0;
    bool has_name = true;
    bool has_attributes = false;
    rpc::fattr3 attributes;
    uint32_t source = 0;
    std::string_view name;
  };

  [[nodiscard]] static Result<NodeLog> create();
  // What an earlier life left; an error when it is no such thing.
  [[nodiscard]] static Result<NodeLog> open(UniqueFd fd);
  NodeLog(NodeLog&& other) noexcept;
  NodeLog& operator=(NodeLog&&) = delete;
  ~NodeLog();

  int fd() const { return fd_.get(); }
  void for_each(const std::function<void(const Noted&)>& f) const;

  // 0 when there is no memory: then the node is lost with the engine.
  Slot add(uint64_t id, uint64_t parent, std::string_view name);
  void set_lookups(Slot slot, uint64_t lookups);
  void set_attributes(Slot slot, const rpc::fattr3& attributes, size_t source);
  void set_nameless(Slot slot);
  void remove(Slot slot);

 private:
  struct Record;

  explicit NodeLog(UniqueFd fd) : fd_(std::move(fd)) {}
  [[nodiscard]] Result<void> map();
  bool grow();
  void find_free();
  Record* at(Slot slot) const;

  static constexpr size_t kUnit = 64;      // bytes of a slot's unit
  static constexpr size_t kMostUnits = 8;  // of one record: a name of 255

  UniqueFd fd_;
  char* memory_ = nullptr;
  size_t size_ = 0;    // bytes mapped
  uint32_t used_ = 0;  // units, with those that are free again
  std::array<std::vector<Slot>, kMostUnits + 1> free_;  // by units
};

}  // namespace amd::nfsfs
