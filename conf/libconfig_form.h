// SPDX-License-Identifier: BSD-3-Clause
// Reads the structured form of the configuration, in libconfig's syntax: what
// amd.conf can say, and servers, groups of servers, failover rules and amq's
// access rules.
//
//   global = { auto_dir = "/a"; plock = false; };
//   maps = ( { directory = "/file"; map_name = "/etc/amd/file_map";
//              failover_rules = ( { pattern = "*.iso"; verify = "size"; } );
//            } );
//   servers = ( { name = "server1"; ping_interval = 10; } );
//   groups = ( { name = "eu"; order = "listed"; servers = [ "s1", "s2" ]; } );
//   amq_access = ( { allow = "10.1.0.0/16"; right = "read"; } );
//
// The names and values of parameters are those of the table.  Files cannot
// include others.  Nothing here reads a file or blocks.

#pragma once

#include <string_view>
#include <vector>

#include "conf/settings.h"
#include "maplang/syntax/source_text.h"

namespace amd::conf {

// Which of the two forms a text is in.  amd.conf begins with a `[`, after blank
// lines and # comments; a text that is neither is amd.conf, if with errors.
bool is_libconfig(std::string_view text);

// As read_amd_conf().  libconfig itself stops at its first syntax error; what
// the words mean is checked to the end.
std::vector<maplang::Diagnostic> read_libconfig(
    const maplang::SourceText& source, std::string_view tag,
    Settings& settings);

}  // namespace amd::conf
