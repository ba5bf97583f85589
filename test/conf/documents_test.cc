// SPDX-License-Identifier: BSD-3-Clause
// The manual pages, doc/*.md and completion/* say what the table says.  With
// UPDATE_GOLDEN=1 in the environment they are written instead.
#include "test/conf/documents.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include "conf/load.h"
#include "conf/parameters.h"

using namespace amd::conf;

namespace {

std::string path_of(const std::string& file) {
  return SOURCE_DIR "/" + file;
}

std::string contents(const std::string& file) {
  std::ifstream in(path_of(file), std::ios::binary);
  REQUIRE(in);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void expect_contents(const std::string& file, const std::string& want) {
  if (std::getenv("UPDATE_GOLDEN") != nullptr)
    std::ofstream(path_of(file), std::ios::binary) << want;
  INFO(file);
  CHECK(contents(file) == want);
}

void expect_part(const std::string& file, const std::string& begin,
                 const std::string& end, const std::string& want) {
  std::string text = contents(file);
  INFO(file << ": " << begin);
  const size_t from = text.find(begin);
  REQUIRE(from != std::string::npos);
  const size_t start = from + begin.size();
  const size_t stop = text.find(end, start);
  REQUIRE(stop != std::string::npos);
  expect_contents(file, text.replace(start, stop - start, want));
}

void expect_markdown(const std::string& file, const std::string& kind) {
  expect_part(file, "<!-- parameters: " + kind + " -->\n", "<!-- end -->",
              "\n" + markdown_part(kind) + "\n");
}

void expect_mdoc(const std::string& file, const std::string& kind) {
  expect_part(file, ".\\\" BEGIN " + kind + "\n", ".\\\" END", mdoc_part(kind));
}

// Messages of reading a configuration; empty: it is fine.
std::string complaints(const std::string& text) {
  CommandLine line;
  line.tag = "laptop";
  const amd::maplang::SourceText source("example", text);
  const LoadedSettings loaded = load_settings(line, &source);
  std::string out;
  for (const Message& m : loaded.messages) out += m.text;
  return out;
}

// The texts between `begin` and `end`, without either.
std::vector<std::string> blocks(const std::string& text,
                                const std::string& begin,
                                const std::string& end) {
  std::vector<std::string> out;
  size_t at = 0;
  while ((at = text.find(begin, at)) != std::string::npos) {
    at += begin.size();
    const size_t stop = text.find(end, at);
    out.push_back(text.substr(at, stop - at));
  }
  return out;
}

// What the bash completion offers for the last of the words.
std::string completed(const std::string& words) {
  const std::string script = "source '" + path_of("completion/amd.bash") +
                             "'; COMP_WORDS=(" + words +
                             "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _amd; "
                             "echo -n \"${COMPREPLY[*]}\"";
  const std::string command =
      "bash -c \"$(cat <<'EOF'\n" + script + "\nEOF\n)\"";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(
      popen(command.c_str(), "r"), &pclose);
  REQUIRE(pipe);
  std::string out;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get()))
    out += static_cast<char>(c);
  return out;
}

}  // namespace

TEST_CASE("doc/config.md has the table", "[conf][doc]") {
  for (const char* kind : {"global", "map", "server", "group"})
    expect_markdown("doc/config.md", kind);
}

TEST_CASE("doc/compat.md says of each parameter what becomes of it",
          "[conf][doc]") {
  expect_markdown("doc/compat.md", "compat");
}

TEST_CASE("the manual pages have the table", "[conf][doc]") {
  for (const char* kind : {"global", "map", "server", "group"})
    expect_mdoc("doc/man/amd.conf.5", kind);
  expect_mdoc("doc/man/amd.8", "flags");
}

TEST_CASE("the manual page has every flag of the usage text", "[conf][doc]") {
  const std::string page = contents("doc/man/amd.8");
  const std::string usage = usage_text();
  for (const char letter : std::string("nprvHSacdkloOtwxyACDFT")) {
    INFO(letter);
    CHECK(page.find(std::string(".It Fl ") + letter) != std::string::npos);
    const std::string optional = std::string("[-") + letter;
    CHECK((usage.find(optional) != std::string::npos ||
           std::string("nprvHS").find(letter) != std::string::npos));
  }
  for (const std::string& name : blocks(usage, "[--", "]").empty()
                                     ? std::vector<std::string>()
                                     : blocks(usage, "[--", "]")) {
    const std::string word = name.substr(0, name.find_first_of("[= "));
    INFO(word);
    CHECK(page.find("Fl Fl " + word) != std::string::npos);
  }
}

TEST_CASE("the completions are made from the table", "[conf][doc]") {
  expect_contents("completion/amd.bash", bash_completion());
  expect_contents("completion/_amd", zsh_completion());
  expect_contents("completion/amd.fish", fish_completion());
}

TEST_CASE("bash completes flags and their values", "[conf][doc]") {
  CHECK(completed("amd --restart") == "--restart-mounts");
  CHECK(completed("amd --mount-type = n") == "nfs");
  CHECK(completed("amd --mount-type =") == "auto nfs autofs");
  CHECK(completed("amd --mount-type k") == "");
  CHECK(completed("amd -x all,nom") == "all,nomap");
  CHECK(completed("amd --plock = y") == "yes");
  CHECK(completed("amd --plock --pri") ==
        "--print-config --print-pid --print-version");
  CHECK(completed("amd --print-config = l") == "libconfig");
  CHECK(completed("amd -F /proc/self/mountinf") == "/proc/self/mountinfo");
  CHECK(completed("amd -T x") == "");
}

TEST_CASE("the samples and examples are understood", "[conf][doc]") {
  CHECK(complaints(contents("doc/samples/amd.conf")) == "");
  CHECK(complaints(contents("doc/samples/amd.cfg")) == "");
  const std::string config = contents("doc/config.md");
  const auto sections = blocks(config, "```amd-conf\n", "```");
  const auto structured = blocks(config, "```libconfig\n", "```");
  const auto page = blocks(contents("doc/man/amd.conf.5"),
                           ".Bd -literal -offset indent\n", ".Ed");
  CHECK(sections.size() == 1);
  CHECK(structured.size() == 1);
  CHECK(page.size() == 2);
  for (const auto& list : {sections, structured, page}) {
    for (const std::string& example : list) {
      INFO(example);
      CHECK(complaints(example) == "");
    }
  }
}
