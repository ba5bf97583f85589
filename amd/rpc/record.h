// SPDX-License-Identifier: BSD-3-Clause
// Record marking: messages out of a byte stream (RFC 5531 11).

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "amd/base/result.h"

namespace amd::rpc {

// The bytes of one message, owned.  Not initialised when made, so that a
// megabyte of file data is written once only.
class Record {
 public:
  Record() = default;
  explicit Record(std::string_view bytes);
  std::string_view view() const { return {data_.get(), size_}; }
  size_t size() const { return size_; }

  // Makes room for `more` bytes after the present ones and returns it; the
  // bytes count as part of the record from then on.
  std::span<char> grow(size_t more);
  // The last `size` bytes.  Requires: size <= this->size().
  std::span<char> tail(size_t size) {
    return {data_.get() + size_ - size, size};
  }
  // Drops bytes at the end.  Requires: size <= this->size().
  void shrink(size_t size) { size_ = size; }

 private:
  std::unique_ptr<char[]> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// Cuts a stream into records.  The owner reads from its socket into space(),
// then tells commit() how much came.  Long records are read in place.
class RecordSplitter {
 public:
  explicit RecordSplitter(size_t max_record) : max_record_(max_record) {}

  std::span<char> space();
  // Hands each record that is now complete to `complete`, in order.  A record
  // above the limit is an error, after which the stream cannot be used.
  // `complete` must not destroy the splitter.
  [[nodiscard]] Result<void> commit(
      size_t bytes, const std::function<void(Record)>& complete);

 private:
  [[nodiscard]] Result<void> on_header();
  // Takes bytes from the stage into the header or the record; false when it
  // needs more.
  [[nodiscard]] Result<bool> advance(std::string_view& staged);
  void end_fragment(const std::function<void(Record)>& complete);

  static constexpr size_t kStage = 16384;

  const size_t max_record_;
  std::array<char, kStage> stage_;
  std::array<char, 4> header_;
  size_t header_bytes_ = 0;   // of header_ that have come
  bool in_fragment_ = false;  // the header is complete
  bool last_fragment_ = false;
  bool direct_ = false;  // space() pointed into record_
  size_t missing_ = 0;   // bytes of the fragment still to come
  Record record_;        // sized for the fragments announced so far
};

// The four bytes before a message of one fragment.  Requires: size < 2^31.
std::array<char, 4> record_mark(size_t size);

}  // namespace amd::rpc
