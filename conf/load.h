// SPDX-License-Identifier: BSD-3-Clause
// From a command line to the Settings that amd runs with.

#pragma once

#include <string>
#include <vector>

#include "conf/command_line.h"
#include "conf/settings.h"
#include "maplang/syntax/source_text.h"

namespace amd::conf {

// A line or more for a human, ready to print; ends in a newline.
struct Message {
  maplang::Severity severity;
  std::string text;
};

// After an error (`ok` is false) the settings must not be used, and amd exits
// with 1.
struct LoadedSettings {
  Settings settings;
  std::vector<Message> messages;  // warnings and notes too
  bool ok = true;
};

// Defaults, flags, the file, overrides, map pairs, in this order.  Reads the
// file of the command line and nothing else (it may block on the disk).
// Requires: !command_line.failed().
LoadedSettings load_settings(const CommandLine& command_line);

// The same with the file's text given; nullptr: there is no file.
LoadedSettings load_settings(const CommandLine& command_line,
                             const maplang::SourceText* source);

}  // namespace amd::conf
