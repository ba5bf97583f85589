// SPDX-License-Identifier: BSD-3-Clause
// Keys of a map file to places in its text, for files of any size.
//
// Building reads the text once and copies nothing: eight bytes a slot, no
// value is parsed.  find() reads one line.  The text is the caller's (a
// mapping of the file, for example) and must outlive the index unchanged.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "maplang/syntax/map_lines.h"

namespace amd::maplang {

class MapIndex {
 public:
  // Which of two lines with one key counts: amd's fully cached maps take the
  // last, maps searched key by key the first.
  enum class Duplicates { LastWins, FirstWins };

  // Requires: `text` is shorter than 4 GiB (kMaxText).
  explicit MapIndex(std::string_view text,
                    Duplicates duplicates = Duplicates::LastWins);

  static constexpr uint64_t kMaxText = 0xfffffffe;

  // The line of exactly this key.  Keys without a value are not in the index.
  std::optional<RawEntry> find(std::string_view key) const;

  // Every key once, in the order of the lines that count.
  void for_each_key(const std::function<void(std::string_view)>& visit) const;

  size_t size() const { return count_; }

 private:
  struct Slot {
    uint32_t place = 0;  // byte of the logical line, plus one; 0: free
    uint32_t hash = 0;
  };
  // The first logical line in each stretch of kStretch bytes: from there to a
  // place, newlines are counted.
  struct Mark {
    uint32_t byte = 0;
    uint32_t line = 0;  // 0: no logical line begins in the stretch
  };
  static constexpr size_t kStretch = 2048;

  void insert(std::string_view key, size_t byte, Duplicates duplicates);
  const Slot* find_slot(std::string_view key) const;
  std::string_view key_at(size_t byte) const;
  uint32_t line_of(size_t byte) const;
  void grow();

  std::string_view text_;
  std::vector<Slot> slots_;
  std::vector<Mark> marks_;
  size_t count_ = 0;
};

}  // namespace amd::maplang
