// SPDX-License-Identifier: BSD-3-Clause
// Every test/golden/maplang/NAME.map against its NAME.want: the tree, the
// diagnostics, and what look-ups give.  With UPDATE_GOLDEN=1 in the environment
// the .want files are written.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "conf/nearest.h"
#include "maplang/eval/check.h"
#include "maplang/eval/choose.h"
#include "maplang/eval/key_order.h"
#include "maplang/sun/sun_map.h"
#include "maplang/syntax/dump.h"
#include "maplang/syntax/map_index.h"
#include "maplang/syntax/parse.h"
#include "test/maplang/test_host.h"

namespace amd::maplang {
namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// What the lines "#= WORD ARGUMENTS" of a map say.
struct Setting {
  HostFacts host;
  LookupFacts lookup;
  std::vector<std::string> keys;
  Answers answers;
  bool is_sun = false;
};

void set_switch(const std::string& name, const std::string& value,
                HostFacts& host) {
  const std::map<std::string, bool HostFacts::*> switches = {
      {"normalize_slashes", &HostFacts::normalize_slashes},
      {"normalize_hostnames", &HostFacts::normalize_hostnames},
      {"domain_strip", &HostFacts::domain_strip},
      {"selectors_in_defaults", &HostFacts::selectors_in_defaults}};
  host.*switches.at(name) = value == "yes";
}

void apply(const std::string& word, std::istringstream& rest,
           Setting& setting) {
  std::string one;
  std::string other;
  if (word == "keys") {
    while (rest >> one) setting.keys.push_back(one);
  } else if (word == "set") {
    while (rest >> one) {
      const size_t equals = one.find('=');
      set_fact(one.substr(0, equals), one.substr(equals + 1), setting.host,
               setting.lookup);
    }
  } else if (word == "conf") {
    rest >> one >> other;
    set_switch(one, other, setting.host);
  } else if (word == "map_defaults") {
    rest >> setting.lookup.map_defaults.emplace();
  } else if (word == "inherited") {
    rest >> setting.lookup.inherited_defaults;
  } else if (word == "exists") {
    while (rest >> one) {
      setting.answers[{Question::Kind::Exists, one, ""}].truth = true;
    }
  } else if (word == "netgroup") {
    rest >> one >> other;
    setting.answers[{Question::Kind::Netgroup, one, other}].truth = true;
  } else if (word == "names") {
    rest >> one;
    auto& names = setting.answers[{Question::Kind::HostNames, one, ""}].names;
    while (rest >> other) names.push_back(other);
  } else if (word == "sun") {
    setting.is_sun = true;
  } else {
    FAIL("unknown word " << word);
  }
}

Setting read_setting(const std::string& text) {
  Setting setting{test_host(), {}, {}, {}, false};
  setting.lookup.map = "/etc/amd.test";
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    if (!line.starts_with("#= ")) continue;
    std::istringstream rest(line.substr(3));
    std::string word;
    rest >> word;
    apply(word, rest, setting);
  }
  return setting;
}

// One key, whatever the syntax.
struct Line {
  std::string key;
  std::string value;
  Entry entry;
};

struct Loaded {
  std::vector<Line> lines;
  std::vector<Diagnostic> diagnostics;
};

void append(std::vector<Diagnostic> more, std::vector<Diagnostic>& list) {
  std::stable_sort(more.begin(), more.end(), [](const auto& a, const auto& b) {
    return a.range.begin < b.range.begin;
  });
  list.insert(list.end(), more.begin(), more.end());
}

Loaded load_sun(const SourceText& source) {
  SunMap map = parse_sun_map(source);
  Loaded loaded;
  loaded.diagnostics = std::move(map.diagnostics);
  for (auto& one : map.entries) {
    loaded.lines.push_back({one.key, one.value, std::move(one.entry)});
  }
  return loaded;
}

Loaded load_amd(const SourceText& source) {
  ParsedLines lines = parse_map_lines(source);
  Loaded loaded;
  loaded.diagnostics = std::move(lines.diagnostics);
  CheckContext context{conf::nearest, false};
  for (const RawEntry& line : lines.entries) {
    ParsedEntry parsed = parse_entry(line.value, line.origin(source.name()));
    std::vector<Diagnostic> found = check_key(line);
    append(std::move(parsed.diagnostics), found);
    if (line.key == "/defaults") {
      context.has_default_type = gives_type(parsed.entry);
    } else {
      append(check_entry(parsed.entry, context), found);
    }
    append(std::move(found), loaded.diagnostics);
    loaded.lines.push_back({std::string(line.key), std::string(line.value),
                            std::move(parsed.entry)});
  }
  return loaded;
}

const Line* find_line(const Loaded& loaded, const std::string& key) {
  const auto found =
      std::find_if(loaded.lines.rbegin(), loaded.lines.rend(),
                   [&](const Line& one) { return one.key == key; });
  return found == loaded.lines.rend() ? nullptr : &*found;
}

std::string show(const ResolvedLocation& l) {
  const bool is_remote = l.resolved_type.starts_with("nfs") ||
                         l.type == "host" || l.type == "lustre";
  std::string out = l.type;
  if (l.resolved_type != l.type) out += "(" + l.resolved_type + ")";
  if (is_remote) out += " " + l.rhost + ":" + l.rfs;
  if (l.dev) out += " dev " + *l.dev;
  if (l.type == "lofs" || l.type == "auto") out += " " + l.rfs;
  out += (is_remote || l.dev ? " on " : " ") + l.fs;
  if (!l.sublink.empty()) out += " -> " + l.sublink;
  if (is_remote || l.opts != "rw") out += " (" + l.opts + ")";
  if (l.remopts != l.opts) out += " (remote " + l.remopts + ")";
  if (l.pref) out += " pref " + *l.pref;
  if (l.delay) out += " delay " + *l.delay;
  if (l.mount) out += " mount " + *l.mount;
  if (l.unmount) out += " unmount " + *l.unmount;
  if (l.cache) out += " cache " + *l.cache;
  if (l.maptype) out += " maptype " + *l.maptype;
  if (l.mount_type != "nfs") out += " mount_type " + l.mount_type;
  return out;
}

std::string show(const Choice& choice) {
  std::string out;
  for (const auto& one : choice.chosen) out += "  " + show(one) + "\n";
  for (const auto& one : choice.rejected) out += "  not " + one.reason + "\n";
  for (const auto& one : choice.diagnostics) {
    out += "  " + std::string(name_of(one.severity)) + " " + one.message + "\n";
  }
  return out;
}

std::string look_up(const std::string& name, const Loaded& loaded,
                    const Setting& setting) {
  if (const auto bad = find_bad_byte(name)) {
    return "  bad byte " + std::string(1, *bad) + "\n";
  }
  LookupFacts lookup = setting.lookup;
  lookup.key = expand_name(name, setting.host);
  lookup.path = "/n/" + lookup.key;
  const Line* defaults = find_line(loaded, "/defaults");
  const std::string defaults_text = defaults == nullptr ? "" : defaults->value;
  for (const std::string& key : key_order(lookup.key)) {
    const Line* line = find_line(loaded, key);
    if (line == nullptr) continue;
    return (key == name ? "" : "  (by " + key + ")\n") +
           show(choose(line->entry, defaults_text, setting.host, lookup,
                       setting.answers));
  }
  return "  no entry\n";
}

std::string outcome(const fs::path& path) {
  const std::string text = contents(path);
  const SourceText source(path.filename().string(), text);
  const Setting setting = read_setting(text);
  const Loaded loaded = setting.is_sun ? load_sun(source) : load_amd(source);
  std::string out = "-- tree\n";
  for (const Line& line : loaded.lines) out += dump(line.key, line.entry);
  if (!loaded.diagnostics.empty()) out += "-- diagnostics\n";
  for (const Diagnostic& one : loaded.diagnostics) out += source.render(one);
  for (const std::string& key : setting.keys) {
    out += "-- " + key + "\n" + look_up(key, loaded, setting);
  }
  return out;
}

std::vector<fs::path> files_with(const char* extension) {
  std::vector<fs::path> out;
  for (const auto& entry :
       fs::directory_iterator(std::string(GOLDEN_DIR) + "/maplang")) {
    if (entry.path().extension() == extension) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("maps mean what their golden files say", "[maplang][golden]") {
  const bool updates = std::getenv("UPDATE_GOLDEN") != nullptr;
  const std::vector<fs::path> files = files_with(".map");
  CHECK(files.size() > 30);
  for (const fs::path& path : files) {
    DYNAMIC_SECTION(path.filename().string()) {
      fs::path want = path;
      want.replace_extension(".want");
      const std::string got = outcome(path);
      if (updates) std::ofstream(want, std::ios::binary) << got;
      CHECK(got == contents(want));
    }
  }
}

TEST_CASE("every golden answer has its map", "[maplang][golden]") {
  for (fs::path path : files_with(".want")) {
    CHECK(fs::exists(path.replace_extension(".map")));
  }
}

}  // namespace amd::maplang
