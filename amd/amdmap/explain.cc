// SPDX-License-Identifier: BSD-3-Clause
// amdmap explain: which locations amd would try, and why not the others.

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "amd/amdmap/asked_world.h"
#include "amd/amdmap/commands.h"
#include "amd/amdmap/facts_for.h"
#include "amd/amdmap/map_file.h"
#include "maplang/eval/choose.h"
#include "maplang/eval/key_order.h"

namespace amd::amdmap {
namespace {

using Json = nlohmann::ordered_json;

// One location with its verdict, in the order of the map.
struct Explained {
  const maplang::ResolvedLocation* location;
  const std::string* reason;  // nullptr: chosen
};

std::vector<Explained> in_map_order(const maplang::Choice& choice) {
  std::vector<Explained> all;
  for (const auto& one : choice.chosen) all.push_back({&one, nullptr});
  for (const auto& one : choice.rejected) {
    all.push_back({&one.location, &one.reason});
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.location->index < b.location->index;
  });
  return all;
}

Json json_of(const Explained& one) {
  const maplang::ResolvedLocation& l = *one.location;
  const auto text = [](const std::optional<std::string>& value) {
    return value.value_or("");
  };
  return {{"type", l.type},
          {"rhost", l.rhost},
          {"rfs", l.rfs},
          {"fs", l.fs},
          {"dev", text(l.dev)},
          {"opts", l.opts},
          {"remopts", l.remopts},
          {"sublink", l.sublink},
          {"pref", text(l.pref)},
          {"delay", text(l.delay)},
          {"mount", text(l.mount)},
          {"unmount", text(l.unmount)},
          {"origin", l.origin},
          {"chosen", one.reason == nullptr},
          {"reason", one.reason == nullptr ? "" : *one.reason}};
}

void print_json(const Json& json) {
  // Maps may hold bytes that are not UTF-8.
  std::puts(json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
}

void print_field(const char* name, const std::string& value) {
  if (!value.empty()) std::printf("    %-8s %s\n", name, value.c_str());
}

void print_location(const Explained& one, int number) {
  const maplang::ResolvedLocation& l = *one.location;
  if (one.reason != nullptr) {
    std::printf("  -  %s  not tried: %s\n", l.origin.c_str(),
                one.reason->c_str());
    return;
  }
  std::printf("  %d. %s  type:=%s\n", number, l.origin.c_str(), l.type.c_str());
  print_field("rhost", l.rhost);
  print_field("rfs", l.rfs);
  print_field("dev", l.dev.value_or(""));
  print_field("fs", l.fs);
  print_field("sublink", l.sublink);
  print_field("opts", l.opts);
  print_field("remopts", l.remopts == l.opts ? "" : l.remopts);
  print_field("pref", l.pref.value_or(""));
  print_field("delay", l.delay.value_or(""));
  print_field("mount", l.mount.value_or(""));
  print_field("unmount", l.unmount.value_or(""));
}

void print_text(const std::string& key, const std::string& matched,
                const maplang::Choice& choice) {
  std::printf("%s (key %s of the map)\n", key.c_str(), matched.c_str());
  int number = 0;
  for (const Explained& one : in_map_order(choice)) {
    if (one.reason == nullptr) ++number;
    print_location(one, number);
  }
  if (choice.chosen.empty()) std::puts("  no location matches: no such file");
}

int explain_entry(const Arguments& arguments, const Facts& facts,
                  const maplang::SourceText& source, const KeyedMap& map,
                  const MapEntry& found) {
  const auto defaults = map.find("/defaults");
  const std::string defaults_text = defaults ? defaults->value : "";
  const auto answers =
      ask_world(found.entry, defaults_text, facts.host, facts.lookup);
  const maplang::Choice choice = maplang::choose(
      found.entry, defaults_text, facts.host, facts.lookup, answers);
  for (const auto& one : choice.diagnostics) {
    std::fputs((source.render_headline(one) + "\n").c_str(), stderr);
  }
  if (!arguments.json) {
    print_text(facts.lookup.key, found.key, choice);
    return kClean;
  }
  Json locations = Json::array();
  for (const Explained& one : in_map_order(choice)) {
    locations.push_back(json_of(one));
  }
  print_json({{"map", arguments.words[0]},
              {"key", facts.lookup.key},
              {"matched_key", found.key},
              {"locations", locations}});
  return kClean;
}

int no_entry(const Arguments& arguments, const std::string& key,
             const std::string& why) {
  if (arguments.json) {
    print_json({{"map", arguments.words[0]},
                {"key", key},
                {"matched_key", nullptr},
                {"locations", Json::array()}});
  }
  std::fprintf(stderr, "amdmap: %s: %s\n", key.c_str(), why.c_str());
  return kFindings;
}

}  // namespace

int run_explain(const Arguments& arguments) {
  auto facts = facts_for(arguments, arguments.words[0]);
  if (!facts) return refuse(facts.error().message());
  std::fputs(facts->conf_warnings.c_str(), stderr);
  auto source = read_source(facts->map_file);
  if (!source) return refuse(source.error().message());

  const std::string& name = arguments.words[1];
  if (maplang::find_bad_byte(name)) {
    return no_entry(arguments, name, "no key may hold such a character");
  }
  const FileKind guess = facts->is_sun_map
                             ? FileKind::SunMap
                             : guess_kind(facts->map_file, source->text());
  const KeyedMap map(*source, arguments.kind.value_or(guess));
  maplang::LookupFacts& lookup = facts->lookup;
  if (lookup.key.empty()) lookup.key = maplang::expand_name(name, facts->host);
  // Keys of direct maps and master maps are paths themselves.
  if (lookup.path.empty()) {
    lookup.path = name.starts_with('/') ? lookup.key
                                        : facts->directory + "/" + lookup.key;
  }
  for (const std::string& key : maplang::key_order(lookup.key)) {
    const auto found = map.find(key);
    if (!found) continue;
    return explain_entry(arguments, *facts, *source, map, *found);
  }
  return no_entry(arguments, lookup.key, "the map has no such key");
}

}  // namespace amd::amdmap
