// SPDX-License-Identifier: BSD-3-Clause
// /defaults.

#include "maplang/eval/defaults.h"

#include <algorithm>
#include <vector>

#include "maplang/eval/resolve.h"
#include "maplang/syntax/parse.h"

namespace amd::maplang {
namespace {

// Where the item that begins at `at` ends, semicolons after it included.
size_t after_item(std::string_view text, size_t at) {
  bool quoted = false;
  while (at < text.size() && (quoted || text[at] != ';')) {
    if (text[at] == '"') quoted = !quoted;
    ++at;
  }
  while (at < text.size() && text[at] == ';') ++at;
  return at;
}

// Drops the comparisons at the beginning.  As in amd the operator is the first
// `=` of what is left, so a function in front of a comparison goes with it,
// and one in front of an assignment stays.
std::string_view strip_selectors(std::string_view text) {
  size_t kept = 0;
  size_t at = 0;
  while (at < text.size()) {
    const size_t begin = at;
    at = after_item(text, begin);
    const size_t equals = text.find('=', begin);
    if (equals == std::string_view::npos || equals + 1 == text.size() ||
        equals == begin) {
      return text.substr(at);
    }
    const char before = text[equals - 1];
    const char after = text[equals + 1];
    const bool is_selector =
        before == '!' || (before != ':' && (after == '=' || after == '!'));
    if (!is_selector) return text.substr(kept);
    kept = at;
  }
  return text.substr(kept);
}

std::string choose_word(const std::vector<RawWord>& words,
                        const HostFacts& host, const LookupFacts& lookup,
                        const AnswerBook& answers) {
  LookupFacts as_defaults = lookup;
  as_defaults.key = "/defaults";
  const size_t slash = lookup.path.rfind('/');
  if (slash != std::string::npos) as_defaults.path.resize(slash);
  Resolver resolver(host, as_defaults, answers);
  for (const RawWord& word : words) {
    if (!resolver.resolve(word.text, nullptr, "").rejected) {
      return std::string(strip_selectors(word.text));
    }
  }
  return std::string(words.front().text);
}

}  // namespace

BaseDefaults base_defaults(std::string_view defaults_text,
                           const HostFacts& host, const LookupFacts& lookup,
                           const AnswerBook& answers) {
  BaseDefaults base;
  std::string_view text = lookup.map_defaults
                              ? std::string_view(*lookup.map_defaults)
                              : defaults_text;
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::vector<RawWord> words = split_words(text);
  if (!words.empty()) {
    if (host.selectors_in_defaults) {
      base.text = choose_word(words, host, lookup, answers);
    } else {
      base.text = words.front().text;
      if (words.size() > 1) {
        base.problem = "/defaults has more than one value; the first counts";
      }
    }
  }
  if (!base.text.empty() && !lookup.inherited_defaults.empty()) {
    base.text += ";";
  }
  base.text += lookup.inherited_defaults;
  return base;
}

}  // namespace amd::maplang
