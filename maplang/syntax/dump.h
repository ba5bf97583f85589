// SPDX-License-Identifier: BSD-3-Clause
// A tree as text in one stable form: reading it again gives the tree.

#pragma once

#include <string>
#include <string_view>

#include "maplang/syntax/ast.h"

namespace amd::maplang {

// The words of the entry one a line, the continuation lines indented; empty
// items and comments are gone, everything else is as it was written.
std::string dump(const Entry& entry);

// The same with the key in front and a newline at the end.
std::string dump(std::string_view key, const Entry& entry);

// The value on one line: words with one blank between them.
std::string dump_on_one_line(const Entry& entry);

}  // namespace amd::maplang
