// SPDX-License-Identifier: BSD-3-Clause
// Evaluates the selectors and functions of one location.  Private to this
// room.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "maplang/eval/answer_book.h"
#include "maplang/eval/facts.h"
#include "maplang/eval/variables.h"
#include "maplang/syntax/ast.h"

namespace amd::maplang {

// What selectors are evaluated against.  `options` are those of the defaults,
// not yet expanded: a location's own assignments come after its selectors.
struct SelectorScope {
  const HostFacts& host;
  const LookupFacts& lookup;
  const OptionValues& options;
  const AnswerBook& answers;
};

// Left to right up to the first that is false; its reason, as in
// "os==sunos5: os is linux".  Nothing if all are true.
std::optional<std::string> find_false_selector(const std::vector<Item>& items,
                                               const SelectorScope& scope);

}  // namespace amd::maplang
