// SPDX-License-Identifier: BSD-3-Clause
// The commands of amdmap.  Each writes to standard output (errors to standard
// error) and returns the exit status.

#pragma once

#include "amd/amdmap/arguments.h"

namespace amd::amdmap {

constexpr int kClean = 0;
constexpr int kFindings = 1;  // or: no such key
constexpr int kCouldNotRun = 2;

int run_check(const Arguments& arguments);
int run_convert(const Arguments& arguments);
int run_dump(const Arguments& arguments);
int run_explain(const Arguments& arguments);
int run_graph(const Arguments& arguments);
int run_keys(const Arguments& arguments);
int run_vars(const Arguments& arguments);

// Writes "amdmap: TEXT"; returns kCouldNotRun.
int refuse(const std::string& text);

}  // namespace amd::amdmap
