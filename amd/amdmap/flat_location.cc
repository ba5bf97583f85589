// SPDX-License-Identifier: BSD-3-Clause
// Flattening.

#include "amd/amdmap/flat_location.h"

namespace amd::amdmap {
namespace {

using maplang::Item;

void assign(const std::vector<Item>& items, FlatLocation& location) {
  for (const Item& item : items) {
    if (const auto* one = std::get_if<maplang::Assignment>(&item.what)) {
      location.options.insert_or_assign(one->name, *one);
    }
  }
}

// Before the first `-` word all of them are in force.
std::vector<Item> initial_defaults(const maplang::Entry& entry) {
  std::vector<Item> all;
  for (const maplang::Word& word : entry.words) {
    const auto* defaults = std::get_if<maplang::Defaults>(&word);
    if (defaults == nullptr) continue;
    all.insert(all.end(), defaults->items.begin(), defaults->items.end());
  }
  return all;
}

}  // namespace

std::vector<FlatLocation> flatten(const maplang::Entry& entry,
                                  const std::vector<Item>& defaults) {
  std::vector<FlatLocation> all;
  std::vector<Item> in_force = initial_defaults(entry);
  bool after_cut = false;
  for (const maplang::Word& word : entry.words) {
    if (const auto* more = std::get_if<maplang::Defaults>(&word)) {
      in_force = more->items;
    } else if (std::holds_alternative<maplang::Reset>(word)) {
      in_force.clear();
    } else if (std::holds_alternative<maplang::Cut>(word)) {
      after_cut = true;
    } else if (const auto* one = std::get_if<maplang::Location>(&word)) {
      FlatLocation location;
      location.range = one->where.range;
      location.after_cut = after_cut;
      assign(defaults, location);
      assign(in_force, location);
      assign(one->items, location);
      for (const Item& item : one->items) {
        if (!std::holds_alternative<maplang::Assignment>(item.what)) {
          location.conditions.push_back(&item);
        }
      }
      all.push_back(std::move(location));
    }
  }
  return all;
}

std::vector<Item> defaults_items(const maplang::Entry& entry) {
  if (entry.words.empty()) return {};
  const maplang::Word& word = entry.words.front();
  if (const auto* one = std::get_if<maplang::Location>(&word)) {
    return one->items;
  }
  if (const auto* one = std::get_if<maplang::Defaults>(&word)) {
    return one->items;
  }
  return {};
}

}  // namespace amd::amdmap
