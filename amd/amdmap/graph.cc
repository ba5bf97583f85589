// SPDX-License-Identifier: BSD-3-Clause
// amdmap graph: keys, selectors and servers as a picture.

#include <cstdio>
#include <set>
#include <string>

#include "amd/amdmap/commands.h"
#include "amd/amdmap/flat_location.h"
#include "amd/amdmap/map_file.h"

namespace amd::amdmap {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  return out + "\"";
}

std::string option(const FlatLocation& location, const char* name,
                   const char* otherwise) {
  const auto found = location.options.find(name);
  return found == location.options.end() ? otherwise : found->second.value.text;
}

// Where the files are: a server and a path, a device, a path.
std::string target_of(const FlatLocation& location) {
  const std::string type = option(location, "type", "?");
  if (type.starts_with("nfs") || type == "host") {
    return option(location, "rhost", "${host}") + ":" +
           option(location, "rfs", "${path}");
  }
  const std::string path = option(location, "dev", "");
  return type + " " +
         (path.empty() ? option(location, "fs", "${autodir}/...") : path);
}

std::string conditions_of(const FlatLocation& location) {
  std::string out;
  for (const auto* item : location.conditions) {
    if (!out.empty()) out += "\n";
    out += item->raw;
  }
  return out;
}

void draw_entry(const MapEntry& entry,
                const std::vector<maplang::Item>& defaults,
                std::set<std::string>& servers) {
  std::printf("  %s [shape=box];\n", quoted("key " + entry.key).c_str());
  int number = 0;
  for (const FlatLocation& one : flatten(entry.entry, defaults)) {
    const std::string target = target_of(one);
    std::string label = std::to_string(++number);
    const std::string conditions = conditions_of(one);
    if (!conditions.empty()) label += ": " + conditions;
    std::printf("  %s -> %s [label=%s%s];\n",
                quoted("key " + entry.key).c_str(), quoted(target).c_str(),
                quoted(label).c_str(), one.after_cut ? ", style=dashed" : "");
    const std::string type = option(one, "type", "?");
    if (!type.starts_with("nfs")) continue;
    const std::string server = option(one, "rhost", "${host}");
    if (servers.insert(server).second) {
      std::printf("  %s [shape=box3d];\n", quoted("server " + server).c_str());
    }
    std::printf("  %s -> %s [style=dotted, arrowhead=none];\n",
                quoted(target).c_str(), quoted("server " + server).c_str());
  }
}

}  // namespace

int run_graph(const Arguments& arguments) {
  auto source = read_source(arguments.words[0]);
  if (!source) return refuse(source.error().message());
  const LoadedMap map = load_map(*source, arguments.kind.value_or(guess_kind(
                                              source->name(), source->text())));
  std::vector<maplang::Item> defaults;
  for (const MapEntry& one : map.entries) {
    if (one.key == "/defaults") defaults = defaults_items(one.entry);
  }
  std::printf("digraph %s {\n  rankdir=LR;\n  node [fontname=Helvetica];\n",
              quoted(source->name()).c_str());
  std::set<std::string> servers;
  for (const MapEntry& one : map.entries) {
    if (one.key != "/defaults") draw_entry(one, defaults, servers);
  }
  std::puts("}");
  return kClean;
}

}  // namespace amd::amdmap
