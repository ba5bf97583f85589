// SPDX-License-Identifier: BSD-3-Clause
// Entries that nobody writes: very long, very many, deep.  Errors or right
// results, and an end.

#include <catch2/catch.hpp>

#include "maplang/eval/choose.h"
#include "maplang/syntax/dump.h"
#include "maplang/syntax/parse.h"
#include "test/maplang/test_host.h"

namespace amd::maplang {
namespace {

std::string repeat(const std::string& text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

Choice choose_for(const std::string& value, const std::string& defaults) {
  const ParsedEntry parsed = parse_entry(value, ValueOrigin::at("m", {}));
  LookupFacts lookup;
  lookup.key = "k";
  lookup.path = "/n/k";
  questions(parsed.entry, defaults, test_host(), lookup, {});
  return choose(parsed.entry, defaults, test_host(), lookup, {});
}

}  // namespace

TEST_CASE("a value of a megabyte is an answer or an error",
          "[maplang][limits]") {
  const std::string junk = repeat("a;", 500000);
  const ParsedEntry parsed = parse_entry(junk, ValueOrigin::at("m", {}));
  CHECK(std::get<Location>(parsed.entry.words[0]).items.size() == 500000);
  CHECK(parsed.diagnostics.size() == 1000);

  const Choice long_text =
      choose_for("type:=link;fs:=/" + repeat("x", 1000000), "");
  CHECK(long_text.chosen.empty());
  CHECK(long_text.rejected.size() == 1);

  CHECK(parse_entry(std::string(3000000, 'x'), {}).entry.words.empty());
}

TEST_CASE("an entry has so many locations and no more", "[maplang][limits]") {
  const Choice choice =
      choose_for(repeat("fs:=/x -a:=b exists(/q) ", 20000), "type:=link");

  CHECK(choice.chosen.size() + choice.rejected.size() == kMostLocations);
  CHECK(choice.diagnostics.size() == 1);
}

TEST_CASE("an entry asks so many questions and no more", "[maplang][limits]") {
  std::string value;
  for (int i = 0; i < 3000; ++i) {
    value += "exists(/" + std::to_string(i) + ");";
  }
  const ParsedEntry parsed = parse_entry(value, ValueOrigin::at("m", {}));
  Answers answers;
  for (int round = 0; round < 10; ++round) {
    for (const Question& one :
         questions(parsed.entry, "", test_host(), LookupFacts{}, answers)) {
      answers[one].truth = true;
    }
  }

  CHECK(answers.size() == kMostQuestions);
}

TEST_CASE("variables that refer to themselves end", "[maplang][limits]") {
  const Choice choice =
      choose_for("fs:=${fs}${fs}${rfs};rfs:=${fs}${rfs};sublink:=${sublink}",
                 "type:=link");

  CHECK(choice.chosen.size() == 1);
  CHECK(choose_for(repeat("${", 300000) + "}", "type:=link").rejected.size() ==
        1);
}

}  // namespace amd::maplang
