// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/node_log.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <type_traits>
#include <utility>

namespace amd::nfsfs {

namespace {

constexpr uint64_t kMagic = 0x31676f4c65646f4eULL;  // "NodeLog1"
constexpr size_t kFirstSize = 64 * 1024;
constexpr size_t kLargest = size_t{1} << 36;

// What was stored before is in the memory before what comes after.  The reader
// is another process after this one's death: the compiler alone could reorder.
void in_order() {
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

}  // namespace

static_assert(std::is_trivially_copyable_v<rpc::fattr3>);

// Units of records follow one another from unit 1; `units` is set before `id`
// and stays, so that the chain can be walked; id 0 is free.
struct NodeLog::Record {
  uint64_t id;
  uint32_t units;
  uint16_t name_size;
  uint8_t has_name;
  uint8_t has_attributes;
  uint64_t parent;
  uint64_t lookups;
  uint32_t source;
  rpc::fattr3 attributes;
  char name[1];
};

NodeLog::NodeLog(NodeLog&& other) noexcept
    : fd_(std::move(other.fd_)),
      memory_(std::exchange(other.memory_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      used_(other.used_),
      free_(std::move(other.free_)) {
}

NodeLog::~NodeLog() {
  if (memory_ != nullptr) ::munmap(memory_, size_);
}

Result<NodeLog> NodeLog::create() {
  NodeLog log(UniqueFd(::memfd_create("amd-nfsfs nodes", MFD_CLOEXEC)));
  if (!log.fd_ || ::ftruncate(log.fd_.get(), kFirstSize) < 0)
    return fail(errno, "memfd");
  if (const auto r = log.map(); !r) return pass(r);
  std::memcpy(log.memory_, &kMagic, sizeof kMagic);
  log.used_ = 1;
  return log;
}

Result<NodeLog> NodeLog::open(UniqueFd fd) {
  NodeLog log(std::move(fd));
  if (const auto r = log.map(); !r) return pass(r);
  uint64_t magic = 0;
  std::memcpy(&magic, log.memory_, sizeof magic);
  if (magic != kMagic) return fail(EINVAL, "node log");
  log.find_free();
  return log;
}

Result<void> NodeLog::map() {
  struct stat st {};
  if (::fstat(fd_.get(), &st) < 0) return fail(errno, "node log");
  size_ = static_cast<size_t>(st.st_size);
  if (size_ < kFirstSize) return fail(EINVAL, "node log");
  void* at =
      ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0);
  if (at == MAP_FAILED) return fail(errno, "map the node log");
  memory_ = static_cast<char*>(at);
  return {};
}

NodeLog::Record* NodeLog::at(Slot slot) const {
  return reinterpret_cast<Record*>(memory_ + size_t{slot} * kUnit);
}

// Walks the chain up to what was never used.
void NodeLog::find_free() {
  const size_t end = size_ / kUnit;
  used_ = 1;
  while (used_ < end) {
    const Record* r = at(used_);
    if (r->units == 0 || r->units > kMostUnits || used_ + r->units > end) break;
    if (r->id == 0) free_[r->units].push_back(used_);
    used_ += r->units;
  }
}

void NodeLog::for_each(const std::function<void(const Noted&)>& f) const {
  for (Slot slot = 1; slot < used_; slot += at(slot)->units) {
    const Record* r = at(slot);
    if (r->id == 0) continue;
    const size_t room = r->units * kUnit - offsetof(Record, name);
    if (r->name_size > room) continue;
    Noted n;
    n.slot = slot;
    n.id = r->id;
    n.parent = r->parent;
    n.lookups = r->lookups;
    n.has_name = r->has_name != 0;
    n.has_attributes = r->has_attributes != 0;
    n.attributes = r->attributes;
    n.source = r->source;
    n.name = {r->name, r->name_size};
    f(n);
  }
}

bool NodeLog::grow() {
  const size_t larger = size_ * 2;
  if (larger > kLargest ||
      ::ftruncate(fd_.get(), static_cast<off_t>(larger)) < 0)
    return false;
  void* moved = ::mremap(memory_, size_, larger, MREMAP_MAYMOVE);
  if (moved == MAP_FAILED) return false;
  memory_ = static_cast<char*>(moved);
  size_ = larger;
  return true;
}

NodeLog::Slot NodeLog::add(uint64_t id, uint64_t parent,
                           std::string_view name) {
  const size_t bytes = offsetof(Record, name) + name.size();
  const auto units = static_cast<uint32_t>((bytes + kUnit - 1) / kUnit);
  if (units > kMostUnits) return 0;
  Slot slot = 0;
  if (!free_[units].empty()) {
    slot = free_[units].back();
    free_[units].pop_back();
  } else {
    if ((size_t{used_} + units) * kUnit > size_ && !grow()) return 0;
    slot = used_;
    used_ += units;
  }
  Record* r = at(slot);
  r->units = units;
  r->parent = parent;
  r->lookups = 0;
  r->has_name = 1;
  r->has_attributes = 0;
  r->name_size = static_cast<uint16_t>(name.size());
  std::memcpy(r->name, name.data(), name.size());
  in_order();
  r->id = id;
  return slot;
}

void NodeLog::set_lookups(Slot slot, uint64_t lookups) {
  if (slot != 0) at(slot)->lookups = lookups;
}

void NodeLog::set_attributes(Slot slot, const rpc::fattr3& attributes,
                             size_t source) {
  if (slot == 0) return;
  Record* r = at(slot);
  r->has_attributes = 0;
  in_order();
  r->attributes = attributes;
  r->source = static_cast<uint32_t>(source);
  in_order();
  r->has_attributes = 1;
}

void NodeLog::set_nameless(Slot slot) {
  if (slot != 0) at(slot)->has_name = 0;
}

void NodeLog::remove(Slot slot) {
  if (slot == 0) return;
  Record* r = at(slot);
  r->id = 0;
  free_[r->units].push_back(slot);
}

}  // namespace amd::nfsfs
