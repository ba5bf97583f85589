// SPDX-License-Identifier: BSD-3-Clause
// Trees as text.

#include "maplang/syntax/dump.h"

#include <variant>

namespace amd::maplang {
namespace {

std::string items_text(const std::vector<Item>& items) {
  std::string out;
  for (const Item& item : items) {
    if (!out.empty()) out += ';';
    out += item.raw;
  }
  return out.empty() ? ";" : out;
}

struct WordText {
  std::string operator()(const Location& l) const {
    const std::string text = items_text(l.items);
    // What would be read as another kind of word.
    const bool special = text.front() == '-' || text == "/" || text == "||";
    return special ? ";" + text : text;
  }
  std::string operator()(const Defaults& d) const {
    return "-" + items_text(d.items);
  }
  std::string operator()(const Reset&) const { return "-"; }
  std::string operator()(const Cut&) const { return "||"; }
};

std::string join(const Entry& entry, std::string_view separator) {
  std::string out;
  for (const Word& word : entry.words) {
    if (!out.empty()) out += separator;
    out += std::visit(WordText{}, word);
  }
  return out;
}

}  // namespace

std::string dump(const Entry& entry) {
  return join(entry, " \\\n    ");
}

std::string dump(std::string_view key, const Entry& entry) {
  std::string out = std::string(key) + " " + dump(entry);
  // A backslash at the end of the line would continue it; a comment may be
  // glued to it.
  if (out.back() == '\\') out += '#';
  return out + "\n";
}

std::string dump_on_one_line(const Entry& entry) {
  return join(entry, " ");
}

}  // namespace amd::maplang
