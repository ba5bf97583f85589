// SPDX-License-Identifier: BSD-3-Clause
// Lines of a master map.

#include "maplang/sun/master_map.h"

#include <utility>

#include "maplang/sun/sun_words.h"
#include "maplang/syntax/map_lines.h"

namespace amd::maplang {
namespace {

constexpr std::string_view kMapTypes[] = {"file", "program", "exec", "yp",
                                          "nis",  "nisplus", "ldap", "hesiod",
                                          "dir",  "multi"};

// "yp:auto.home" and "file,sun:/etc/x": the type in front of the name.
void split_type(MasterEntry& entry) {
  const size_t colon = entry.map.find(':');
  if (colon == std::string::npos) return;
  const std::string type =
      entry.map.substr(0, std::min(colon, entry.map.find(',')));
  for (const std::string_view known : kMapTypes) {
    if (type != known) continue;
    entry.map_type = type;
    entry.map.erase(0, colon + 1);
    return;
  }
}

// A word such as server:/path stands where a map's name is expected.
bool is_location(const std::string& word) {
  return word.find(":/") != std::string::npos || word == "/";
}

class LineParser {
 public:
  LineParser(const RawEntry& line, const std::string& source)
      : words_(split_sun_words(line.value)) {
    entry_.directory = line.key;
    entry_.range = line.key_range;
    entry_.value = line.value;
    entry_.value_origin = line.origin(source);
  }

  MasterEntry run() {
    size_t at = take_options(0);
    if (at == words_.size()) return finish_special();
    entry_.map = words_[at].text();
    split_type(entry_);
    if (entry_.map_type.empty() && is_location(entry_.map)) {
      entry_.kind = MasterEntry::Kind::Inline;
      entry_.options.clear();  // they are part of the value
      return std::move(entry_);
    }
    take_options(at + 1);
    return finish_special();
  }

 private:
  // Words that begin with a dash; -hosts and -null are maps.
  size_t take_options(size_t at) {
    while (at < words_.size() && words_[at].begins_with('-')) {
      const std::string text = words_[at++].text();
      if (text == "-hosts" || text == "-null") {
        entry_.map = text;
        continue;
      }
      if (!entry_.options.empty()) entry_.options += ',';
      entry_.options += text.substr(1);
    }
    return at;
  }

  MasterEntry finish_special() {
    if (entry_.map == "-hosts") entry_.kind = MasterEntry::Kind::Hosts;
    if (entry_.map == "-null") entry_.kind = MasterEntry::Kind::Null;
    return std::move(entry_);
  }

  std::vector<SunWord> words_;
  MasterEntry entry_;
};

}  // namespace

MasterMap parse_master_map(const SourceText& source) {
  MasterMap master;
  const auto report = [&](const RawEntry& line, std::string message) {
    master.diagnostics.push_back(
        {Severity::Error, line.key_range, std::move(message), "auto_master"});
  };
  LineReader reader(source.text());
  RawEntry line;
  while (reader.next(line)) {
    const std::string key(line.key);
    if (key.starts_with('+')) {
      master.includes.push_back(
          {key.substr(1), master.entries.size(), line.key_range});
      continue;
    }
    if (!key.starts_with('/')) {
      report(line, "\"" + key + "\" is no directory: expected a full path");
      continue;
    }
    MasterEntry entry = LineParser(line, source.name()).run();
    const bool has_map = !entry.map.empty();
    if (!has_map) {
      report(line, "\"" + key + "\" has no map");
      continue;
    }
    master.entries.push_back(std::move(entry));
  }
  return master;
}

std::string hosts_map_value(std::string_view options) {
  std::string value =
      "type:=host;rhost:=${key};rfs:=/;fs:=${autodir}/${rhost}/root";
  if (!options.empty()) value += ";addopts:=" + std::string(options);
  return value;
}

}  // namespace amd::maplang
