// SPDX-License-Identifier: BSD-3-Clause
// Values of Sun maps (autofs(4) of Solaris, autofs(5) of Linux) as values of
// amd maps: `-ro srv1,srv2:/home/&` becomes
// `type:=nfs;rhost:=srv1;rfs:=/home/${key};addopts:=ro ...`.
//
// The outcome is text in amd's syntax with the place of each part in the Sun
// text, so that everything behind it works the same.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "maplang/syntax/ast.h"
#include "maplang/syntax/diagnostic.h"

namespace amd::maplang {

// An amd value.
struct TranslatedValue {
  std::string text;
  ValueOrigin origin;  // pieces point into the Sun text
};

// What one Sun entry becomes.  `value` is empty if nothing of it could be
// translated.  The mount points below the key (`key /bin srv:/bin /man ...`)
// are keys of their own, "key/bin": their parent is `type:=auto`.
struct TranslatedEntry {
  TranslatedValue value;
  struct Offset {
    std::string key;  // "key/bin", or "*/bin" below the wildcard
    TranslatedValue value;
  };
  std::vector<Offset> offsets;
  std::vector<Diagnostic> diagnostics;
};

// `value` is the text behind the key, continuation lines joined.
TranslatedEntry translate_sun_entry(std::string_view key,
                                    std::string_view value,
                                    const ValueOrigin& origin);

// The value with the options of its master map, which count for entries that
// have none of their own.
std::string with_master_options(std::string_view sun_value,
                                std::string_view master_options);

}  // namespace amd::maplang
