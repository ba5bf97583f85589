// SPDX-License-Identifier: BSD-3-Clause
// What the scanner and the grammar call: makes nodes and diagnostics.
// Private to this room.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "maplang/syntax/ast.h"
#include "maplang/syntax/cut.h"
#include "maplang/syntax/grammar.hh"

namespace amd::maplang {

class EntryBuilder {
 public:
  // Begins an entry; forgets the one before.  `cut` must outlive its parsing.
  void start(CutText& cut);

  // Tokens.
  using Token = EntryParser::symbol_type;
  Token name(std::string_view text, CutRange where);
  Token text(std::string_view text, CutRange where);
  Token reference(std::string_view text, CutRange where);
  Token unclosed(std::string_view text, CutRange where);
  Token bad_dollar(std::string_view text, CutRange where);
  void after_call(CutRange where);

  // Texts.
  Text no_text(CutRange where) const;
  Text join(Text front, Text back) const;

  // Items.
  ItemMeaning equal(std::string name, Text text);
  ItemMeaning not_equal(std::string name, Text text, CutRange where);
  ItemMeaning reversed_not_equal(std::string name, Text text);
  ItemMeaning assign(std::string name, Text text);
  ItemMeaning old_assign(std::string name, Text text, CutRange sign);
  ItemMeaning call(std::string name, Text argument);
  ItemMeaning negated_call(std::string name, Text argument);
  void note_syntax_error(EntryParser::symbol_kind_type found, CutRange where);

  // Words.
  void add_item(ItemMeaning meaning);
  void add_junk();
  void add_location();
  void add_defaults();
  void add_reset();
  void add_cut();

  std::vector<Word> take_words() { return std::move(words_); }

 private:
  // What is behind the reference may be thrown away: there is a limit.
  Diagnostic& report(Severity severity, SourceRange range, std::string message,
                     const char* category);
  std::string raw(CutText::RawSpan span) const;
  CutText::RawSpan next_word();

  CutText* cut_ = nullptr;
  std::vector<Word> words_;
  std::vector<Item> items_;
  size_t words_seen_ = 0;
  size_t items_seen_ = 0;
  Diagnostic surplus_;
};

// The state of a Flex scanner, for one buffer after another.
class EntryScanner {
 public:
  EntryScanner();
  ~EntryScanner();
  EntryScanner(const EntryScanner&) = delete;
  EntryScanner& operator=(const EntryScanner&) = delete;

  // `bytes` ends in two NULs and stays until the next start().
  void start(std::string& bytes);
  void* state() const { return state_; }

 private:
  void* state_ = nullptr;
};

EntryParser::symbol_type next_token(void* scanner_state, EntryBuilder& builder);

}  // namespace amd::maplang
