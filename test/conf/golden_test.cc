// SPDX-License-Identifier: BSD-3-Clause
// Every test/golden/conf/NAME.conf or NAME.cfg against its NAME.want: the
// messages, and the settings that are not at their default.  With
// UPDATE_GOLDEN=1 in the environment the .want files are written.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "conf/load.h"
#include "conf/print.h"

using namespace amd::conf;
namespace fs = std::filesystem;

namespace {

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// The words behind "# amd" in the first line.
std::vector<std::string> words_of_header(const std::string& text) {
  std::istringstream line(text.substr(0, text.find('\n')));
  std::string word;
  std::vector<std::string> out;
  line >> word >> word;
  while (line >> word) out.push_back(word);
  return out;
}

std::string outcome(const fs::path& path) {
  const std::string text = contents(path);
  const CommandLine line = parse_command_line(words_of_header(text));
  const amd::maplang::SourceText source(path.filename().string(), text);
  const LoadedSettings loaded = load_settings(line, &source);
  std::string out;
  for (const Message& m : loaded.messages) out += m.text;
  if (!loaded.ok) return out + "-- refused\n";
  const PrintDefaults hide = PrintDefaults::Hide;
  return out + "-- settings\n" +
         (path.extension() == ".cfg" ? print_libconfig(loaded.settings, hide)
                                     : print_amd_conf(loaded.settings, hide));
}

std::vector<fs::path> golden_files() {
  std::vector<fs::path> out;
  for (const auto& entry :
       fs::directory_iterator(SOURCE_DIR "/test/golden/conf")) {
    if (entry.path().extension() != ".want") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("configurations read as their golden files say", "[conf]") {
  const bool updates = std::getenv("UPDATE_GOLDEN") != nullptr;
  const std::vector<fs::path> files = golden_files();
  CHECK(files.size() > 5);
  for (const fs::path& path : files) {
    DYNAMIC_SECTION(path.filename().string()) {
      fs::path want = path;
      want.replace_extension(".want");
      if (updates) std::ofstream(want, std::ios::binary) << outcome(path);
      CHECK(outcome(path) == contents(want));
    }
  }
}

TEST_CASE("every golden answer has its question", "[conf]") {
  for (const auto& entry :
       fs::directory_iterator(SOURCE_DIR "/test/golden/conf")) {
    if (entry.path().extension() != ".want") continue;
    fs::path conf = entry.path();
    fs::path cfg = entry.path();
    INFO(entry.path());
    CHECK((fs::exists(conf.replace_extension(".conf")) ||
           fs::exists(cfg.replace_extension(".cfg"))));
  }
}
