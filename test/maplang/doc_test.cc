// SPDX-License-Identifier: BSD-3-Clause
// The examples of doc/map-language.md: blocks of `amd-map`, each followed by a
// block of `amd-answers` with names and the locations that they give.

#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "maplang/eval/choose.h"
#include "maplang/eval/key_order.h"
#include "maplang/syntax/map_index.h"
#include "maplang/syntax/parse.h"
#include "test/maplang/test_host.h"

namespace amd::maplang {
namespace {

struct Example {
  std::string map;
  std::string answers;
};

std::string read_block(std::istream& in) {
  std::string block;
  std::string line;
  while (std::getline(in, line) && line != "```") block += line + "\n";
  return block;
}

std::vector<Example> examples() {
  std::ifstream in(std::string(GOLDEN_DIR) + "/../../doc/map-language.md");
  REQUIRE(in);
  std::vector<Example> all;
  std::string line;
  while (std::getline(in, line)) {
    if (line == "```amd-map") all.push_back({read_block(in), ""});
    if (line == "```amd-answers") all.back().answers = read_block(in);
  }
  return all;
}

// What /tmp, /etc and / are to exists().
Answers answers_to(const std::vector<Question>& list) {
  static const std::set<std::string> kThere = {"/", "/etc", "/tmp"};
  Answers answers;
  for (const Question& one : list) {
    answers[one].truth = kThere.count(one.argument) != 0;
  }
  return answers;
}

std::string show(const ResolvedLocation& l) {
  if (l.type == "link") return l.link_text();
  if (l.type == "nfs") {
    return l.rhost + ":" + l.rfs + " on " + l.fs +
           (l.sublink.empty() ? "" : " -> " + l.sublink) + " (" + l.opts + ")";
  }
  return l.type + " " + l.dev.value_or(l.fs);
}

std::string look_up(const MapIndex& index, const std::string& name) {
  if (find_bad_byte(name)) return "-";
  LookupFacts lookup;
  lookup.key = expand_name(name, test_host());
  lookup.path = "/n/" + lookup.key;
  lookup.map = "/etc/amd.test";
  const auto defaults = index.find("/defaults");
  const std::string defaults_text(defaults ? defaults->value : "");
  for (const std::string& key : key_order(lookup.key)) {
    const auto line = index.find(key);
    if (!line) continue;
    const Entry entry = parse_entry(line->value, line->origin("m")).entry;
    const Choice choice = choose(
        entry, defaults_text, test_host(), lookup,
        answers_to(questions(entry, defaults_text, test_host(), lookup, {})));
    std::string out;
    for (const auto& one : choice.chosen) {
      out += (out.empty() ? "" : ", ") + show(one);
    }
    return out.empty() ? "-" : out;
  }
  return "-";
}

}  // namespace

TEST_CASE("the examples of the map language give what they say",
          "[maplang][doc]") {
  const std::vector<Example> all = examples();
  CHECK(all.size() > 10);
  for (const Example& example : all) {
    REQUIRE_FALSE(example.answers.empty());
    const MapIndex index(example.map);
    std::istringstream lines(example.answers);
    std::string line;
    while (std::getline(lines, line)) {
      const std::string name = line.substr(0, line.find(' '));
      // The widest name of a block is followed by three blanks; an answer may
      // begin with one.
      const size_t widest =
          example.answers.find_first_not_of(' ', example.answers.find(' '));
      INFO(example.map << line);
      CHECK(look_up(index, name) == line.substr(widest));
    }
  }
}

}  // namespace amd::maplang
