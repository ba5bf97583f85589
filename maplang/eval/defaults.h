// SPDX-License-Identifier: BSD-3-Clause
// The defaults of a look-up before its first `-` word.  Private to this room.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "maplang/eval/answer_book.h"
#include "maplang/eval/facts.h"

namespace amd::maplang {

struct BaseDefaults {
  std::string text;                    // one item list
  std::optional<std::string> problem;  // e.g. more than one value
};

// map_defaults or else the text of /defaults: its first word, or with
// selectors_in_defaults the first word whose selectors are true and whose type
// accepts it; then what an `auto` parent handed down.
BaseDefaults base_defaults(std::string_view defaults_text,
                           const HostFacts& host, const LookupFacts& lookup,
                           const AnswerBook& answers);

}  // namespace amd::maplang
