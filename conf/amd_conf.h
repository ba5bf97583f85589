// SPDX-License-Identifier: BSD-3-Clause
// Reads amd's own configuration format into Settings.
//
// All of am-utils' files are read with their meaning, and more: no blanks are
// needed around `=`, comments may follow a value, the last newline may be
// missing, and `escaped "..."` (with \" \\ \n \t \r and three octal digits)
// writes what quotes alone cannot.  Nothing here reads a file or blocks.

#pragma once

#include <string_view>
#include <vector>

#include "conf/settings.h"
#include "maplang/syntax/source_text.h"

namespace amd::conf {

// Applies the text to `settings`: what it says replaces what is there, its map
// sections come behind those that are there.  `tag` is amd's -T: sections with
// another tag are left out, with a note.  Everything that is wrong is reported;
// after an error the settings must not be used.
std::vector<maplang::Diagnostic> read_amd_conf(
    const maplang::SourceText& source, std::string_view tag,
    Settings& settings);

// True if one of them is an error.
bool has_errors(const std::vector<maplang::Diagnostic>& diagnostics);

}  // namespace amd::conf
