// SPDX-License-Identifier: BSD-3-Clause
// Reads a file in pieces at a steady pace and says how it went:
//   gap-reader FILE MIB_PER_SECOND [PIECE_KIB]
// prints "bytes=N sum=HEX gap_ms=N errors=N": a checksum of what was read, and
// the longest time that one piece took.  SECONDS ahead of its pace it sleeps.

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Outcome {
  uint64_t bytes = 0;
  uint64_t sum = 14695981039346656037ULL;  // FNV-1a over words of eight bytes
  Clock::duration gap{};
  int error = 0;
};

void add(Outcome& o, const char* data, size_t size) {
  size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, data + i, 8);
    o.sum = (o.sum ^ word) * 1099511628211ULL;
  }
  for (; i < size; ++i)
    o.sum = (o.sum ^ static_cast<unsigned char>(data[i])) * 1099511628211ULL;
  o.bytes += size;
}

Outcome read_all(int fd, double bytes_per_second, size_t piece) {
  Outcome o;
  std::vector<char> buffer(piece);
  const auto begin = Clock::now();
  for (;;) {
    const auto before = Clock::now();
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    o.gap = std::max(o.gap, Clock::now() - before);
    if (n < 0) o.error = errno;
    if (n <= 0) return o;
    add(o, buffer.data(), static_cast<size_t>(n));
    if (bytes_per_second <= 0) continue;
    const std::chrono::duration<double> due(static_cast<double>(o.bytes) /
                                            bytes_per_second);
    std::this_thread::sleep_until(
        begin + std::chrono::duration_cast<Clock::duration>(due));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: gap-reader file mib-per-second [piece-kib]\n");
    return 2;
  }
  const int fd = ::open(argv[1], O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    std::perror(argv[1]);
    return 1;
  }
  const size_t piece =
      argc > 3 ? static_cast<size_t>(std::atoi(argv[3])) * 1024 : 262144;
  const Outcome o = read_all(fd, std::atof(argv[2]) * 1048576, piece);
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(o.gap).count();
  std::printf("bytes=%llu sum=%016llx gap_ms=%lld errors=%d\n",
              static_cast<unsigned long long>(o.bytes),
              static_cast<unsigned long long>(o.sum),
              static_cast<long long>(ms), o.error);
  return o.error == 0 ? 0 : 1;
}
