// SPDX-License-Identifier: BSD-3-Clause
// Option strings.

#include "maplang/eval/mount_options.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>

namespace amd::maplang {
namespace {

constexpr size_t kLongestMergedName = 79;

std::vector<std::string_view> split_at_commas(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    if (comma != 0) words.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return words;
}

std::string_view name_of_word(std::string_view word) {
  return word.substr(0, word.find('='));
}

std::string reverse_of(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kPairs[] = {
      {"ro", "rw"}, {"bg", "fg"}, {"soft", "hard"}};
  for (const auto& [one, other] : kPairs) {
    if (name == one) return std::string(other);
    if (name == other) return std::string(one);
  }
  if (name.starts_with("no")) return std::string(name.substr(2));
  return "no" + std::string(name);
}

// nullopt: not a number in C notation, whole.
std::optional<long> parse_number(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  errno = 0;
  const long value = std::strtol(copy.c_str(), &end, 0);
  if (end == copy.c_str() || *end != '\0' || errno != 0) return std::nullopt;
  return value;
}

std::optional<int> small_number(const MountOptions& options,
                                std::string_view name) {
  const auto value = options.number_of(name);
  if (!value || *value < INT_MIN || *value > INT_MAX) return std::nullopt;
  return static_cast<int>(*value);
}

}  // namespace

MountOptions::MountOptions(std::string_view text)
    : words_(split_at_commas(text.substr(text.starts_with('-') ? 1 : 0))) {
}

bool MountOptions::has(std::string_view name) const {
  return std::any_of(words_.begin(), words_.end(), [&](std::string_view word) {
    return name_of_word(word) == name;
  });
}

std::optional<std::string_view> MountOptions::text_of(
    std::string_view name) const {
  for (const std::string_view word : words_) {
    if (name_of_word(word) != name) continue;
    if (word.size() == name.size()) return std::nullopt;
    return word.substr(name.size() + 1);
  }
  return std::nullopt;
}

std::optional<long> MountOptions::number_of(std::string_view name) const {
  const auto text = text_of(name);
  return text ? parse_number(*text) : std::nullopt;
}

bool MountOptions::is_bad_number(std::string_view name) const {
  return has(name) && !number_of(name);
}

PseudoOptions pseudo_options(std::string_view opts) {
  const MountOptions options(opts);
  PseudoOptions pseudo;
  pseudo.ping_seconds = small_number(options, "ping");
  pseudo.timeout_seconds = small_number(options, "utimeout");
  pseudo.retries = small_number(options, "retry").value_or(0);
  pseudo.unmount = options.has("unmount") || options.has("umount");
  pseudo.nounmount = options.has("nounmount") || options.has("noumount");
  pseudo.browsable = options.has("browsable");
  pseudo.fully_browsable = options.has("fullybrowsable");
  pseudo.web_nfs = options.has("public");
  pseudo.port = small_number(options, "port");
  pseudo.mount_port = small_number(options, "mountport");
  pseudo.version = small_number(options, "vers");
  const auto protocol = options.text_of("proto");
  if (protocol == "udp" || protocol == "tcp") pseudo.protocol = *protocol;
  return pseudo;
}

std::string merge_options(std::string_view opts, std::string_view addopts) {
  const MountOptions added(addopts);
  std::string merged;
  for (const std::string_view word : split_at_commas(opts)) {
    const std::string_view name =
        name_of_word(word.substr(0, kLongestMergedName));
    if (added.has(name) || added.has(reverse_of(name))) continue;
    if (!merged.empty()) merged += ',';
    merged += word;
  }
  if (merged.empty()) return std::string(addopts);
  return merged + "," + std::string(addopts);
}

}  // namespace amd::maplang
