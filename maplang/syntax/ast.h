// SPDX-License-Identifier: BSD-3-Clause
// The tree of one map entry, and where its text came from.
//
// The tree is the entry as written.  Evaluation expands the selector variables
// of a word in its raw text first and parses the outcome again (amd's order of
// work: an expanded value that holds `;` or `"` changes the structure), so each
// word keeps its raw text beside its items.  Equality ignores ranges, and the
// raw text of words.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "maplang/syntax/diagnostic.h"

namespace amd::maplang {

// Where the bytes of a value stand in their source: a value joined from
// continuation lines has a piece for each line.
struct ValueOrigin {
  struct Piece {
    size_t offset = 0;  // in the value
    SourcePosition at;  // in the source
  };
  std::string source;                     // "/etc/amd.home", "nis:amd.home"
  std::vector<Piece> pieces = {Piece{}};  // by offset; the first at 0

  // A value that stands on one line.
  static ValueOrigin at(std::string source, SourcePosition position);

  SourcePosition position_of(size_t offset) const;
  SourceRange range_of(size_t begin, size_t end) const;
};

// "file:line:col", as logs and `amdmap explain` print it.
std::string to_text(const std::string& source, const SourcePosition& at);

// A range that does not take part in equality.
struct Where {
  SourceRange range;
  bool operator==(const Where&) const { return true; }
};

// Which part of a value a reference takes.
enum class Part { Whole, LastComponent, Directory, AfterDot, BeforeDot };

// `${name}` with its operator: ${/name} ${name/} ${.name} ${name.}
struct Reference {
  Where where;
  Part part = Part::Whole;
  std::string name;
  bool operator==(const Reference&) const = default;
};

// The inside of `${...}`, taken apart as amd does: a leading or trailing slash
// is looked for first, then a leading or trailing dot; one operator at most.
std::pair<Part, std::string_view> split_reference(std::string_view inside);

// Text after an operator: quotes and escapes are gone, references are still in
// it, and listed.
struct Text {
  Where where;
  std::string text;
  std::vector<Reference> references;
  bool operator==(const Text&) const = default;
};

struct Comparison {  // host==vm  host!=vm  host=!vm
  std::string name;
  bool negated = false;
  Text text;
  bool operator==(const Comparison&) const = default;
};

struct Call {  // exists(/usr)  !exists(/usr)
  std::string name;
  bool negated = false;
  Text argument;
  bool operator==(const Call&) const = default;
};

struct Assignment {  // fs:=/x  fs=/x
  std::string name;
  Text value;
  bool old_style = false;
  bool operator==(const Assignment&) const = default;
};

struct Junk {  // has no effect; a diagnostic said why
  bool operator==(const Junk&) const = default;
};

// What stands between two semicolons.  `raw` is as written, with quotes.
struct Item {
  Where where;
  std::string raw;
  std::variant<Comparison, Call, Assignment, Junk> what;
  bool operator==(const Item&) const = default;
};

struct Location {
  Where where;
  std::string raw;
  std::vector<Item> items;
  bool operator==(const Location& o) const { return items == o.items; }
};

struct Defaults {  // -opts:=ro;type:=nfs
  Where where;
  std::string raw;  // without the dash
  std::vector<Item> items;
  bool operator==(const Defaults& o) const { return items == o.items; }
};

struct Reset {  // a dash alone
  Where where;
  bool operator==(const Reset&) const = default;
};

struct Cut {  // || or /
  Where where;
  bool operator==(const Cut&) const = default;
};

using Word = std::variant<Location, Defaults, Reset, Cut>;

struct Entry {
  std::vector<Word> words;
  ValueOrigin origin;
  bool operator==(const Entry& other) const { return words == other.words; }
};

}  // namespace amd::maplang
