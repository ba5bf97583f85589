// SPDX-License-Identifier: BSD-3-Clause
// The work of amd-mounter: carries out one MountRequest.  May wait for ever.

#pragma once

#include "amd/base/unique_fd.h"
#include "amd/mounting/mount_request.h"

namespace amd {

// `sent` is the descriptor that came with the request, if any; `returned` is
// to go with the reply.
MountReply carry_out(const MountRequest& request, UniqueFd sent,
                     UniqueFd& returned);

}  // namespace amd
