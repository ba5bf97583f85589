// SPDX-License-Identifier: BSD-3-Clause
// What went wrong: a code that the program acts on and words for a human.

#pragma once

#include <string>
#include <system_error>

namespace amd {

// Failures that no errno says as well.  Everything else is an errno.
enum class Errc {
  MapNotFound = 1,    // the map itself cannot be read
  KeyNotFound,        // the map has no entry for the key
  EntryMalformed,     // the entry cannot be understood
  NoLocationMatched,  // every location's selectors were false
  ServerDown,         // no server of the location answers
  MountFailed,        // the mount was tried and refused
  Busy,               // in use; nothing was changed
  ShuttingDown,       // the daemon is stopping
  Protocol,           // a peer sent what its protocol does not allow
};

// The category of Errc.
const std::error_category& amd_category() noexcept;
std::error_code make_error_code(Errc e) noexcept;

// A failed operation.  `code` is what callers branch on (never the text);
// `context` says what was being done, and to what.
struct Error {
  std::error_code code;
  std::string context;

  Error(std::error_code c, std::string what);
  Error(Errc c, std::string what);

  // "mount srv1:/home on /a/srv1/home: Connection refused".
  std::string message() const;
};

// An Error from an errno value, with what was being done.
Error errno_error(int errno_value, std::string context);

// The errno that best tells a process about `e`: the value itself for an errno,
// else ENOENT (map, key or location not found), EIO, EHOSTUNREACH, EBUSY.
int errno_of(const Error& e) noexcept;

}  // namespace amd

template <>
struct std::is_error_code_enum<amd::Errc> : std::true_type {};
