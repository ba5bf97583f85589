// SPDX-License-Identifier: BSD-3-Clause
#include "conf/amd_conf_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "conf/shown.h"

namespace amd::conf {

namespace {

using maplang::Severity;

bool has(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_octal(char c) {
  return c >= '0' && c <= '7';
}

// One escape after its backslash; `at` is moved behind it.  -1: not known.
int read_escape(std::string_view text, size_t& at) {
  const char c = text[at++];
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case '"':
    case '\\':
      return c;
    default:
      break;
  }
  if (!is_octal(c) || at + 2 > text.size() || !is_octal(text[at]) ||
      !is_octal(text[at + 1]))
    return -1;
  const int value =
      (c - '0') * 64 + (text[at] - '0') * 8 + (text[at + 1] - '0');
  at += 2;
  return value <= 255 ? value : -1;
}

}  // namespace

std::string without_carriage_returns(std::string_view text) {
  std::string out(text);
  for (size_t at = 0; (at = out.find('\n', at)) != std::string::npos; at++) {
    if (at == 0 || out[at - 1] != '\r') return std::string(text);
    out[at - 1] = ' ';
  }
  return out;
}

ByteSpan ConfBuilder::advance(size_t bytes) {
  const ByteSpan span = {at_, at_ + bytes};
  at_ += bytes;
  return span;
}

bool ConfBuilder::wants_final_newline() {
  return !std::exchange(final_newline_given_, true);
}

ConfWord ConfBuilder::bare_value(std::string_view text, ByteSpan span) {
  last_value_ = span;
  const bool quoted =
      text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return {std::string(text), span, quoted};
}

ConfWord ConfBuilder::quoted_value(std::string_view text, ByteSpan span) {
  last_value_ = span;
  text.remove_prefix(1);
  text.remove_suffix(1);
  if (text.find('\n') != std::string_view::npos)
    report(Severity::Warning, span, "this value goes on over several lines",
           "is a quote missing?");
  return {std::string(text), span};
}

ConfWord ConfBuilder::escaped_value(std::string_view text, ByteSpan span) {
  last_value_ = span;
  text.remove_prefix(text.find('"') + 1);
  text.remove_suffix(1);
  ConfWord out = {{}, span};
  for (size_t at = 0; at < text.size();) {
    const char c = text[at++];
    if (c != '\\') {
      out.text += c;
      continue;
    }
    const int value = read_escape(text, at);
    if (value < 0) {
      report(Severity::Error, span, "unknown escape in this value",
             R"(there are \" \\ \n \t \r and three octal digits)");
      return out;
    }
    out.text += static_cast<char>(value);
  }
  return out;
}

void ConfBuilder::add_section(ConfWord name) {
  if (name.text.find('\0') != std::string::npos) {
    report(Severity::Error, name.span, "a zero byte in this name");
    return;
  }
  is_section_broken_ = false;
  out_.sections.push_back({std::move(name), {}});
}

void ConfBuilder::add_line(ConfWord name, ConfWord value) {
  if (value.text.find('\0') != std::string::npos ||
      name.text.find('\0') != std::string::npos) {
    report(Severity::Error, {name.span.begin, value.span.end},
           "a zero byte in this line");
    return;
  }
  if (is_section_broken_) return;
  if (out_.sections.empty()) {
    if (!std::exchange(outside_reported_, true))
      report(
          Severity::Error, name.span,
          fmt::format("{} stands before the first section", shown(name.text)),
          "begin with a line [ global ]");
    return;
  }
  out_.sections.back().lines.push_back({std::move(name), std::move(value)});
}

void ConfBuilder::syntax_error(ByteSpan span, std::string_view found,
                               const std::vector<std::string_view>& expected) {
  const bool at_end = found == "end of line" || found == "comment";
  const std::string before = at_end ? "" : " before this";
  if (has(expected, "=")) {
    report(Severity::Error, span,
           "expected = after the parameter name" + before,
           "a line is: name = value");
  } else if (has(expected, "value")) {
    report(Severity::Error, span, "expected a value after =" + before,
           at_end ? "an empty value is written: escaped \"\"" : "");
  } else if (has(expected, "section name")) {
    report(Severity::Error, span, "expected global or a directory after [");
  } else if (has(expected, "]")) {
    report(Severity::Error, span, "expected ] after the section name" + before);
  } else if (!has(expected, "parameter name") && has(expected, "end of line")) {
    syntax_error_after_value(span);
  } else {
    report(Severity::Error, span, "expected name = value or [ section ]");
  }
}

void ConfBuilder::syntax_error_after_value(ByteSpan span) {
  const std::string_view text = source_.text();
  const bool comment_before_value =
      last_comment_.end > 0 && last_comment_.end <= last_value_.begin &&
      text.substr(last_comment_.end, last_value_.begin - last_comment_.end)
              .find_first_not_of(" \t") == std::string_view::npos;
  if (comment_before_value) {
    report(Severity::Error, last_comment_,
           "expected a value before the comment",
           "a comment swallows the end of its line");
    return;
  }
  const bool open_quote = text.substr(last_value_.begin, 1) == "\"" &&
                          text.substr(last_value_.end - 1, 1) != "\"";
  report(Severity::Error, span, "expected the end of the line",
         open_quote
             ? "is a quote missing?"
             : "a value with blanks, [ or ] is written in double quotes");
}

void ConfBuilder::report(Severity severity, ByteSpan span, std::string message,
                         std::string hint) {
  maplang::Diagnostic d;
  d.severity = severity;
  d.range = source_.range_of(span.begin, span.end);
  d.message = std::move(message);
  d.category = "syntax";
  if (!hint.empty()) d.hint = std::move(hint);
  out_.diagnostics.push_back(std::move(d));
}

}  // namespace amd::conf
