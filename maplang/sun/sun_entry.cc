// SPDX-License-Identifier: BSD-3-Clause
// Sun entries: options, locations, mount points below the key.

#include "maplang/sun/sun_entry.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "maplang/sun/sun_words.h"

namespace amd::maplang {
namespace {

// Options of an entry or of one of its mount points.
struct SunOptions {
  std::string amd_text;  // for addopts:=; empty: none
  std::string fs_type;   // of fstype=; empty: not given
};

// How Sun's types are written in amd maps: the type, and the option that takes
// the path.
struct TypeRow {
  std::string_view sun;
  std::string_view type;
  std::string_view path_option;
};
constexpr TypeRow kLocalTypes[] = {
    {"hsfs", "cdfs", "dev"},   {"iso9660", "cdfs", "dev"},
    {"udf", "udf", "dev"},     {"udfs", "udf", "dev"},
    {"pcfs", "pcfs", "dev"},   {"vfat", "pcfs", "dev"},
    {"msdos", "pcfs", "dev"},  {"ufs", "ufs", "dev"},
    {"xfs", "xfs", "dev"},     {"ext2", "ext2", "dev"},
    {"ext3", "ext3", "dev"},   {"ext4", "ext4", "dev"},
    {"tmpfs", "tmpfs", "dev"}, {"bind", "lofs", "rfs"},
    {"lofs", "lofs", "rfs"},   {"autofs", "auto", "fs"},
};

const TypeRow* find_local_type(std::string_view name) {
  for (const TypeRow& row : kLocalTypes) {
    if (row.sun == name) return &row;
  }
  return nullptr;
}

class Translator {
 public:
  Translator(std::string_view key, std::string_view value,
             const ValueOrigin& origin)
      : key_(key), origin_(origin), words_(split_sun_words(value)) {}

  TranslatedEntry run() {
    SunOptions options = take_options({});
    if (at_ == words_.size()) {
      report(0, "there is no location", "sun");
      return std::move(result_);
    }
    if (words_[at_].begins_with('/')) {
      translate_offsets(options);
    } else {
      result_.value = take_locations(options);
    }
    return std::move(result_);
  }

 private:
  void report(size_t word, std::string message, const char* category,
              Severity severity = Severity::Error) {
    const size_t begin = word < words_.size() ? words_[word].offset : 0;
    const size_t size = word < words_.size() ? words_[word].bytes.size() : 0;
    result_.diagnostics.push_back({severity,
                                   origin_.range_of(begin, begin + size),
                                   std::move(message), category});
  }

  // The `-` words there; `otherwise` if there is none.
  SunOptions take_options(const SunOptions& otherwise) {
    if (at_ == words_.size() || !words_[at_].begins_with('-')) return otherwise;
    SunOptions options;
    while (at_ < words_.size() && words_[at_].begins_with('-')) {
      SunBytes bytes = words_[at_++].bytes;
      bytes.erase(bytes.begin());
      for (const SunBytes& part : split_sun_bytes(bytes, ',')) {
        add_option(part, options);
      }
    }
    return options;
  }

  void add_option(const SunBytes& part, SunOptions& options) {
    static constexpr std::string_view kType = "fstype=";
    const std::string text = plain_text(part);
    if (text.starts_with(kType)) {
      options.fs_type = text.substr(kType.size());
      // nfs4 is a version of nfs.
      if (options.fs_type != "nfs4") return;
      add_text("vers=4", options.amd_text);
      return;
    }
    if (text.empty() || is_unspeakable(at_ - 1, part)) return;
    add_text(spell_for_amd(part), options.amd_text);
  }

  // `option:==x` and `option:=!x` are no assignments, quoted or not.
  bool is_unspeakable(size_t word, const SunBytes& text) {
    const char first = text.empty() ? '\0' : text.front().byte;
    if (first != '=' && first != '!') return false;
    report(word, "a name or path cannot begin with = or !", "sun");
    return true;
  }

  static void add_text(const std::string& text, std::string& list) {
    if (!list.empty()) list += ',';
    list += text;
  }

  // Locations up to the end or the next mount point.
  TranslatedValue take_locations(const SunOptions& options) {
    TranslatedValue value;
    value.origin = ValueOrigin::at(origin_.source, origin_.position_of(0));
    while (at_ < words_.size() && !words_[at_].begins_with('/')) {
      translate_location(at_, options, value);
      ++at_;
    }
    return value;
  }

  // Appends one amd location that came from that word.
  void append(size_t word, const std::string& location,
              const SunOptions& options, TranslatedValue& value) {
    if (!value.text.empty()) value.text += ' ';
    const SourcePosition place = origin_.position_of(words_[word].offset);
    if (value.text.empty()) {
      value.origin.pieces = {{0, place}};
    } else {
      value.origin.pieces.push_back({value.text.size(), place});
    }
    value.text += location;
    if (!options.amd_text.empty())
      value.text += ";addopts:=" + options.amd_text;
  }

  void translate_location(size_t word, const SunOptions& options,
                          TranslatedValue& value) {
    const SunBytes& bytes = words_[word].bytes;
    const auto colon = find_colon(bytes);
    const SunBytes hosts(bytes.begin(),
                         bytes.begin() + static_cast<long>(colon.value_or(0)));
    const SunBytes path(
        bytes.begin() + (colon ? static_cast<long>(*colon) + 1 : 0),
        bytes.end());
    if (is_unspeakable(word, path)) return;
    const std::string& type = options.fs_type;
    if (const TypeRow* row = find_local_type(type)) {
      append(word,
             "type:=" + std::string(row->type) + ";" +
                 std::string(row->path_option) + ":=" + spell_for_amd(path),
             options, value);
      return;
    }
    if (!type.empty() && !type.starts_with("nfs")) {
      report(word, "fstype=" + type + " is not supported", "sun");
      return;
    }
    if (!colon || path.empty()) {
      report(word,
             "\"" + words_[word].text() +
                 "\" is no location: expected server:/path",
             "sun");
      return;
    }
    if (hosts.empty()) {
      report(word,
             "a path without a server needs -fstype=, or a type in /defaults",
             "type", Severity::Warning);
      append(word, "fs:=" + spell_for_amd(path), options, value);
      return;
    }
    append_servers(word, hosts, path, options, value);
  }

  // The colon before the path; one in brackets belongs to an IPv6 address.
  static std::optional<size_t> find_colon(const SunBytes& bytes) {
    bool in_brackets = false;
    for (size_t i = 0; i < bytes.size(); ++i) {
      const char c = bytes[i].byte;
      if (c == '[') in_brackets = true;
      if (c == ']') in_brackets = false;
      if (c == ':' && !in_brackets && !bytes[i].is_literal) return i;
    }
    return std::nullopt;
  }

  void append_servers(size_t word, const SunBytes& hosts, const SunBytes& path,
                      const SunOptions& options, TranslatedValue& value) {
    for (SunBytes host : split_sun_bytes(hosts, ',')) {
      drop_weight(word, host);
      if (is_unspeakable(word, host)) continue;
      if (host.empty()) {
        report(word, "there is an empty server name", "sun");
        continue;
      }
      append(word,
             "type:=nfs;rhost:=" + spell_for_amd(host) +
                 ";rfs:=" + spell_for_amd(path),
             options, value);
    }
  }

  // server(2): amd takes servers in the order of the map.
  void drop_weight(size_t word, SunBytes& host) {
    const auto open = std::find_if(host.begin(), host.end(), [](SunByte b) {
      return b.byte == '(' && !b.is_literal;
    });
    if (open == host.end()) return;
    const bool is_number = host.back().byte == ')' && host.end() - open > 2 &&
                           std::all_of(open + 1, host.end() - 1, [](SunByte b) {
                             return b.byte >= '0' && b.byte <= '9';
                           });
    if (!is_number) {
      report(word, "the weight of a server is a number in parentheses", "sun");
    }
    host.erase(open, host.end());
  }

  // Every mount point is a key below this one, and this one a directory.
  void translate_offsets(const SunOptions& entry_options) {
    const size_t first = at_;
    while (at_ < words_.size()) {
      const size_t word = at_++;
      const SunOptions options = take_options(entry_options);
      TranslatedValue value = take_locations(options);
      if (value.text.empty()) {
        report(word,
               "mount point \"" + words_[word].text() + "\" has no location",
               "sun");
        continue;
      }
      add_offset(word, std::move(value));
    }
    if (result_.offsets.empty()) return;
    const bool is_plain =
        result_.offsets.size() == 1 && result_.offsets[0].key == key_;
    if (is_plain) {  // `key / srv:/x` is `key srv:/x`
      result_.value = std::move(result_.offsets[0].value);
      result_.offsets.clear();
      return;
    }
    drop_root(first);
    append(first, "type:=auto;fs:=${map};pref:=${key}/", {}, result_.value);
  }

  void add_offset(size_t word, TranslatedValue value) {
    std::string path = words_[word].text();
    while (!path.empty() && path.back() == '/') path.pop_back();
    result_.offsets.push_back({key_ + path, std::move(value)});
  }

  void drop_root(size_t word) {
    const auto root =
        std::find_if(result_.offsets.begin(), result_.offsets.end(),
                     [this](const auto& offset) { return offset.key == key_; });
    if (root == result_.offsets.end()) return;
    report(word,
           "mount point \"/\" beside others is not supported and is left out",
           "sun");
    result_.offsets.erase(root);
  }

  std::string key_;
  const ValueOrigin& origin_;
  std::vector<SunWord> words_;
  size_t at_ = 0;
  TranslatedEntry result_;
};

}  // namespace

TranslatedEntry translate_sun_entry(std::string_view key,
                                    std::string_view value,
                                    const ValueOrigin& origin) {
  return Translator(key, value, origin).run();
}

std::string with_master_options(std::string_view sun_value,
                                std::string_view master_options) {
  if (master_options.empty() || sun_value.starts_with('-')) {
    return std::string(sun_value);
  }
  return "-" + std::string(master_options) + " " + std::string(sun_value);
}

}  // namespace amd::maplang
