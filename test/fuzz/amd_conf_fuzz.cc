// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: both forms of the configuration.  What is accepted is printed
// in both forms and reads back the same; places lie inside the text.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "conf/amd_conf.h"
#include "conf/libconfig_form.h"
#include "test/conf/without_origins.h"

using namespace amd::conf;
using amd::maplang::SourceText;

// libconfig 1.5 loses the beginning of a string that is not closed.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libconfig";
}

namespace {

constexpr std::string_view kTag = "t";

Settings read_back(std::string text, decltype(read_amd_conf)& read) {
  const SourceText source("printed", std::move(text));
  Settings out;
  if (!has_errors(read(source, kTag, out))) return out;
  std::fprintf(stderr, "%.*s\n", static_cast<int>(source.text().size()),
               source.text().data());
  std::abort();
}

void check_same(const Settings& a, const Settings& b) {
  if (without_origins(a) != without_origins(b)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const SourceText source(
      "fuzz", std::string(reinterpret_cast<const char*>(data), size));
  Settings settings;
  const auto diagnostics = is_libconfig(source.text())
                               ? read_libconfig(source, kTag, settings)
                               : read_amd_conf(source, kTag, settings);
  for (const auto& d : diagnostics) {
    if (d.range.end.byte > size || d.range.begin > d.range.end) std::abort();
    if (source.render(d).empty()) std::abort();
  }
  if (has_errors(diagnostics)) return 0;
  check_same(settings, read_back(print_libconfig(settings), read_libconfig));
  for (MapSettings& map : settings.maps) map.failover_rules.clear();
  settings.servers.clear();
  settings.groups.clear();
  settings.amq_access.clear();
  check_same(settings, read_back(print_amd_conf(settings), read_amd_conf));
  return 0;
}
