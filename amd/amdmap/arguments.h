// SPDX-License-Identifier: BSD-3-Clause
// The command line of amdmap: options may stand before and after file names.

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "amd/amdmap/map_file.h"

namespace amd::amdmap {

struct Arguments {
  std::string command;
  std::vector<std::string> words;  // files, keys
  std::string config_file;         // -F
  std::optional<std::string> directory;
  std::vector<std::string> networks;
  std::vector<std::pair<std::string, std::string>> settings;  // --set
  std::string to;                                             // convert --to
  std::string base = "ou=amd";   // convert --base, for LDIF
  std::optional<FileKind> kind;  // --type
  bool json = false;
  bool help = false;
  bool version = false;
  std::string error;  // not empty: cannot be used
};

// `words` without the program's name.
Arguments parse_arguments(const std::vector<std::string>& words);

std::string usage_text();

}  // namespace amd::amdmap
