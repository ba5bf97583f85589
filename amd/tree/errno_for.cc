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

int errno_for_amd(Errc code) noexcept {
  switch (code) {
    case Errc::MapNotFound:
    case Errc::KeyNotFound:
    case Errc::NoLocationMatched:
    case Errc::ShuttingDown:
      return ENOENT;
    case Errc::ServerDown:
      return EHOSTUNREACH;
    case Errc::Busy:
      return EBUSY;
    case Errc::EntryMalformed:
    case Errc::MountFailed:
    case Errc::Protocol:
      return EIO;
  }
  return EIO;
}

}  // namespace

int errno_for(const Error& error) noexcept {
  int value = error.code.value();
  return error.code.category() == amd_category()
             ? errno_for_amd(static_cast<Errc>(value))
             : errno_for_system(value);
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
