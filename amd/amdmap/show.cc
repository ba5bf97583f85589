// SPDX-License-Identifier: BSD-3-Clause
// amdmap keys, dump and vars.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "amd/amdmap/commands.h"
#include "amd/amdmap/facts_for.h"
#include "amd/amdmap/map_file.h"
#include "maplang/eval/variables.h"
#include "maplang/syntax/dump.h"
#include "maplang/syntax/map_index.h"

namespace amd::amdmap {
namespace {

void put(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

FileKind kind_for(const Arguments& arguments,
                  const maplang::SourceText& source) {
  return arguments.kind.value_or(guess_kind(source.name(), source.text()));
}

}  // namespace

int run_keys(const Arguments& arguments) {
  auto source = read_source(arguments.words[0]);
  if (!source) return refuse(source.error().message());
  if (kind_for(arguments, *source) == FileKind::AmdMap) {
    maplang::MapIndex(source->text()).for_each_key([](std::string_view key) {
      put(key);
      put("\n");
    });
    return kClean;
  }
  for (const MapEntry& one :
       load_map(*source, kind_for(arguments, *source)).entries) {
    put(one.key);
    put("\n");
  }
  return kClean;
}

int run_dump(const Arguments& arguments) {
  auto source = read_source(arguments.words[0]);
  if (!source) return refuse(source.error().message());
  const LoadedMap map = load_map(*source, kind_for(arguments, *source));
  for (const MapEntry& one : map.entries) {
    put(maplang::dump(one.key, one.entry));
  }
  bool has_errors = false;
  for (const auto& one : map.diagnostics) {
    std::fputs(source->render(one).c_str(), stderr);
    has_errors |= one.severity == maplang::Severity::Error;
  }
  return has_errors ? kFindings : kClean;
}

int run_vars(const Arguments& arguments) {
  auto facts = facts_for(arguments, "");
  if (!facts) return refuse(facts.error().message());
  std::fputs(facts->conf_warnings.c_str(), stderr);
  nlohmann::ordered_json all;
  for (const auto& row : maplang::all_selectors()) {
    const std::string name(row.name);
    const std::string value =
        maplang::selector_value(name, facts->host, facts->lookup).value_or("");
    if (arguments.json) {
      all[name] = value;
    } else {
      std::printf("%s=%s\n", name.c_str(), value.c_str());
    }
  }
  if (arguments.json) {
    std::puts(all.dump(2, ' ', false,
                       nlohmann::ordered_json::error_handler_t::replace)
                  .c_str());
  }
  return kClean;
}

}  // namespace amd::amdmap
