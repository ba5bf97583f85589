// SPDX-License-Identifier: BSD-3-Clause
// XDR (RFC 4506) over bytes in memory, with nothing trusted.
//
// The reader never copies: opaque data and strings come out as views of the
// bytes it was given, which must outlive them.  Every length is compared with
// the caller's bound and with the bytes present before anything else happens.
// The first thing wrong makes the reader fail for good: later reads return
// zero and empty views, and finish() says what was wrong.  Bytes are held as
// std::string and std::string_view throughout amd/rpc.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "amd/base/result.h"

namespace amd::rpc {

class XdrReader {
 public:
  explicit XdrReader(std::string_view bytes) : rest_(bytes) {}

  uint32_t u32();
  uint64_t u64();
  int32_t i32() { return static_cast<int32_t>(u32()); }
  bool boolean();  // anything but 0 and 1 fails
  // Variable length (a length word of at most `max`, data, padding).
  std::string_view opaque(uint32_t max);
  // Fixed length and padding.
  std::string_view fixed(uint32_t size);

  // Marks the input as bad; only the first reason is kept.  `why` must be a
  // literal.
  void fail(const char* why);
  bool ok() const { return why_ == nullptr; }
  // What has not been read yet.
  std::string_view rest() const { return rest_; }
  // The state so far; bytes may be left.
  [[nodiscard]] Result<void> check() const;
  // The state at the end: bytes left over are an error too.
  [[nodiscard]] Result<void> finish();

 private:
  const char* take(size_t size);

  std::string_view rest_;
  const char* why_ = nullptr;
};

// Appends to a string that it owns.
class XdrWriter {
 public:
  void u32(uint32_t v);
  void u64(uint64_t v);
  void i32(int32_t v) { u32(static_cast<uint32_t>(v)); }
  void boolean(bool v) { u32(v ? 1 : 0); }
  void opaque(std::string_view bytes);
  void fixed(std::string_view bytes);
  // Bytes that are XDR already.
  void raw(std::string_view bytes) { out_.append(bytes); }

  void reserve(size_t bytes) { out_.reserve(bytes); }
  size_t size() const { return out_.size(); }
  const std::string& bytes() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace amd::rpc
