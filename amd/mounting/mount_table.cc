// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/mount_table.h"

#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>

#include "amd/base/unique_fd.h"

namespace amd {

namespace {

// More than 100,000 mounts; a longer table is cut.
constexpr size_t kMaxTable = 64UL * 1024 * 1024;

std::string_view take_word(std::string_view& line) {
  const size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

template <class T>
bool parse_number(std::string_view text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && !text.empty();
}

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

// "\040" is a blank: the kernel writes blank, tab, newline, backslash and "#"
// so.
std::string unescape(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '\\' && i + 3 < text.size() &&
                           text[i + 1] <= '3' && is_octal(text[i + 1]) &&
                           is_octal(text[i + 2]) && is_octal(text[i + 3]);
    if (!is_escape) {
      result += text[i];
      continue;
    }
    result += static_cast<char>((text[i + 1] - '0') * 64 +
                                (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
    i += 3;
  }
  return result;
}

bool parse_device(std::string_view text, std::uint64_t& device) {
  const size_t colon = text.find(':');
  unsigned major = 0;
  unsigned minor = 0;
  if (colon == std::string_view::npos ||
      !parse_number(text.substr(0, colon), major) ||
      !parse_number(text.substr(colon + 1), minor))
    return false;
  device = makedev(major, minor);
  return true;
}

std::optional<MountEntry> parse_line(std::string_view line) {
  MountEntry entry;
  if (!parse_number(take_word(line), entry.id) ||
      !parse_number(take_word(line), entry.parent) ||
      !parse_device(take_word(line), entry.device))
    return std::nullopt;
  entry.root = unescape(take_word(line));
  entry.target = unescape(take_word(line));
  entry.options = take_word(line);
  // Any number of optional fields up to a "-".
  for (;;) {
    if (line.empty()) return std::nullopt;
    const std::string_view field = take_word(line);
    if (field == "-") break;
    if (field.starts_with("shared:")) entry.is_shared = true;
  }
  entry.fstype = unescape(take_word(line));
  entry.source = unescape(take_word(line));
  entry.super_options = unescape(take_word(line));
  if (entry.target.empty() || entry.target.front() != '/' ||
      entry.fstype.empty())
    return std::nullopt;
  return entry;
}

}  // namespace

const MountEntry* MountTable::find(std::string_view target) const {
  for (size_t i = entries.size(); i-- > 0;) {
    if (entries[i].target == target) return &entries[i];
  }
  return nullptr;
}

std::vector<const MountEntry*> MountTable::below(
    std::string_view target) const {
  std::vector<const MountEntry*> found;
  const std::string prefix =
      target == "/" ? std::string(target) : std::string(target) + "/";
  for (const MountEntry& e : entries) {
    if (e.target.size() > prefix.size() && e.target.starts_with(prefix))
      found.push_back(&e);
  }
  return found;
}

MountTable parse_mount_table(std::string_view text) {
  MountTable table;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty()) continue;
    if (auto entry = parse_line(line))
      table.entries.push_back(std::move(*entry));
    else
      ++table.bad_lines;
  }
  return table;
}

Result<MountTable> read_mount_table() {
  const UniqueFd fd(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(errno, "open /proc/self/mountinfo");
  std::string text;
  std::array<char, 65536> buffer{};
  while (text.size() < kMaxTable) {
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(errno, "read /proc/self/mountinfo");
    if (n == 0) break;
    text.append(buffer.data(), static_cast<size_t>(n));
  }
  return parse_mount_table(text);
}

}  // namespace amd
