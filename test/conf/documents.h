// SPDX-License-Identifier: BSD-3-Clause
// What the documentation and the shell completions say about parameters, made
// from the table.

#pragma once

#include <string>
#include <string_view>

namespace amd::conf {

// The text between the markers `kind` ("global", "map", "server", "group",
// "flags", "compat") of a document.
std::string markdown_part(std::string_view kind);
std::string mdoc_part(std::string_view kind);

// Whole files.
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace amd::conf
