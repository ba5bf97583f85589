// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: the text of a map.  Ranges lie inside the text, a dumped entry
// reads back the same, the index finds what the reader read, and evaluation
// ends.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include "conf/nearest.h"
#include "maplang/eval/check.h"
#include "maplang/eval/choose.h"
#include "maplang/syntax/dump.h"
#include "maplang/syntax/map_index.h"
#include "maplang/syntax/parse.h"
#include "maplang/syntax/source_text.h"

using namespace amd::maplang;

namespace {

void require(bool claim) {
  if (!claim) std::abort();
}

void check_range(const SourceRange& range, size_t size) {
  require(range.begin <= range.end && range.end.byte <= size);
}

void check_diagnostics(const std::vector<Diagnostic>& list,
                       const SourceText& source) {
  for (const Diagnostic& one : list) {
    check_range(one.range, source.text().size());
    require(!source.render(one).empty());
  }
}

struct CheckWord {
  size_t size;
  void operator()(const Location& l) const { items(l.where, l.items); }
  void operator()(const Defaults& d) const { items(d.where, d.items); }
  void operator()(const Reset& r) const { check_range(r.where.range, size); }
  void operator()(const Cut& c) const { check_range(c.where.range, size); }
  void items(const Where& where, const std::vector<Item>& list) const {
    check_range(where.range, size);
    for (const Item& item : list) check_range(item.where.range, size);
  }
};

void check_dump(const RawEntry& line, const Entry& entry) {
  require(parse_entry(dump_on_one_line(entry), {}).entry == entry);
  const std::string dumped = dump(line.key, entry);
  LineReader reader(dumped);
  RawEntry again;
  require(reader.next(again) && again.key == line.key);
  require(parse_entry(again.value, {}).entry == entry);
}

void check_choice(const Entry& entry, std::string_view key) {
  static const HostFacts host = [] {
    HostFacts facts;
    facts.host = "vm";
    facts.hostd = "vm.unknown.domain";
    facts.environment["MYENV"] = "e";
    return facts;
  }();
  LookupFacts lookup;
  lookup.key = key;
  lookup.path = "/n/" + lookup.key;
  Answers answers;
  for (const Question& one : questions(entry, "type:=nfs", host, lookup, {})) {
    answers[one].truth = one.argument.size() % 2 == 0;
  }
  const Choice choice = choose(entry, "type:=nfs", host, lookup, answers);
  size_t locations = 0;
  for (const Word& word : entry.words) {
    locations += std::holds_alternative<Location>(word);
  }
  require(choice.chosen.size() + choice.rejected.size() == locations);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const SourceText source(
      "fuzz", std::string(reinterpret_cast<const char*>(data), size));
  const MapIndex index(source.text());
  std::map<std::string, std::string> last;
  LineReader reader(source.text());
  RawEntry line;
  while (reader.next(line)) {
    check_range(line.key_range, size);
    if (line.value.empty()) continue;
    last[std::string(line.key)] = line.value;
    const ParsedEntry parsed = parse_entry(line.value, line.origin("fuzz"));
    check_diagnostics(parsed.diagnostics, source);
    for (const Word& word : parsed.entry.words) {
      std::visit(CheckWord{size}, word);
    }
    check_diagnostics(check_entry(parsed.entry, {amd::conf::nearest, false}),
                      source);
    check_dump(line, parsed.entry);
    check_choice(parsed.entry, line.key);
  }
  require(index.size() == last.size());
  for (const auto& [key, value] : last) {
    require(index.find(key)->value == value);
  }
  return 0;
}
