// SPDX-License-Identifier: BSD-3-Clause
// Nodes and diagnostics of an entry.

#include "maplang/syntax/builder.h"

#include <utility>

namespace amd::maplang {

void EntryBuilder::start(CutText& cut) {
  cut_ = &cut;
  words_.clear();
  items_.clear();
  words_seen_ = 0;
  items_seen_ = 0;
}

Diagnostic& EntryBuilder::report(Severity severity, SourceRange range,
                                 std::string message, const char* category) {
  constexpr size_t kMostDiagnostics = 1000;
  std::vector<Diagnostic>& all = cut_->diagnostics();
  Diagnostic one{severity, range, std::move(message), category};
  if (all.size() >= kMostDiagnostics) return surplus_ = std::move(one);
  all.push_back(std::move(one));
  return all.back();
}

std::string EntryBuilder::raw(CutText::RawSpan span) const {
  return std::string(cut_->value().substr(span.begin, span.end - span.begin));
}

EntryBuilder::Token EntryBuilder::name(std::string_view text, CutRange where) {
  return EntryParser::make_NAME(std::string(text), where);
}

EntryBuilder::Token EntryBuilder::text(std::string_view text, CutRange where) {
  return EntryParser::make_TEXT(
      Text{{cut_->range_of(where)}, std::string(text), {}}, where);
}

EntryBuilder::Token EntryBuilder::reference(std::string_view text,
                                            CutRange where) {
  const auto [part, name] = split_reference(text.substr(2, text.size() - 3));
  const Where place{cut_->range_of(where)};
  Text node{place, std::string(text), {}};
  node.references.push_back({place, part, std::string(name)});
  return EntryParser::make_TEXT(std::move(node), where);
}

EntryBuilder::Token EntryBuilder::unclosed(std::string_view text,
                                           CutRange where) {
  report(Severity::Error, cut_->range_of(where),
         "\"${\" has no closing brace and is dropped", "variable");
  return this->text(text, where);
}

EntryBuilder::Token EntryBuilder::bad_dollar(std::string_view text,
                                             CutRange where) {
  report(Severity::Error, cut_->range_of(where),
         "\"" + std::string(text) + "\" is no variable and is dropped",
         "variable")
      .hint = "write ${name} for a variable, ${dollar} for a dollar sign";
  return this->text(text, where);
}

void EntryBuilder::after_call(CutRange where) {
  report(Severity::Warning, cut_->range_of(where),
         "text after the closing parenthesis has no effect", "syntax");
}

Text EntryBuilder::no_text(CutRange where) const {
  return {{cut_->range_of(where)}, {}, {}};
}

Text EntryBuilder::join(Text front, Text back) const {
  if (front.text.empty()) return back;
  front.text += back.text;
  front.where.range.end = back.where.range.end;
  for (Reference& one : back.references) {
    front.references.push_back(std::move(one));
  }
  return front;
}

ItemMeaning EntryBuilder::equal(std::string name, Text text) {
  return Comparison{std::move(name), false, std::move(text)};
}

// With nothing after it `!=` is no comparison for amd; it always passes.
ItemMeaning EntryBuilder::not_equal(std::string name, Text text,
                                    CutRange where) {
  if (!text.text.empty()) {
    return Comparison{std::move(name), true, std::move(text)};
  }
  report(Severity::Warning, cut_->range_of(where),
         "\"" + name + "!=\" with nothing after it has no effect", "selector")
      .hint = "write " + name + "=! to compare with the empty text";
  return Junk{};
}

ItemMeaning EntryBuilder::reversed_not_equal(std::string name, Text text) {
  return Comparison{std::move(name), true, std::move(text)};
}

ItemMeaning EntryBuilder::assign(std::string name, Text text) {
  return Assignment{std::move(name), std::move(text), false};
}

ItemMeaning EntryBuilder::old_assign(std::string name, Text text,
                                     CutRange sign) {
  report(Severity::Note, cut_->range_of(sign),
         "\"=\" is the historic form of \":=\"", "old-style");
  return Assignment{std::move(name), std::move(text), true};
}

ItemMeaning EntryBuilder::call(std::string name, Text argument) {
  return Call{std::move(name), false, std::move(argument)};
}

ItemMeaning EntryBuilder::negated_call(std::string name, Text argument) {
  return Call{std::move(name), true, std::move(argument)};
}

void EntryBuilder::add_junk() {
  add_item(Junk{});
}

void EntryBuilder::note_syntax_error(EntryParser::symbol_kind_type found,
                                     CutRange where) {
  using Kind = EntryParser::symbol_kind;
  const CutText::RawSpan item = cut_->items()[items_seen_];
  const std::string text = "\"" + raw(item) + "\"";
  const SourceRange whole = cut_->range_of(item);
  const bool function = text.find('(') != std::string::npos;
  switch (found) {
    case Kind::S_NOTHING:
      report(Severity::Error, cut_->range_of(where),
             "this operator does nothing: expected \":=\", \"==\", \"!=\" or "
             "\"=!\"",
             "syntax");
      return;
    case Kind::S_EQ:
    case Kind::S_NE:
    case Kind::S_REVERSED_NE:
    case Kind::S_ASSIGN:
    case Kind::S_OLD_ASSIGN:
      report(Severity::Error, whole,
             text + " has no name before its operator and is ignored",
             "syntax");
      return;
    default:
      break;
  }
  if (function) {
    report(Severity::Error, whole,
           text + " is malformed and is ignored: expected name(argument)",
           "function")
        .hint = "an empty argument makes the function pass, even false()";
    return;
  }
  report(Severity::Error, whole, text + " has no value and is ignored",
         "syntax")
      .hint =
      "expected name:=value, name==value, name!=value or name(argument)";
}

void EntryBuilder::add_item(ItemMeaning meaning) {
  const CutText::RawSpan span = cut_->items()[items_seen_++];
  items_.push_back({{cut_->range_of(span)}, raw(span), std::move(meaning)});
}

CutText::RawSpan EntryBuilder::next_word() {
  return cut_->words()[words_seen_++];
}

void EntryBuilder::add_location() {
  const CutText::RawSpan span = next_word();
  words_.push_back(
      Location{{cut_->range_of(span)}, raw(span), std::exchange(items_, {})});
}

void EntryBuilder::add_defaults() {
  const CutText::RawSpan span = next_word();
  words_.push_back(
      Defaults{{cut_->range_of(span)}, raw(span), std::exchange(items_, {})});
}

void EntryBuilder::add_reset() {
  words_.push_back(Reset{{cut_->range_of(next_word())}});
}

void EntryBuilder::add_cut() {
  words_.push_back(Cut{{cut_->range_of(next_word())}});
}

}  // namespace amd::maplang
