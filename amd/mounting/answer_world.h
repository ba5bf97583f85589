// SPDX-License-Identifier: BSD-3-Clause
// The work of amd-asker, and how question and answer travel.

#pragma once

#include <string>
#include <string_view>

#include "amd/base/result.h"
#include "amd/tree/world.h"

namespace amd {

// Asks the system.  May wait for ever.  An unknown name is no error: no texts.
[[nodiscard]] Result<WorldAnswer> answer_world(const WorldQuestion& question);

std::string encode(const WorldQuestion& question);
[[nodiscard]] Result<WorldQuestion> decode_question(std::string_view bytes);
std::string encode(const Result<WorldAnswer>& answer);
[[nodiscard]] Result<WorldAnswer> decode_answer(std::string_view bytes);

}  // namespace amd
