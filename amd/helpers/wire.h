// SPDX-License-Identifier: BSD-3-Clause
// The encoding of requests to helpers and of their replies: fixed-size numbers
// and counted strings in this machine's byte order (both ends are one build).

#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace amd {

// The longest request or reply.
inline constexpr size_t kMaxHelperMessage = 32 * 1024;

// Appends values to a buffer.
class WireWriter {
 public:
  template <class T>
  WireWriter& number(T value) {
    static_assert(std::is_integral_v<T> || std::is_enum_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  WireWriter& text(std::string_view text) {
    number(static_cast<std::uint32_t>(text.size()));
    bytes_.append(text);
    return *this;
  }
  // Bytes that are encoded already.
  void raw(std::string bytes) { bytes_ = std::move(bytes); }
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads values back.  Past the end it yields zeros and empty texts and ok()
// becomes false: callers check once, at the end.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  T number() {
    static_assert(std::is_integral_v<T> || std::is_enum_v<T>);
    T value{};
    const std::string_view raw = take(sizeof value);
    if (ok_) std::memcpy(&value, raw.data(), sizeof value);
    return value;
  }
  std::string_view text() { return take(number<std::uint32_t>()); }

  bool ok() const { return ok_; }
  // Everything was read, and nothing was missing.
  bool is_complete() const { return ok_ && rest_.empty(); }

 private:
  std::string_view take(size_t n) {
    if (n > rest_.size()) ok_ = false;
    if (!ok_) return {};
    const std::string_view taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace amd
