/* SPDX-License-Identifier: BSD-3-Clause */
/* The words of amd.conf.  What a word is depends on the place in its line. */
%option reentrant noyywrap nounput noinput never-interactive 8bit nodefault
%option prefix="amd_conf_"

%{
#include <string_view>

#include "conf/amd_conf.parser.hh"

using Parser = amd::conf::syntax::ConfParser;
using amd::conf::ConfWord;

#define YY_DECL \
  static Parser::symbol_type scan(yyscan_t yyscanner, \
                                  amd::conf::ConfBuilder& builder)
#define TEXT std::string_view(yytext, static_cast<size_t>(yyleng))
#define WORD ConfWord{std::string(TEXT), span}
#define YY_USER_ACTION span = builder.advance(static_cast<size_t>(yyleng));
%}

%x AFTER_OPEN AFTER_SECTION_NAME AFTER_NAME AFTER_EQUAL REST

BLANK   [ \t]
BARE    [^ \t\n\[\]]
NAME    [^ \t\n\[\]=]
SPECIAL [ \t\n\[\]=]

%%
  amd::conf::ByteSpan span;

<*>{BLANK}+               { }
<*>"#"[^\n]*\n?           { builder.on_comment(span);
                            if (YY_START == REST) BEGIN(INITIAL);
                            return Parser::make_COMMENT(span); }
<*>\n                     { BEGIN(INITIAL); return Parser::make_NEWLINE(span); }

"["                       { BEGIN(AFTER_OPEN);
                            builder.begin_section();
                            return Parser::make_OPEN(span); }
{NAME}+                   { BEGIN(AFTER_NAME);
                            return Parser::make_NAME(WORD, span); }

<AFTER_OPEN>{NAME}+       { BEGIN(AFTER_SECTION_NAME);
                            return Parser::make_SECTION(WORD, span); }
<AFTER_OPEN>\"[^\"\n]*{SPECIAL}[^\"\n]*\" {
                            BEGIN(AFTER_SECTION_NAME);
                            return Parser::make_SECTION(
                                builder.quoted_value(TEXT, span), span); }
<AFTER_OPEN>escaped{BLANK}+\"([^\"\\\n]|\\.)*\" {
                            BEGIN(AFTER_SECTION_NAME);
                            return Parser::make_SECTION(
                                builder.escaped_value(TEXT, span), span); }
<AFTER_SECTION_NAME>"]"   { BEGIN(REST); return Parser::make_CLOSE(span); }

<AFTER_NAME>"=="          { return Parser::make_JUNK(span); }
<AFTER_NAME>"="           { BEGIN(AFTER_EQUAL);
                            return Parser::make_EQUAL(span); }

<AFTER_EQUAL>"="          { return Parser::make_JUNK(span); }
<AFTER_EQUAL>\"[^\"]*{SPECIAL}[^\"]*\" {
                            BEGIN(REST);
                            return Parser::make_VALUE(
                                builder.quoted_value(TEXT, span), span); }
<AFTER_EQUAL>escaped{BLANK}+\"([^\"\\\n]|\\.)*\" {
                            BEGIN(REST);
                            return Parser::make_VALUE(
                                builder.escaped_value(TEXT, span), span); }

<AFTER_EQUAL>{BARE}+      { BEGIN(REST);
                            return Parser::make_VALUE(
                                builder.bare_value(TEXT, span), span); }

<*>.                      { return Parser::make_JUNK(span); }

<*><<EOF>>                { if (builder.wants_final_newline()) {
                              BEGIN(INITIAL);
                              return Parser::make_NEWLINE(builder.advance(0));
                            }
                            return Parser::make_YYEOF(builder.advance(0)); }

%%

namespace amd::conf {

namespace syntax {

ConfParser::symbol_type next_token(void* scanner, ConfBuilder& builder) {
  return scan(scanner, builder);
}

}  // namespace syntax

ConfSyntax parse_conf_syntax(const maplang::SourceText& source) {
  ConfBuilder builder(source);
  yyscan_t scanner = nullptr;
  if (amd_conf_lex_init(&scanner) != 0) return {};
  const std::string text = without_carriage_returns(source.text());
  amd_conf__scan_bytes(text.data(), static_cast<int>(text.size()), scanner);
  syntax::ConfParser parser(scanner, builder);
  parser.parse();
  amd_conf_lex_destroy(scanner);
  return builder.take();
}

}  // namespace amd::conf
