// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/record.h"

#include <endian.h>
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace amd::rpc {

namespace {

constexpr uint32_t kLastFragment = 0x80000000;
// Shorter remainders are read through the stage, where more records may
// follow in the same system call.
constexpr size_t kDirectFrom = 4096;

}  // namespace

Record::Record(std::string_view bytes) {
  std::memcpy(grow(bytes.size()).data(), bytes.data(), bytes.size());
}

std::span<char> Record::grow(size_t more) {
  const size_t old = size_;
  if (size_ + more > capacity_ || !data_) {
    capacity_ = std::max({size_ + more, 2 * capacity_, size_t{64}});
    auto bigger = std::make_unique_for_overwrite<char[]>(capacity_);
    if (size_ > 0) std::memcpy(bigger.get(), data_.get(), size_);
    data_ = std::move(bigger);
  }
  size_ += more;
  return {data_.get() + old, more};
}

std::span<char> RecordSplitter::space() {
  direct_ = in_fragment_ && missing_ >= kDirectFrom;
  if (!direct_) return stage_;
  return record_.tail(missing_);
}

Result<void> RecordSplitter::commit(
    size_t bytes, const std::function<void(Record)>& complete) {
  if (direct_) {
    missing_ -= bytes;
    if (missing_ == 0) end_fragment(complete);
    return {};
  }
  std::string_view staged(stage_.data(), bytes);
  while (!staged.empty()) {
    auto ended = advance(staged);
    if (!ended) return pass(ended);
    if (*ended) end_fragment(complete);
  }
  return {};
}

Result<bool> RecordSplitter::advance(std::string_view& staged) {
  if (!in_fragment_) {
    const size_t part = std::min(4 - header_bytes_, staged.size());
    std::memcpy(header_.data() + header_bytes_, staged.data(), part);
    staged.remove_prefix(part);
    header_bytes_ += part;
    if (header_bytes_ < 4) return false;
    if (auto header = on_header(); !header) return pass(header);
    return missing_ == 0;
  }
  const size_t part = std::min(missing_, staged.size());
  std::memcpy(record_.tail(missing_).data(), staged.data(), part);
  staged.remove_prefix(part);
  missing_ -= part;
  return missing_ == 0;
}

Result<void> RecordSplitter::on_header() {
  uint32_t word = 0;
  std::memcpy(&word, header_.data(), sizeof word);
  word = be32toh(word);
  const size_t size = word & ~kLastFragment;
  if (size > max_record_ - record_.size())
    return fail(Errc::Protocol,
                fmt::format("RPC record of more than {} bytes", max_record_));
  last_fragment_ = (word & kLastFragment) != 0;
  // A stream of empty fragments is no message and would never end.
  if (size == 0 && !last_fragment_)
    return fail(Errc::Protocol, "empty RPC fragment");
  in_fragment_ = true;
  missing_ = size;
  record_.grow(size);
  return {};
}

void RecordSplitter::end_fragment(const std::function<void(Record)>& complete) {
  in_fragment_ = false;
  header_bytes_ = 0;
  if (last_fragment_) complete(std::exchange(record_, Record()));
}

std::array<char, 4> record_mark(size_t size) {
  const uint32_t word = htobe32(static_cast<uint32_t>(size) | kLastFragment);
  std::array<char, 4> mark{};
  std::memcpy(mark.data(), &word, sizeof word);
  return mark;
}

}  // namespace amd::rpc
