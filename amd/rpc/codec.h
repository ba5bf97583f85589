// SPDX-License-Identifier: BSD-3-Clause
// The two functions that every message on the wire has.  Which types they
// exist for is said by the protocol's header (nfs3.h, amq_protocol.h ...).

#pragma once

#include <string>
#include <string_view>

#include "amd/base/result.h"
#include "amd/rpc/xdr.h"

namespace amd::rpc {

template <class T>
void encode(XdrWriter& out, const T& message);

// All of `bytes`: what is left over is an error.
template <class T>
[[nodiscard]] Result<T> decode(std::string_view bytes);

template <class T>
std::string encoded(const T& message) {
  XdrWriter out;
  encode(out, message);
  return out.take();
}

}  // namespace amd::rpc
