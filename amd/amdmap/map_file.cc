// SPDX-License-Identifier: BSD-3-Clause
// Reading and parsing whole files.

#include "amd/amdmap/map_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "amd/base/unique_fd.h"
#include "maplang/sun/master_map.h"
#include "maplang/sun/sun_entry.h"
#include "maplang/sun/sun_map.h"
#include "maplang/syntax/map_lines.h"
#include "maplang/syntax/parse.h"

namespace amd::amdmap {
namespace {

std::string base_name(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

// The first line that says something, without the blanks in front.
std::string_view first_line(std::string_view text) {
  while (!text.empty()) {
    const size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline);
    const size_t begin = line.find_first_not_of(" \t\r");
    if (begin != std::string_view::npos && line[begin] != '#') {
      return line.substr(begin);
    }
    if (newline == std::string_view::npos) break;
    text.remove_prefix(newline + 1);
  }
  return {};
}

// A colon that belongs to "host:/path" and not to ":=", and no assignment.
bool looks_like_sun(std::string_view text) {
  bool has_source = false;
  maplang::LineReader reader(text);
  maplang::RawEntry line;
  while (reader.next(line)) {
    if (line.value.find(":=") != std::string_view::npos) return false;
    if (line.value.find("==") != std::string_view::npos) return false;
    has_source |= line.value.find(":/") != std::string_view::npos;
    has_source |= line.value.find("-fstype=") != std::string_view::npos;
  }
  return has_source;
}

std::pair<MapEntry, std::vector<maplang::Diagnostic>> parse_line(
    const maplang::SourceText& source, const maplang::RawEntry& line) {
  maplang::ParsedEntry parsed =
      maplang::parse_entry(line.value, line.origin(source.name()));
  MapEntry entry{std::string(line.key), line.key_range, std::move(parsed.entry),
                 std::string(line.value)};
  return {std::move(entry), std::move(parsed.diagnostics)};
}

void append(std::vector<maplang::Diagnostic> more,
            std::vector<maplang::Diagnostic>& list) {
  std::move(more.begin(), more.end(), std::back_inserter(list));
}

LoadedMap load_sun_map(const maplang::SourceText& source) {
  maplang::SunMap sun = maplang::parse_sun_map(source);
  LoadedMap map;
  map.diagnostics = std::move(sun.diagnostics);
  for (auto& one : sun.entries) {
    map.entries.push_back({std::move(one.key), one.key_range,
                           std::move(one.entry), std::move(one.value)});
  }
  for (const auto& one : sun.includes) {
    map.diagnostics.push_back(
        {maplang::Severity::Note, one.range,
         "the keys of \"" + one.name + "\" belong here and are not looked at",
         "include"});
  }
  return map;
}

// What a directory of a master map is in amd's terms.
std::string value_of(const maplang::MasterEntry& entry) {
  const std::string options =
      entry.options.empty() ? "" : ";opts:=" + entry.options;
  switch (entry.kind) {
    case maplang::MasterEntry::Kind::Hosts:
      return maplang::hosts_map_value(entry.options);
    case maplang::MasterEntry::Kind::Null:
      return "type:=error";
    case maplang::MasterEntry::Kind::Map:
      return "type:=" + std::string(entry.is_direct() ? "direct" : "toplvl") +
             ";fs:=" + entry.map + options;
    case maplang::MasterEntry::Kind::Inline:
      break;
  }
  return "";
}

LoadedMap load_master_map(const maplang::SourceText& source) {
  maplang::MasterMap master = maplang::parse_master_map(source);
  LoadedMap map;
  map.diagnostics = std::move(master.diagnostics);
  for (auto& one : master.entries) {
    maplang::TranslatedValue value{value_of(one), one.value_origin};
    if (one.kind == maplang::MasterEntry::Kind::Inline) {
      auto translated = maplang::translate_sun_entry(one.directory, one.value,
                                                     one.value_origin);
      append(std::move(translated.diagnostics), map.diagnostics);
      value = std::move(translated.value);
    }
    auto parsed = maplang::parse_entry(value.text, std::move(value.origin));
    map.entries.push_back({std::move(one.directory), one.range,
                           std::move(parsed.entry), std::move(value.text)});
  }
  return map;
}

}  // namespace

std::optional<FileKind> kind_of(std::string_view word) {
  if (word == "amd") return FileKind::AmdMap;
  if (word == "sun") return FileKind::SunMap;
  if (word == "auto_master") return FileKind::AutoMaster;
  if (word == "conf") return FileKind::AmdConf;
  return std::nullopt;
}

FileKind guess_kind(const std::string& name, std::string_view text) {
  const std::string base = base_name(name);
  if (base.ends_with(".conf") || first_line(text).starts_with('[')) {
    return FileKind::AmdConf;
  }
  if (base.starts_with("auto_master") || base.starts_with("auto.master")) {
    return FileKind::AutoMaster;
  }
  return looks_like_sun(text) ? FileKind::SunMap : FileKind::AmdMap;
}

Result<maplang::SourceText> read_source(const std::string& name) {
  UniqueFd owned;
  int fd = STDIN_FILENO;
  if (name != "-") {
    owned.reset(open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!owned) return fail(errno, name);
    fd = owned.get();
  }
  struct stat status {};
  if (fstat(fd, &status) != 0) return fail(errno, name);
  std::string text;
  const size_t expected =
      S_ISREG(status.st_mode) ? static_cast<size_t>(status.st_size) : 0;
  text.reserve(expected + 1);
  char buffer[65536];
  while (true) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno, name);
    if (got == 0) break;
    text.append(buffer, static_cast<size_t>(got));
  }
  return maplang::SourceText(name == "-" ? "(standard input)" : name,
                             std::move(text));
}

LoadedMap load_map(const maplang::SourceText& source, FileKind kind) {
  switch (kind) {
    case FileKind::SunMap:
      return load_sun_map(source);
    case FileKind::AutoMaster:
      return load_master_map(source);
    case FileKind::AmdMap:
    case FileKind::AmdConf:
      break;
  }
  LoadedMap map;
  maplang::ParsedLines lines = maplang::parse_map_lines(source);
  map.diagnostics = std::move(lines.diagnostics);
  for (const maplang::RawEntry& line : lines.entries) {
    auto [entry, diagnostics] = parse_line(source, line);
    map.entries.push_back(std::move(entry));
    append(std::move(diagnostics), map.diagnostics);
  }
  return map;
}

KeyedMap::KeyedMap(const maplang::SourceText& source, FileKind kind)
    : source_(source) {
  if (kind == FileKind::AmdMap) {
    index_.emplace(source.text());
  } else {
    loaded_ = load_map(source, kind);
  }
}

std::optional<MapEntry> KeyedMap::find(std::string_view key) const {
  if (index_) {
    const auto line = index_->find(key);
    if (!line) return std::nullopt;
    return parse_line(source_, *line).first;
  }
  const auto found =
      std::find_if(loaded_.entries.rbegin(), loaded_.entries.rend(),
                   [&](const MapEntry& one) { return one.key == key; });
  if (found == loaded_.entries.rend()) return std::nullopt;
  return *found;
}

}  // namespace amd::amdmap
