// SPDX-License-Identifier: BSD-3-Clause
// An open-addressing hash of keys; the keys stay in the text.

#include "maplang/syntax/map_index.h"

#include <cstring>

namespace amd::maplang {
namespace {

// FNV-1a over the bytes, mixed at the end.
uint32_t hash_of(std::string_view key) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : key) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return static_cast<uint32_t>(hash ^ (hash >> 32));
}

}  // namespace

MapIndex::MapIndex(std::string_view text, Duplicates duplicates)
    : text_(text.substr(0, kMaxText)), slots_(16) {
  marks_.resize(text_.size() / kStretch + 1);
  LineReader reader(text_);
  RawEntry entry;
  while (reader.next(entry)) {
    if (entry.value.empty()) continue;
    Mark& mark = marks_[entry.begin_byte / kStretch];
    if (mark.line == 0) {
      mark = {static_cast<uint32_t>(entry.begin_byte), entry.begin_line};
    }
    insert(entry.key, entry.begin_byte, duplicates);
  }
}

void MapIndex::insert(std::string_view key, size_t byte,
                      Duplicates duplicates) {
  if ((count_ + 1) * 3 > slots_.size() * 2) grow();
  const uint32_t hash = hash_of(key);
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].place != 0) {
    if (slots_[at].hash == hash && key_at(slots_[at].place - 1) == key) {
      if (duplicates == Duplicates::FirstWins) return;
      break;
    }
    at = (at + 1) & mask;
  }
  if (slots_[at].place == 0) ++count_;
  slots_[at] = {static_cast<uint32_t>(byte + 1), hash};
}

void MapIndex::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.place == 0) continue;
    size_t at = slot.hash & mask;
    while (slots_[at].place != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

const MapIndex::Slot* MapIndex::find_slot(std::string_view key) const {
  const uint32_t hash = hash_of(key);
  const size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at].place != 0; at = (at + 1) & mask) {
    if (slots_[at].hash == hash && key_at(slots_[at].place - 1) == key) {
      return &slots_[at];
    }
  }
  return nullptr;
}

// The key of the logical line that begins there.  Nearly always it stands at
// the line's beginning, before any continuation.
std::string_view MapIndex::key_at(size_t byte) const {
  static constexpr std::string_view kEnds = " \t\n\v\f\r#\\";
  const size_t end = text_.find_first_of(kEnds, byte);
  if (end != byte && end < text_.size() && text_[end] != '\\') {
    return text_.substr(byte, end - byte);
  }
  thread_local RawEntry entry;
  LineReader reader(text_, byte, 1);
  return reader.next(entry) ? entry.key : std::string_view();
}

uint32_t MapIndex::line_of(size_t byte) const {
  const Mark& mark = marks_[byte / kStretch];
  uint32_t line = mark.line;
  const char* at = text_.data() + mark.byte;
  const char* const end = text_.data() + byte;
  while (at < end) {
    const void* newline = std::memchr(at, '\n', static_cast<size_t>(end - at));
    if (newline == nullptr) break;
    at = static_cast<const char*>(newline) + 1;
    ++line;
  }
  return line;
}

std::optional<RawEntry> MapIndex::find(std::string_view key) const {
  const Slot* slot = find_slot(key);
  if (slot == nullptr) return std::nullopt;
  const size_t byte = slot->place - 1;
  LineReader reader(text_, byte, line_of(byte));
  RawEntry entry;
  if (!reader.next(entry)) return std::nullopt;
  return entry;
}

void MapIndex::for_each_key(
    const std::function<void(std::string_view)>& visit) const {
  LineReader reader(text_);
  RawEntry entry;
  while (reader.next(entry)) {
    if (entry.value.empty()) continue;
    const Slot* slot = find_slot(entry.key);
    if (slot != nullptr && slot->place - 1 == entry.begin_byte) {
      visit(entry.key);
    }
  }
}

}  // namespace amd::maplang
