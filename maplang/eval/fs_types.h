// SPDX-License-Identifier: BSD-3-Clause
// The file system types that a map may name, and what each requires.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "maplang/eval/answer_book.h"
#include "maplang/eval/facts.h"
#include "maplang/eval/location.h"
#include "maplang/eval/variables.h"

namespace amd::maplang {

// All names, in the order of the manual.
std::span<const std::string_view> all_fs_types();

// Fits `location` to its type: default values that only this type has, and
// the paths that it composes.  The reason why the type does not accept the
// location, nothing if it does.
std::optional<std::string> fit_to_type(ResolvedLocation& location,
                                       const OptionValues& options,
                                       const HostFacts& host,
                                       const AnswerBook& answers);

}  // namespace amd::maplang
