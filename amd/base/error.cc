// SPDX-License-Identifier: BSD-3-Clause
#include "amd/base/error.h"

#include <cerrno>
#include <utility>

namespace amd {

namespace {

const char* text_of(Errc e) {
  switch (e) {
    case Errc::MapNotFound:
      return "map not found";
    case Errc::KeyNotFound:
      return "no entry for this key";
    case Errc::EntryMalformed:
      return "entry cannot be understood";
    case Errc::NoLocationMatched:
      return "no location matched";
    case Errc::ServerDown:
      return "no server answers";
    case Errc::MountFailed:
      return "mount failed";
    case Errc::Busy:
      return "in use";
    case Errc::ShuttingDown:
      return "automounter is stopping";
    case Errc::Protocol:
      return "protocol error";
  }
  return "unknown error";
}

int errno_of_errc(Errc e) {
  switch (e) {
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

class AmdCategory : public std::error_category {
 public:
  const char* name() const noexcept override { return "amd"; }
  std::string message(int value) const override {
    return text_of(static_cast<Errc>(value));
  }
};

}  // namespace

const std::error_category& amd_category() noexcept {
  static const AmdCategory category;
  return category;
}

std::error_code make_error_code(Errc e) noexcept {
  return {static_cast<int>(e), amd_category()};
}

Error::Error(std::error_code c, std::string what)
    : code(c), context(std::move(what)) {
}

Error::Error(Errc c, std::string what)
    : code(make_error_code(c)), context(std::move(what)) {
}

std::string Error::message() const {
  return context.empty() ? code.message() : context + ": " + code.message();
}

Error errno_error(int errno_value, std::string context) {
  return {std::error_code(errno_value, std::generic_category()),
          std::move(context)};
}

int errno_of(const Error& e) noexcept {
  if (e.code.category() == amd_category())
    return errno_of_errc(static_cast<Errc>(e.code.value()));
  return e.code.value() > 0 ? e.code.value() : EIO;
}

}  // namespace amd
