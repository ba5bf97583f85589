// SPDX-License-Identifier: BSD-3-Clause
// Many deadlines behind one timer: one a thing, the earliest found at once.

#pragma once

#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "amd/base/clock.h"

namespace amd {

// At most one instant for each id; the owner arms its timer to next().
template <class Id>
class Deadlines {
 public:
  // nullopt: this thing waits for nothing.
  void set(Id id, std::optional<Instant> when) {
    auto [at, added] = by_id_.try_emplace(id, Instant{});
    if (!added) by_time_.erase({at->second, id});
    if (!when) {
      by_id_.erase(at);
      return;
    }
    at->second = *when;
    by_time_.emplace(*when, id);
  }
  void erase(Id id) { set(id, std::nullopt); }

  std::optional<Instant> next() const {
    if (by_time_.empty()) return std::nullopt;
    return by_time_.begin()->first;
  }

  // One thing whose time has come; it has no deadline any more.
  std::optional<Id> take_due(Instant now) {
    if (by_time_.empty() || by_time_.begin()->first > now) return std::nullopt;
    Id id = by_time_.begin()->second;
    erase(id);
    return id;
  }

 private:
  std::set<std::pair<Instant, Id>> by_time_;
  std::unordered_map<Id, Instant> by_id_;
};

}  // namespace amd
