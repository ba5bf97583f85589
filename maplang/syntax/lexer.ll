/* SPDX-License-Identifier: BSD-3-Clause */
/* Tokens of a map entry, from text that CutText has prepared (cut.h). */

%option reentrant noyywrap nounput noinput never-interactive nodefault 8bit
%option noyyalloc noyyrealloc noyyfree
%option header-file="maplang/syntax/lexer.hh"
%option extra-type="uint32_t"
%option prefix="entry_"

%top{
#include <cstdint>
#include <cstdlib>
}

%{
#include "maplang/syntax/builder.h"
#include "maplang/syntax/grammar.hh"

// Every token's place is counted in the extra data: one rule for all.
#define YY_USER_ACTION \
  where = {yyextra, yyextra + static_cast<uint32_t>(yyleng)}; \
  yyextra = where.end;

#define TOKEN_TEXT \
  { yytext, static_cast<size_t>(yyleng) }

#define YY_DECL \
  amd::maplang::EntryParser::symbol_type amd::maplang::next_token( \
      yyscan_t yyscanner, EntryBuilder& builder)

void* entry_alloc(yy_size_t size, yyscan_t) { return std::malloc(size); }
void* entry_realloc(void* old, yy_size_t size, yyscan_t) {
  return std::realloc(old, size);
}
void entry_free(void* memory, yyscan_t) { std::free(memory); }
%}

/* HEAD: in front of the operator of an item with "="; OPERATOR: at it; TEXT:
   after it.  CALL: at the beginning of an item without "="; NEGATED: after its
   "!"; ARGUMENT: inside the parentheses; REST: after them, without effect. */
%x HEAD OPERATOR TEXT CALL NEGATED ARGUMENT REST

NAME      [^=\0]+
CALLNAME  [^(\0]

%%
%{
  CutRange where;
%}

<*>\0L  BEGIN(INITIAL); return EntryParser::make_LOCATION(where);
<*>\0D  BEGIN(INITIAL); return EntryParser::make_DEFAULTS(where);
<*>\0R  BEGIN(INITIAL); return EntryParser::make_RESET(where);
<*>\0C  BEGIN(INITIAL); return EntryParser::make_CUT(where);
<*>\0;  BEGIN(INITIAL); return EntryParser::make_ITEM_END(where);
<*>\0=  BEGIN(HEAD); return EntryParser::make_ITEM(where);
<*>\0\( BEGIN(CALL); return EntryParser::make_ITEM(where);

<HEAD,OPERATOR>{
  ":==" |
  ":=!"  BEGIN(TEXT); return EntryParser::make_NOTHING(where);
  "!="   BEGIN(TEXT); return EntryParser::make_NE(where);
  ":="   BEGIN(TEXT); return EntryParser::make_ASSIGN(where);
  "=="   BEGIN(TEXT); return EntryParser::make_EQ(where);
  "=!"   BEGIN(TEXT); return EntryParser::make_REVERSED_NE(where);
  "="    BEGIN(TEXT); return EntryParser::make_OLD_ASSIGN(where);
}
<HEAD>{
  {NAME}/"!=="  BEGIN(OPERATOR); return builder.name(TOKEN_TEXT, where);
  {NAME}/"!=!"  BEGIN(OPERATOR); return builder.name(TOKEN_TEXT, where);
  {NAME}/":=="  BEGIN(OPERATOR); return builder.name(TOKEN_TEXT, where);
  {NAME}/":=!"  BEGIN(OPERATOR); return builder.name(TOKEN_TEXT, where);
  {NAME}/"!="   BEGIN(OPERATOR); return builder.name(TOKEN_TEXT, where);
  {NAME}/":="   BEGIN(OPERATOR); return builder.name(TOKEN_TEXT, where);
  {NAME}/"=="   BEGIN(OPERATOR); return builder.name(TOKEN_TEXT, where);
  {NAME}/"=!"   BEGIN(OPERATOR); return builder.name(TOKEN_TEXT, where);
  {NAME}/"="    BEGIN(OPERATOR); return builder.name(TOKEN_TEXT, where);
}
<CALL>{
  "!"                BEGIN(NEGATED); return EntryParser::make_NOT(where);
  [^!(\0]{CALLNAME}* return builder.name(TOKEN_TEXT, where);
}
<NEGATED>{CALLNAME}+ return builder.name(TOKEN_TEXT, where);
<CALL,NEGATED>"("    BEGIN(ARGUMENT); return EntryParser::make_OPEN(where);

<TEXT>{
  [^$\0]+          return builder.text(TOKEN_TEXT, where);
  "${"[^}\0]*"}"   return builder.reference(TOKEN_TEXT, where);
  "${"[^}\0]*      return builder.unclosed(TOKEN_TEXT, where);
}
<ARGUMENT>{
  [^$)\0]+         return builder.text(TOKEN_TEXT, where);
  "${"[^})\0]*"}"  return builder.reference(TOKEN_TEXT, where);
  "${"[^})\0]*     return builder.unclosed(TOKEN_TEXT, where);
  ")"              BEGIN(REST); return EntryParser::make_CLOSE(where);
}
<TEXT,ARGUMENT>{
  "$$"     return builder.text(TOKEN_TEXT, where);
  "$"[^{$\0)]  return builder.bad_dollar(TOKEN_TEXT, where);
  "$"      return builder.bad_dollar(TOKEN_TEXT, where);
}

<REST>[^\0]+  builder.after_call(where);

<*>[^\0]|\0   return EntryParser::make_NOTHING(where);
<*><<EOF>>    BEGIN(INITIAL); return EntryParser::make_END(CutRange{yyextra, yyextra});

%%

namespace amd::maplang {

EntryScanner::EntryScanner() { entry_lex_init_extra(0, &state_); }

EntryScanner::~EntryScanner() { entry_lex_destroy(state_); }

void EntryScanner::start(std::string& bytes) {
  entry_pop_buffer_state(state_);
  entry__scan_buffer(bytes.data(), bytes.size(), state_);
  entry_set_extra(0, state_);
}

}  // namespace amd::maplang
