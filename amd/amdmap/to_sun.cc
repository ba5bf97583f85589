// SPDX-License-Identifier: BSD-3-Clause
// amd to Sun.

#include "amd/amdmap/to_sun.h"

#include <optional>

#include "maplang/eval/mount_options.h"
#include "maplang/syntax/white_space.h"

namespace amd::amdmap {
namespace {

using maplang::Assignment;
using maplang::Severity;
using maplang::SourceRange;

struct Name {
  std::string_view amd;
  std::string_view sun;
};
constexpr Name kVariables[] = {{"key", "&"},
                               {"arch", "$ARCH"},
                               {"host", "$HOST"},
                               {"os", "$OSNAME"},
                               {"osver", "$OSREL"}};

// Types with a device and their Sun names.
constexpr Name kDeviceTypes[] = {
    {"cdfs", "hsfs"}, {"ufs", "ufs"},   {"xfs", "xfs"},
    {"ext2", "ext2"}, {"ext3", "ext3"}, {"ext4", "ext4"},
    {"udf", "udfs"},  {"pcfs", "pcfs"}, {"tmpfs", "tmpfs"}};

// Options that mean nothing to the outcome in a Sun map.
constexpr std::string_view kUsed[] = {"type",    "rhost", "rfs",  "opts",
                                      "addopts", "dev",   "user", "group"};

class Writer {
 public:
  explicit Writer(std::vector<maplang::Diagnostic>& errors) : errors_(errors) {}

  // One location; its options go into `options`.
  std::string location(const FlatLocation& flat, std::string& options) {
    for (const auto* item : flat.conditions) {
      error(item->where.range,
            "\"" + item->raw + "\": Sun maps have no selectors");
    }
    if (flat.after_cut) error(flat.range, "Sun maps have no ||");
    for (const auto& [name, one] : flat.options) check_used(flat, name, one);
    options = options_of(flat);
    const std::string type = plain(flat, "type");
    if (type == "nfs") return nfs(flat);
    if (type == "lofs") return local(flat, "lofs", "rfs", options);
    for (const Name& row : kDeviceTypes) {
      if (type == row.amd) return local(flat, row.sun, "dev", options);
    }
    error(flat.range, type.empty() ? "the location has no type"
                                   : "Sun maps have no type:=" + type);
    return "";
  }

 private:
  void error(const SourceRange& range, std::string message) {
    errors_.push_back({Severity::Error, range, std::move(message), "convert"});
  }

  void check_used(const FlatLocation& flat, const std::string& name,
                  const Assignment& one) {
    if (one.value.text.empty()) return;
    for (const std::string_view used : kUsed) {
      if (name == used) return;
    }
    (void)flat;
    error(one.value.where.range, "Sun maps cannot say " + name + ":=");
  }

  static std::string plain(const FlatLocation& flat, const char* name) {
    const auto found = flat.options.find(name);
    return found == flat.options.end() ? "" : found->second.value.text;
  }

  std::string nfs(const FlatLocation& flat) {
    const auto rhost = flat.options.find("rhost");
    const auto rfs = flat.options.find("rfs");
    if (rfs == flat.options.end()) {
      error(flat.range, "rfs is not given: Sun maps have no ${path}");
      return "";
    }
    const std::string host =
        rhost == flat.options.end() ? "$HOST" : spell(rhost->second);
    return host + ":" + spell(rfs->second);
  }

  std::string local(const FlatLocation& flat, std::string_view type,
                    const char* path, std::string& options) {
    const auto found = flat.options.find(path);
    if (found == flat.options.end()) {
      error(flat.range, std::string(path) + " is not given");
      return "";
    }
    options =
        "fstype=" + std::string(type) + (options.empty() ? "" : "," + options);
    return ":" + spell(found->second);
  }

  // Options equal to amd's default are left out.
  std::string options_of(const FlatLocation& flat) {
    const auto opts = flat.options.find("opts");
    const auto addopts = flat.options.find("addopts");
    std::string all = opts == flat.options.end() ? "" : spell(opts->second);
    if (all.starts_with('-')) all.erase(0, 1);
    if (addopts != flat.options.end()) {
      all = maplang::merge_options(all, spell(addopts->second));
    }
    return all == "rw" ? "" : all;
  }

  std::string spell(const Assignment& one) {
    std::string out;
    const std::string& text = one.value.text;
    size_t at = 0;
    while (at < text.size()) {
      if (text[at] != '$') {
        append_plain(text[at++], out);
        continue;
      }
      const size_t brace = text.find('}', at);
      if (text.compare(at, 2, "${") != 0 || brace == std::string::npos) {
        error(one.value.where.range, "there is a stray $");
        return out;
      }
      append_variable(text.substr(at + 2, brace - at - 2), one, out);
      at = brace + 1;
    }
    return out;
  }

  static void append_plain(char c, std::string& out) {
    const bool special =
        c == '&' || c == '"' || c == '\\' || maplang::is_blank(c);
    if (special) out += '\\';
    out += c;
  }

  void append_variable(const std::string& name, const Assignment& one,
                       std::string& out) {
    if (name == "dollar") {
      out += "\\$";
      return;
    }
    for (const Name& row : kVariables) {
      if (name != row.amd) continue;
      // ${ARCH} keeps a letter behind it apart.
      out += row.sun == "&" ? "&" : "${" + std::string(row.sun.substr(1)) + "}";
      return;
    }
    error(one.value.where.range, "Sun maps have no ${" + name + "}");
  }

  std::vector<maplang::Diagnostic>& errors_;
};

}  // namespace

SunLine to_sun(const MapEntry& entry,
               const std::vector<maplang::Item>& defaults) {
  SunLine line;
  Writer writer(line.errors);
  const auto error = [&](const SourceRange& range, std::string message) {
    line.errors.push_back(
        {Severity::Error, range, std::move(message), "convert"});
  };
  if (entry.key.find('/') != std::string::npos) {
    error(entry.key_range, "Sun maps have no keys with a slash");
  }
  std::optional<std::string> options;
  std::string locations;
  for (const FlatLocation& flat : flatten(entry.entry, defaults)) {
    std::string own_options;
    locations += " " + writer.location(flat, own_options);
    if (options && *options != own_options) {
      error(flat.range,
            "all locations of a Sun entry have the same options; these are \"" +
                own_options + "\" instead of \"" + *options + "\"");
    }
    if (!options) options = own_options;
  }
  if (locations.empty()) error(entry.key_range, "the key has no location");
  if (!line.errors.empty()) return line;
  const bool has_options = options && !options->empty();
  line.text = entry.key + (has_options ? " -" + *options : "") + locations;
  return line;
}

}  // namespace amd::amdmap
