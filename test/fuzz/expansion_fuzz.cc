// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: expansion of one text, by both passes, and option strings.  The
// outcome stays within its bounds; text without references is only normalised.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "maplang/eval/expand.h"
#include "maplang/eval/key_order.h"
#include "maplang/eval/mount_options.h"
#include "maplang/eval/slashes.h"

using namespace amd::maplang;

namespace {

void require(bool claim) {
  if (!claim) std::abort();
}

void check_bounds(const Expansion& expansion, size_t size) {
  require(expansion.text.size() <= std::max(kLongestExpansion, size));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  HostFacts host;
  host.arch = std::string(3000, 'x');
  host.environment["MYENV"] = "${key}$";
  LookupFacts lookup;
  lookup.key = "a/b.c";
  OptionValues options;
  options[Option::Fs] = "/f/${fs}";

  const Expansion selectors = expand_selectors(text, host, lookup);
  check_bounds(selectors, size);
  const Expansion both = expand_options(selectors.text, host, options);
  check_bounds(both, selectors.text.size());
  if (text.find('$') == std::string::npos) {
    require(both.text == normalize_slashes(normalize_slashes(text)));
    require(both.problems.empty());
  }
  const std::string once = normalize_slashes(text);
  require(once.size() <= text.size());
  if (text.find('\\') == std::string::npos) {
    require(normalize_slashes(once) == once);
  }
  require(key_order(text).size() <= size + 2);
  const std::string merged = merge_options(text, "ro,intr");
  require(merged.ends_with("ro,intr"));
  pseudo_options(text);
  return 0;
}
