// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: a command line, one word a line.  Every pair of words becomes a
// map of the settings or replaces one.
#include <cstdint>
#include <cstdlib>

#include "conf/load.h"

using namespace amd::conf;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  std::vector<std::string> words(1);
  for (size_t i = 0; i < size && data[i] != 0; i++) {
    if (data[i] == '\n') {
      words.emplace_back();
    } else {
      words.back() += static_cast<char>(data[i]);
    }
  }
  const CommandLine line = parse_command_line(words);
  if (line.failed()) return 0;
  const LoadedSettings loaded = load_settings(line, nullptr);
  if (loaded.settings.maps.size() > line.maps.size()) std::abort();
  for (const MapPair& pair : line.maps) {
    bool found = pair.map_name.empty();
    for (const MapSettings& map : loaded.settings.maps)
      found = found || map.directory == pair.directory;
    if (!found) std::abort();
  }
  return 0;
}
