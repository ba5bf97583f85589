// SPDX-License-Identifier: BSD-3-Clause
// amdmap convert: one map in another syntax.

#include <sys/stat.h>

#include <cstdio>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>

#include "amd/amdmap/commands.h"
#include "amd/amdmap/flat_location.h"
#include "amd/amdmap/map_file.h"
#include "amd/amdmap/to_sun.h"
#include "maplang/syntax/dump.h"

namespace amd::amdmap {
namespace {

using Json = nlohmann::ordered_json;
using maplang::Diagnostic;
using maplang::Severity;

struct Output {
  std::string text;
  std::vector<Diagnostic> errors;
};

// Entries of earlier lines with the same key do not count and are not written.
std::vector<const MapEntry*> counting_entries(const LoadedMap& map) {
  std::map<std::string_view, const MapEntry*> last;
  for (const MapEntry& one : map.entries) last[one.key] = &one;
  std::vector<const MapEntry*> all;
  for (const MapEntry& one : map.entries) {
    if (last[one.key] == &one) all.push_back(&one);
  }
  return all;
}

Output to_amd(const LoadedMap& map) {
  Output out;
  for (const MapEntry* one : counting_entries(map)) {
    out.text += maplang::dump(one->key, one->entry);
  }
  return out;
}

Output to_sun_map(const LoadedMap& map) {
  Output out;
  std::vector<maplang::Item> defaults;
  for (const MapEntry* one : counting_entries(map)) {
    if (one->key == "/defaults") defaults = defaults_items(one->entry);
  }
  for (const MapEntry* one : counting_entries(map)) {
    if (one->key == "/defaults") continue;
    SunLine line = to_sun(*one, defaults);
    if (!line.text.empty()) out.text += line.text + "\n";
    std::move(line.errors.begin(), line.errors.end(),
              std::back_inserter(out.errors));
  }
  return out;
}

Json json_of(const maplang::Item& item) {
  if (const auto* c = std::get_if<maplang::Comparison>(&item.what)) {
    return {{"kind", c->negated ? "not_equal" : "equal"},
            {"name", c->name},
            {"value", c->text.text}};
  }
  if (const auto* f = std::get_if<maplang::Call>(&item.what)) {
    return {{"kind", f->negated ? "not_function" : "function"},
            {"name", f->name},
            {"value", f->argument.text}};
  }
  if (const auto* a = std::get_if<maplang::Assignment>(&item.what)) {
    return {{"kind", "assign"}, {"name", a->name}, {"value", a->value.text}};
  }
  return {{"kind", "ignored"}, {"name", ""}, {"value", item.raw}};
}

Json json_of(const std::vector<maplang::Item>& items) {
  Json all = Json::array();
  for (const maplang::Item& item : items) all.push_back(json_of(item));
  return all;
}

struct WordJson {
  Json operator()(const maplang::Location& l) const {
    return {{"kind", "location"}, {"items", json_of(l.items)}};
  }
  Json operator()(const maplang::Defaults& d) const {
    return {{"kind", "defaults"}, {"items", json_of(d.items)}};
  }
  Json operator()(const maplang::Reset&) const { return {{"kind", "reset"}}; }
  Json operator()(const maplang::Cut&) const { return {{"kind", "cut"}}; }
};

Output to_json(const LoadedMap& map, const std::string& name) {
  Json entries = Json::array();
  for (const MapEntry* one : counting_entries(map)) {
    Json words = Json::array();
    for (const maplang::Word& word : one->entry.words) {
      words.push_back(std::visit(WordJson{}, word));
    }
    entries.push_back({{"key", one->key},
                       {"value", maplang::dump_on_one_line(one->entry)},
                       {"words", std::move(words)}});
  }
  const Json whole = {{"map", name}, {"entries", std::move(entries)}};
  return {whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", {}};
}

std::string base64(const std::string& text) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < text.size(); i += 3) {
    unsigned bits = 0;
    const size_t count = std::min<size_t>(3, text.size() - i);
    for (size_t j = 0; j < 3; ++j) {
      bits =
          bits << 8 | (j < count ? static_cast<unsigned char>(text[i + j]) : 0);
    }
    for (size_t j = 0; j < 4; ++j) {
      out += j <= count ? kDigits[bits >> (18 - 6 * j) & 63] : '=';
    }
  }
  return out;
}

// RFC 2849: what is not safe as it stands is written in base 64.
std::string ldif_line(const std::string& name, const std::string& value) {
  bool is_safe = !value.empty() && value.front() != ' ' &&
                 value.front() != ':' && value.front() != '<' &&
                 value.back() != ' ';
  for (const char c : value) {
    is_safe &= c != '\0' && c != '\n' && c != '\r' &&
               static_cast<unsigned char>(c) < 0x80;
  }
  return is_safe ? name + ": " + value + "\n"
                 : name + ":: " + base64(value) + "\n";
}

// RFC 4514: bytes that mean something in a distinguished name.
std::string dn_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view(",+\"\\<>;=#").find(c) != std::string_view::npos) {
      out += '\\';
    }
    out += c;
  }
  return out;
}

std::string modification_time(const std::string& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) status.st_mtime = time(nullptr);
  return std::to_string(status.st_mtime);
}

// The schema of am-utils: case does not count in keys.
Output to_ldif(const LoadedMap& map, const Arguments& arguments) {
  Output out;
  const std::string name =
      arguments.words[0].substr(arguments.words[0].rfind('/') + 1);
  const std::string base = "," + arguments.base;
  out.text = ldif_line("dn", "cn=amdmap timestamp" + base) +
             "cn: amdmap timestamp\nobjectClass: amdmapTimestamp\n" +
             ldif_line("amdmapName", name) +
             "amdmapTimestamp: " + modification_time(arguments.words[0]) + "\n";
  std::map<std::string, std::string> seen;
  for (const MapEntry* one : counting_entries(map)) {
    std::string folded = one->key;
    for (char& c : folded) c = static_cast<char>(tolower(c));
    const auto [other, is_new] = seen.emplace(folded, one->key);
    if (!is_new) {
      out.errors.push_back({Severity::Error, one->key_range,
                            "in LDAP the key \"" + one->key +
                                "\" is the same as \"" + other->second + "\"",
                            "convert"});
      continue;
    }
    const std::string cn = "amdmap " + name + "[" + one->key + "]";
    out.text += "\n" + ldif_line("dn", "cn=" + dn_text(cn) + base) +
                ldif_line("cn", cn) + "objectClass: amdmap\n" +
                ldif_line("amdmapName", name) +
                ldif_line("amdmapKey", one->key) +
                ldif_line("amdmapValue", maplang::dump_on_one_line(one->entry));
  }
  return out;
}

Output convert(const LoadedMap& map, const Arguments& arguments) {
  if (arguments.to == "amd") return to_amd(map);
  if (arguments.to == "sun") return to_sun_map(map);
  if (arguments.to == "json") return to_json(map, arguments.words[0]);
  return to_ldif(map, arguments);
}

}  // namespace

int run_convert(const Arguments& arguments) {
  if (arguments.to.empty()) return refuse("convert needs --to");
  auto source = read_source(arguments.words[0]);
  if (!source) return refuse(source.error().message());
  const FileKind kind =
      arguments.kind.value_or(guess_kind(source->name(), source->text()));
  if (kind == FileKind::AmdConf) return refuse("amd.conf is no map");
  LoadedMap map = load_map(*source, kind);
  Output out = convert(map, arguments);
  std::fwrite(out.text.data(), 1, out.text.size(), stdout);
  // What the map's own errors drop is lost in the outcome as well.
  for (Diagnostic& one : map.diagnostics) {
    if (one.severity == Severity::Error) out.errors.push_back(std::move(one));
  }
  for (const Diagnostic& one : out.errors) {
    std::fputs(source->render(one).c_str(), stderr);
  }
  return out.errors.empty() ? kClean : kFindings;
}

}  // namespace amd::amdmap
