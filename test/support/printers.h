// SPDX-License-Identifier: BSD-3-Clause
// Teaches Catch2 to show the project's own types in a failed check.

#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "amd/base/error.h"
#include "amd/base/result.h"

namespace Catch {

template <>
struct StringMaker<amd::Error> {
  static std::string convert(const amd::Error& e) { return e.message(); }
};

template <class T>
struct StringMaker<amd::Result<T>> {
  static std::string convert(const amd::Result<T>& r) {
    if (!r) return "error: " + r.error().message();
    if constexpr (std::is_void_v<T>) {
      return "ok";
    } else {
      return "value: " + ::Catch::Detail::stringify(*r);
    }
  }
};

}  // namespace Catch
