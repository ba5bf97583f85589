// SPDX-License-Identifier: BSD-3-Clause
// Runs the cutter, the scanner and the parser over one value.

#include "maplang/syntax/parse.h"

#include <string>
#include <utility>

#include "maplang/syntax/builder.h"
#include "maplang/syntax/cut.h"

namespace amd::maplang {
namespace {

// Far beyond any entry; keeps what one value can cost within bounds.
constexpr size_t kMaxValueBytes = size_t{2} << 20;

// Making Bison's parser costs more than most entries: its stack is 200
// symbols deep from the start.
struct Machine {
  EntryScanner scanner;
  EntryBuilder builder;
  EntryParser parser{scanner, builder};
};

std::vector<Word> run_parser(CutText& cut) {
  thread_local Machine machine;
  machine.scanner.start(cut.finish());
  machine.builder.start(cut);
  machine.parser.parse();
  return machine.builder.take_words();
}

std::vector<Diagnostic> too_long(const ValueOrigin& origin) {
  return {{Severity::Error, origin.range_of(0, 1),
           "the value is longer than 2 MiB and is ignored", "size"}};
}

}  // namespace

ParsedEntry parse_entry(std::string_view value, ValueOrigin origin) {
  ParsedEntry parsed;
  parsed.entry.origin = std::move(origin);
  if (value.size() > kMaxValueBytes) {
    parsed.diagnostics = too_long(parsed.entry.origin);
    return parsed;
  }
  CutText cut(value, parsed.entry.origin);
  cut.add_words();
  parsed.entry.words = run_parser(cut);
  parsed.diagnostics = std::move(cut.diagnostics());
  return parsed;
}

ParsedItems parse_word(std::string_view word, const ValueOrigin& origin,
                       size_t offset) {
  ParsedItems parsed;
  if (word.size() > kMaxValueBytes) {
    parsed.diagnostics = too_long(origin);
    return parsed;
  }
  ValueOrigin here = ValueOrigin::at(origin.source, origin.position_of(offset));
  CutText cut(word, here);
  cut.add_word(CutText::kLocation, 0, word.size());
  std::vector<Word> words = run_parser(cut);
  parsed.items = std::move(std::get<Location>(words.front()).items);
  parsed.diagnostics = std::move(cut.diagnostics());
  return parsed;
}

}  // namespace amd::maplang
