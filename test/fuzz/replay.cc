// SPDX-License-Identifier: BSD-3-Clause
// Stands in for libFuzzer where there is none: gives a fuzz target its seeds,
// whole and cut short, and counts them.  usage: NAME [FILE-OR-DIRECTORY...]
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size);

namespace {

namespace fs = std::filesystem;

// Cutting a seed at every byte takes too long for the longest ones.
constexpr size_t kMostCuts = 256;

void run(const std::string& bytes, size_t size) {
  // A copy of its own, so that the sanitizers see a read beyond the end.
  const std::vector<std::uint8_t> data(bytes.begin(),
                                       bytes.begin() + static_cast<long>(size));
  LLVMFuzzerTestOneInput(data.data(), data.size());
}

void replay(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  run(bytes, bytes.size());
  const size_t step = std::max<size_t>(1, bytes.size() / kMostCuts);
  for (size_t size = 0; size < bytes.size(); size += step) run(bytes, size);
}

std::vector<fs::path> files_of(const fs::path& place) {
  std::vector<fs::path> out;
  if (!fs::is_directory(place)) return {place};
  for (const auto& entry : fs::recursive_directory_iterator(place)) {
    if (entry.is_regular_file()) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<fs::path> places(argv + 1, argv + argc);
  if (places.empty())
    places.push_back(fs::path(SOURCE_DIR "/test/fuzz/seeds") /
                     fs::path(argv[0]).filename());
  int count = 0;
  for (const fs::path& place : places) {
    for (const fs::path& file : files_of(place)) {
      std::fprintf(stderr, "%s\n", file.filename().c_str());
      replay(file);
      count++;
    }
  }
  std::printf("%d passed, 0 failed\n", count);
  return count == 0 ? 1 : 0;
}
