// SPDX-License-Identifier: BSD-3-Clause
// amdmap check: everything that is wrong with files.

#include <algorithm>
#include <cstdio>
#include <unordered_map>

#include "amd/amdmap/commands.h"
#include "amd/amdmap/map_file.h"
#include "conf/amd_conf.h"
#include "conf/nearest.h"
#include "conf/settings.h"
#include "maplang/eval/check.h"
#include "maplang/syntax/map_lines.h"
#include "maplang/syntax/parse.h"

namespace amd::amdmap {
namespace {

using maplang::Diagnostic;
using maplang::Severity;

// Keeps memory flat on files with very many findings.
constexpr size_t kMostShown = 10000;

class Report {
 public:
  explicit Report(const maplang::SourceText& source) : source_(source) {}

  void add(const Diagnostic& one) {
    if (one.severity != Severity::Note) ++findings_;
    if (++shown_ <= kMostShown) std::fputs(source_.render(one).c_str(), stdout);
  }
  void add_all(std::vector<Diagnostic> more) {
    std::stable_sort(more.begin(), more.end(),
                     [](const auto& a, const auto& b) {
                       return a.range.begin < b.range.begin;
                     });
    for (const Diagnostic& one : more) add(one);
  }
  size_t finish() const {
    if (shown_ > kMostShown) {
      std::printf("%s: %zu more are not shown\n", source_.name().c_str(),
                  shown_ - kMostShown);
    }
    return findings_;
  }

 private:
  const maplang::SourceText& source_;
  size_t findings_ = 0;
  size_t shown_ = 0;
};

// The first definition of every key; views into the file's text.
using Keys = std::unordered_map<std::string_view, maplang::SourceRange>;

void check_line(const maplang::SourceText& source,
                const maplang::RawEntry& line,
                const maplang::CheckContext& context,
                std::vector<Diagnostic>& found) {
  if (line.value.empty()) {
    found.push_back(
        {Severity::Error, line.key_range,
         "key \"" + std::string(line.key) + "\" has no value and is ignored",
         "line"});
    return;
  }
  const auto add = [&found](std::vector<Diagnostic> more) {
    std::move(more.begin(), more.end(), std::back_inserter(found));
  };
  add(maplang::check_key(line));
  if (line.size > maplang::LineReader::kOldLineLimit) {
    found.push_back(
        {Severity::Note, line.key_range,
         "the old daemon reads 1499 bytes of a line; this one has " +
             std::to_string(line.size),
         "line"});
  }
  maplang::ParsedEntry parsed =
      maplang::parse_entry(line.value, line.origin(source.name()));
  add(std::move(parsed.diagnostics));
  if (line.key == "/defaults") return;
  add(maplang::check_entry(parsed.entry, context));
}

bool has_default_type(const maplang::SourceText& source) {
  maplang::LineReader reader(source.text());
  maplang::RawEntry line;
  bool has = false;
  while (reader.next(line)) {
    if (line.key != "/defaults") continue;
    has = maplang::gives_type(
        maplang::parse_entry(line.value, maplang::ValueOrigin{}).entry);
  }
  return has;
}

size_t check_amd_map(const maplang::SourceText& source) {
  maplang::CheckContext context;
  context.nearest = conf::nearest;
  context.has_default_type = has_default_type(source);
  Report report(source);
  Keys keys;
  maplang::LineReader reader(source.text());
  maplang::RawEntry line;
  while (reader.next(line)) {
    std::vector<Diagnostic> found;
    // A joined line's key lives only as long as the line.
    if (line.joined.empty()) {
      const auto [first, is_new] = keys.emplace(line.key, line.key_range);
      if (!is_new) {
        found.push_back({Severity::Warning, line.key_range,
                         "key \"" + std::string(line.key) +
                             "\" is here again; the last one counts",
                         "duplicate"});
        found.back().note =
            maplang::DiagnosticNote{first->second, "the first is here"};
      }
    }
    check_line(source, line, context, found);
    report.add_all(std::move(found));
  }
  return report.finish();
}

size_t check_conf(const maplang::SourceText& source) {
  conf::Settings settings;
  Report report(source);
  report.add_all(conf::read_amd_conf(source, "", settings));
  return report.finish();
}

size_t check_translated(const maplang::SourceText& source, FileKind kind) {
  maplang::CheckContext context;
  context.nearest = conf::nearest;
  // A translated location without a type was reported when it was translated.
  context.has_default_type = true;
  LoadedMap map = load_map(source, kind);
  for (const MapEntry& one : map.entries) {
    auto found = maplang::check_entry(one.entry, context);
    std::move(found.begin(), found.end(), std::back_inserter(map.diagnostics));
  }
  Report report(source);
  report.add_all(std::move(map.diagnostics));
  return report.finish();
}

size_t check_file(const maplang::SourceText& source, FileKind kind) {
  switch (kind) {
    case FileKind::AmdConf:
      return check_conf(source);
    case FileKind::AmdMap:
      return check_amd_map(source);
    case FileKind::SunMap:
    case FileKind::AutoMaster:
      return check_translated(source, kind);
  }
  return 0;
}

}  // namespace

int run_check(const Arguments& arguments) {
  int status = kClean;
  for (const std::string& name : arguments.words) {
    auto source = read_source(name);
    if (!source) {
      status = refuse(source.error().message());
      continue;
    }
    const FileKind kind =
        arguments.kind.value_or(guess_kind(name, source->text()));
    if (check_file(*source, kind) != 0 && status == kClean) status = kFindings;
  }
  return status;
}

}  // namespace amd::amdmap
