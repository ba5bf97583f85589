// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/xdr.h"

#include <endian.h>

#include <cstring>

namespace amd::rpc {

namespace {

// XDR pads everything to four bytes.
constexpr size_t padding_of(size_t size) {
  return (4 - size % 4) % 4;
}

}  // namespace

const char* XdrReader::take(size_t size) {
  if (why_ != nullptr) return nullptr;
  if (size > rest_.size()) {
    fail("ends too early");
    return nullptr;
  }
  const char* at = rest_.data();
  rest_.remove_prefix(size);
  return at;
}

uint32_t XdrReader::u32() {
  const char* at = take(sizeof(uint32_t));
  if (at == nullptr) return 0;
  uint32_t v = 0;
  std::memcpy(&v, at, sizeof v);
  return be32toh(v);
}

uint64_t XdrReader::u64() {
  const char* at = take(sizeof(uint64_t));
  if (at == nullptr) return 0;
  uint64_t v = 0;
  std::memcpy(&v, at, sizeof v);
  return be64toh(v);
}

bool XdrReader::boolean() {
  const uint32_t v = u32();
  if (v > 1) fail("holds a boolean that is neither 0 nor 1");
  return v == 1;
}

std::string_view XdrReader::opaque(uint32_t max) {
  const uint32_t size = u32();
  if (size > max) fail("holds a length above its limit");
  return fixed(size);
}

std::string_view XdrReader::fixed(uint32_t size) {
  const char* at = take(size_t{size} + padding_of(size));
  return at == nullptr ? std::string_view() : std::string_view(at, size);
}

void XdrReader::fail(const char* why) {
  if (why_ == nullptr) why_ = why;
  rest_ = {};
}

Result<void> XdrReader::check() const {
  if (why_ != nullptr)
    return amd::fail(Errc::Protocol, std::string("XDR ") + why_);
  return {};
}

Result<void> XdrReader::finish() {
  if (!rest_.empty()) fail("has bytes left over");
  return check();
}

void XdrWriter::u32(uint32_t v) {
  const uint32_t wire = htobe32(v);
  out_.append(reinterpret_cast<const char*>(&wire), sizeof wire);
}

void XdrWriter::u64(uint64_t v) {
  const uint64_t wire = htobe64(v);
  out_.append(reinterpret_cast<const char*>(&wire), sizeof wire);
}

void XdrWriter::opaque(std::string_view bytes) {
  u32(static_cast<uint32_t>(bytes.size()));
  fixed(bytes);
}

void XdrWriter::fixed(std::string_view bytes) {
  out_.append(bytes);
  out_.append(padding_of(bytes.size()), '\0');
}

}  // namespace amd::rpc
