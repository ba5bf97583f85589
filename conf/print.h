// SPDX-License-Identifier: BSD-3-Clause
// Prints Settings in the forms that the readers read; reading it back gives
// the same Settings (but for the origins).

#pragma once

#include <string>
#include <string_view>

#include "conf/settings.h"

namespace amd::conf {

enum class PrintDefaults { Show, Hide };

// amd.conf: each value with its origin as a comment behind it.  What amd.conf
// cannot say (servers, groups, failover rules, amq's rules) is named in a
// comment.  Maps with a tag need the same -T to be read again.
std::string print_amd_conf(const Settings& settings,
                           PrintDefaults defaults = PrintDefaults::Show);

// The libconfig form, which can say everything.
std::string print_libconfig(const Settings& settings,
                            PrintDefaults defaults = PrintDefaults::Show);

// `value` as the right side of a line of amd.conf: bare, "quoted", or
// escaped "..." when it must be.
std::string amd_conf_quoted(std::string_view value);

// `value` as a string of libconfig.
std::string libconfig_quoted(std::string_view value);

}  // namespace amd::conf
