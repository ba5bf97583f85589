// SPDX-License-Identifier: BSD-3-Clause
// SourceText: line index and rendering.

#include "maplang/syntax/source_text.h"

#include <catch2/catch.hpp>

namespace amd::maplang {

TEST_CASE("a byte offset becomes a line and a column", "[maplang][source]") {
  const SourceText source("f", "ab\n\ncd");

  CHECK(source.position_of(0) == SourcePosition{0, 1, 1});
  CHECK(source.position_of(2) == SourcePosition{2, 1, 3});
  CHECK(source.position_of(3) == SourcePosition{3, 2, 1});
  CHECK(source.position_of(5) == SourcePosition{5, 3, 2});
  CHECK(source.position_of(99) == SourcePosition{6, 3, 3});
  CHECK(source.line(3) == "cd");
  CHECK(source.line(4).empty());
}

TEST_CASE("a diagnostic shows its line with a caret that lines up",
          "[maplang][source]") {
  const SourceText source("/etc/amd.home", "one\n\tk fs==x;\n");
  Diagnostic diagnostic{Severity::Error, source.range_of(7, 11),
                        "not an option", "option"};
  diagnostic.note = DiagnosticNote{source.range_of(0, 3), "first here"};
  diagnostic.hint = "write :=";

  CHECK(source.render(diagnostic) ==
        "/etc/amd.home:2:4: error: not an option [option]\n"
        "    \tk fs==x;\n"
        "    \t  ^~~~\n"
        "/etc/amd.home:1:1: note: first here\n"
        "    one\n"
        "    ^~~\n"
        "  hint: write :=\n");
}

TEST_CASE("a long line is cut around the place", "[maplang][source]") {
  const SourceText source("f", std::string(5000, 'x') + "Y");
  const Diagnostic diagnostic{Severity::Warning, source.range_of(5000, 5001),
                              "here", "c"};

  const std::string shown = source.render(diagnostic);

  CHECK(shown.size() < 300);
  CHECK(shown.find("Y") != std::string::npos);
}

}  // namespace amd::maplang
