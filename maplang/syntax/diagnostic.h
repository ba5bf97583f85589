// SPDX-License-Identifier: BSD-3-Clause
// Places in a text, and what there is to say about them.
//
// A Diagnostic is for a human who edits a file.  Parsers return a list of
// them; they print nothing and stop nothing.  SourceText (source_text.h) turns
// one into lines with the quoted source and a caret.

#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace amd::maplang {

// A place: `byte` counts from 0; line and column from 1, columns in bytes (a
// tab is one).
struct SourcePosition {
  size_t byte = 0;
  uint32_t line = 1;
  uint32_t column = 1;

  auto operator<=>(const SourcePosition&) const = default;
};

// Half-open: `end` is the place after the last byte.
struct SourceRange {
  SourcePosition begin;
  SourcePosition end;

  auto operator<=>(const SourceRange&) const = default;
};

enum class Severity { Error, Warning, Note };

// "error", "warning", "note".
const char* name_of(Severity severity);

// The other place that a diagnostic is about, e.g. a first definition.
struct DiagnosticNote {
  SourceRange range;
  std::string message;

  bool operator==(const DiagnosticNote&) const = default;
};

// `message`: lower case, no full stop, names the thing and what was expected.
// `category`: a fixed short word that a reader can look up, e.g. "selector".
struct Diagnostic {
  Severity severity = Severity::Error;
  SourceRange range;
  std::string message;
  std::string category;
  std::optional<DiagnosticNote> note = std::nullopt;
  std::optional<std::string> hint = std::nullopt;

  bool operator==(const Diagnostic&) const = default;
};

}  // namespace amd::maplang
