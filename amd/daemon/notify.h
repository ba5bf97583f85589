// SPDX-License-Identifier: BSD-3-Clause
// Tells a service manager how amd is (sd_notify(3)'s protocol, no library).

#pragma once

#include <string_view>

namespace amd {

// Sends `state` ("READY=1", "STOPPING=1", "STATUS=...") to the socket in
// $NOTIFY_SOCKET.  Nothing happens without one.  Never waits.
void notify_manager(std::string_view state);

}  // namespace amd
