// SPDX-License-Identifier: BSD-3-Clause
// Strings that must not be mixed up: a ServerName is not a MapKey.

#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace amd {

// A string with a meaning.  Made explicitly, compared only with its own kind.
template <class Tag>
class Named {
 public:
  Named() = default;
  explicit Named(std::string text) : text_(std::move(text)) {}
  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }
  auto operator<=>(const Named&) const = default;

 private:
  std::string text_;
};

using ServerName = Named<struct ServerNameTag>;  // as the map writes it
using MapName = Named<struct MapNameTag>;        // /etc/amd.home, amd.net ...
using MapKey = Named<struct MapKeyTag>;          // one name in a map

}  // namespace amd

template <class Tag>
struct std::hash<amd::Named<Tag>> {
  size_t operator()(const amd::Named<Tag>& n) const noexcept {
    return std::hash<std::string>()(n.str());
  }
};
