// SPDX-License-Identifier: BSD-3-Clause
// Result<T>: a T, or the Error that says why there is none.

#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "amd/base/error.h"

namespace amd {

// The shape of std::expected, which it becomes when the compilers have it.
// Every function that returns one is [[nodiscard]].
template <class T>
using Result = tl::expected<T, Error>;

// `return fail(ENOENT, "open /etc/amd.map");`
inline tl::unexpected<Error> fail(int errno_value, std::string context) {
  return tl::unexpected(errno_error(errno_value, std::move(context)));
}

// `return fail(Errc::Protocol, "reply of 3 bytes");`
inline tl::unexpected<Error> fail(Errc code, std::string context) {
  return tl::unexpected(Error(code, std::move(context)));
}

// Passes a failure on: `if (!r) return pass(r);`
template <class R>
tl::unexpected<Error> pass(R&& r) {
  return tl::unexpected(std::forward<R>(r).error());
}

}  // namespace amd
