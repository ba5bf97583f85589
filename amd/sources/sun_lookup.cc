// SPDX-License-Identifier: BSD-3-Clause
#include "amd/sources/sun_lookup.h"

#include <string_view>
#include <utility>

#include "maplang/eval/key_order.h"
#include "maplang/sun/sun_entry.h"

namespace amd {
namespace {

class SunLookup {
 public:
  SunLookup(const maplang::MapIndex& index, const std::string& path,
            const std::function<void(const maplang::Diagnostic&)>& tell)
      : index_(index), path_(path), tell_(tell) {}

  // What the line of `line_key` itself says.
  std::optional<MapEntryText> entry(const std::string& line_key) {
    auto translated = translate(line_key);
    if (!translated || translated->value.text.empty()) return std::nullopt;
    return text_of(std::move(translated->value), line_key);
  }

  // The mount point `below` ("bin", "a/b") of the line of `line_key`.
  std::optional<MapEntryText> offset(const std::string& line_key,
                                     std::string_view below) {
    auto translated = translate(line_key);
    if (!translated) return std::nullopt;
    const std::string wanted = line_key + "/" + std::string(below);
    for (auto& one : translated->offsets)
      if (one.key == wanted) return text_of(std::move(one.value), wanted);
    return std::nullopt;
  }

 private:
  std::optional<maplang::TranslatedEntry> translate(
      const std::string& line_key) {
    const auto line = index_.find(line_key);
    if (!line) return std::nullopt;
    auto translated = maplang::translate_sun_entry(line_key, line->value,
                                                   line->origin(path_));
    for (const maplang::Diagnostic& d : translated.diagnostics) tell_(d);
    return translated;
  }

  static MapEntryText text_of(maplang::TranslatedValue value,
                              std::string matched) {
    return {std::move(value.text), std::move(value.origin), std::move(matched)};
  }

  const maplang::MapIndex& index_;
  const std::string& path_;
  const std::function<void(const maplang::Diagnostic&)>& tell_;
};

}  // namespace

std::optional<MapEntryText> find_in_sun_map(
    const maplang::MapIndex& index, const std::string& path,
    const std::string& key,
    const std::function<void(const maplang::Diagnostic&)>& tell) {
  SunLookup lookup(index, path, tell);
  if (auto found = lookup.entry(key)) return found;
  // A direct map's keys begin with a slash, which parts nothing.
  for (size_t slash = key.rfind('/'); slash != std::string::npos && slash > 0;
       slash = key.rfind('/', slash - 1)) {
    const std::string_view below = std::string_view(key).substr(slash + 1);
    if (auto found = lookup.offset(key.substr(0, slash), below)) return found;
    if (auto found = lookup.offset("*", below)) return found;
  }
  for (const std::string& candidate : maplang::key_order(key))
    if (candidate != key)
      if (auto found = lookup.entry(candidate)) return found;
  return std::nullopt;
}

}  // namespace amd
