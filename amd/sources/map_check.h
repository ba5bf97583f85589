// SPDX-License-Identifier: BSD-3-Clause
// Tells the author of a map file what is wrong with it, as soon as it is read:
// every entry is parsed once, a slice at a time, so that the loop goes on.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "maplang/syntax/map_lines.h"
#include "maplang/syntax/source_text.h"

namespace amd {

class MapCheck {
 public:
  // Larger files are not checked: `amdmap check` is for them.
  static constexpr size_t kMaxBytes = 1 << 20;
  // Messages beyond these are only counted.
  static constexpr size_t kMaxMessages = 50;

  // `text` must outlive this.
  MapCheck(const std::string& path, std::string_view text);

  // Parses some entries and logs what is wrong; false when all are done.
  bool check_some();

 private:
  void tell(const maplang::Diagnostic& diagnostic);

  maplang::SourceText source_;
  maplang::ParsedLines lines_;
  size_t next_ = 0;  // of lines_.entries
  size_t messages_ = 0;
};

}  // namespace amd
