// SPDX-License-Identifier: BSD-3-Clause

#include "amd/tree/errno_for.h"

#include <cerrno>

namespace amd {
namespace {

int errno_for_system(int value) noexcept {
  switch (value) {
    case ECONNREFUSED:
    case ECONNRESET:
    case ECONNABORTED:
    case EPIPE:
    case ENETUNREACH:
    case ENETDOWN:
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
      return EHOSTUNREACH;
    case ETIMEDOUT:
      return ETIMEDOUT;
    // The location cannot be used on this system, or makes no sense.
    case ENOTSUP:
    case ENODEV:
    case EINVAL:
    case ENOTBLK:
      return ENXIO;
    // Would make a caller try again for ever.
    case 0:
    case EINTR:
    case EAGAIN:
    case EINPROGRESS:
    case ECANCELED:
      return EIO;
    default:
      return value > 0 && value < 4096 ? value : EIO;
  }
}

}  // namespace

int errno_for(const Error& error) noexcept {
  return error.code.category() == amd_category()
             ? errno_of(error)
             : errno_for_system(error.code.value());
}

int errno_for(const std::vector<Error>& failures) noexcept {
  int told = 0;
  auto weight = [](int value) {
    if (value == EHOSTUNREACH) return 1;
    return value == ETIMEDOUT ? 2 : 3;
  };
  for (const Error& failure : failures) {
    int value = errno_for(failure);
    if (told == 0 || weight(value) > weight(told)) told = value;
  }
  return told == 0 ? ENOENT : told;
}

}  // namespace amd
