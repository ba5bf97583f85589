// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/mount_options.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string>

#include "amd/base/escape.h"

namespace amd::nfsfs {

namespace {

struct Word {
  std::string_view name;
  std::string_view value;
};

void set_all_cache_times(MountOptions& o, Seconds t) {
  o.acregmin = o.acregmax = o.acdirmin = o.acdirmax = t;
}

// Options with a number: where it goes, and the largest that makes sense.
struct Numeric {
  std::string_view name;
  uint32_t max;
  void (*set)(MountOptions&, uint32_t);
};
constexpr std::array<Numeric, 10> kNumeric = {{
    // Tenths of a second, as for the kernel's client.
    {"timeo", 36000,
     [](MountOptions& o, uint32_t n) {
       o.timeo = Milliseconds(100) * std::max(n, 1U);
     }},
    {"retrans", 1000, [](MountOptions& o, uint32_t n) { o.retrans = n; }},
    {"rsize", 1U << 31,
     [](MountOptions& o, uint32_t n) {
       o.rsize = std::clamp(n, 4096U, 1024U * 1024U);
     }},
    {"port", 65535,
     [](MountOptions& o, uint32_t n) { o.port = static_cast<uint16_t>(n); }},
    {"mountport", 65535,
     [](MountOptions& o, uint32_t n) {
       o.mountport = static_cast<uint16_t>(n);
     }},
    {"acregmin", 86400,
     [](MountOptions& o, uint32_t n) { o.acregmin = Seconds(n); }},
    {"acregmax", 86400,
     [](MountOptions& o, uint32_t n) { o.acregmax = Seconds(n); }},
    {"acdirmin", 86400,
     [](MountOptions& o, uint32_t n) { o.acdirmin = Seconds(n); }},
    {"acdirmax", 86400,
     [](MountOptions& o, uint32_t n) { o.acdirmax = Seconds(n); }},
    {"actimeo", 86400,
     [](MountOptions& o, uint32_t n) { set_all_cache_times(o, Seconds(n)); }},
}};

Result<void> take_number(MountOptions& options, const Numeric& numeric,
                         const Word& word) {
  uint32_t n = 0;
  const char* end = word.value.data() + word.value.size();
  const auto r = std::from_chars(word.value.data(), end, n);
  if (word.value.empty() || r.ec != std::errc() || r.ptr != end ||
      n > numeric.max)
    return fail(EINVAL,
                "option " + std::string(word.name) + "=" + escape(word.value));
  numeric.set(options, n);
  return {};
}

Result<void> take(MountOptions& o, const Word& w) {
  for (const Numeric& numeric : kNumeric)
    if (w.name == numeric.name) return take_number(o, numeric, w);
  if (w.name == "ro") o.read_only = true;
  if (w.name == "rw") o.read_only = false;
  if (w.name == "soft") o.soft = true;
  if (w.name == "hard") o.soft = false;
  if (w.name == "intr") o.intr = true;
  if (w.name == "nointr") o.intr = false;
  if (w.name == "noac") o.noac = true;
  if (w.name == "ac") o.noac = false;
  if (w.name == "sec" && w.value != "sys" && w.value != "none")
    return fail(EOPNOTSUPP, "option sec=" + escape(w.value) +
                                " needs the kernel's NFS client");
  return {};
}

}  // namespace

Result<MountOptions> parse_mount_options(std::string_view text) {
  MountOptions options;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    Word word{item, {}};
    if (const size_t at = item.find('='); at != std::string_view::npos)
      word = {item.substr(0, at), item.substr(at + 1)};
    if (const auto r = take(options, word); !r) return pass(r);
  }
  if (options.noac) set_all_cache_times(options, Seconds(0));
  return options;
}

}  // namespace amd::nfsfs
