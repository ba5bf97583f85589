// SPDX-License-Identifier: BSD-3-Clause
#include "conf/amd_conf.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "conf/admit_map.h"
#include "conf/amd_conf_syntax.h"
#include "conf/parameters.h"
#include "conf/shown.h"

namespace amd::conf {

namespace {

using maplang::Diagnostic;
using maplang::Severity;
using maplang::SourceText;

// Where a parameter may stand.
std::string_view home_of(const Parameter& p) {
  switch (p.section) {
    case Section::Global:
      return "the [ global ] section";
    case Section::Map:
      return "the section of a map";
    case Section::Both:
      break;
    case Section::Server:
      return "a server of the libconfig form";
    case Section::Group:
      return "a server group of the libconfig form";
  }
  return "[ global ] or the section of a map";
}

// Goes over the sections in order and fills the settings.
class ConfReader {
 public:
  ConfReader(const SourceText& source, std::string_view tag, Settings& settings)
      : source_(source), tag_(tag), settings_(settings) {}

  std::vector<Diagnostic> read();

 private:
  void read_global(const ConfSection& section);
  void begin_map(const ConfSection& section);
  void read_map(const ConfSection& section);
  void finish_map();

  // What a line sets, or nothing after a report.
  struct Assignment {
    const Parameter* parameter = nullptr;
    RawValue value;
    Origin origin;
  };
  std::optional<Assignment> read_line(const ConfLine& line, bool is_global);
  std::string_view value_of(const Parameter& p, const ConfLine& line);
  void report_unknown(const ConfLine& line, bool is_global);
  void note_repetition(const ConfLine& line, const Parameter& p);

  Diagnostic& report(Severity severity, ByteSpan span, std::string message,
                     std::string category, std::string hint = {});
  Origin origin_of(ByteSpan span) const;

  const SourceText& source_;
  std::string_view tag_;
  Settings& settings_;
  std::vector<Diagnostic> out_;
  std::optional<MapSettings> map_;  // the map section being read
  ByteSpan map_span_;
  std::map<const Parameter*, ByteSpan> seen_;  // in this section
  std::vector<const Parameter*> warned_;
};

std::vector<Diagnostic> ConfReader::read() {
  ConfSyntax syntax = parse_conf_syntax(source_);
  out_ = std::move(syntax.diagnostics);
  if (syntax.sections.empty() && !has_errors(out_))
    report(Severity::Error, {0, 0}, "there is no section", "syntax",
           "a configuration has [ global ] and [ /directory ] sections");
  std::string last_name;
  for (const ConfSection& section : syntax.sections) {
    if (section.name.text != last_name) {
      finish_map();
      seen_.clear();
    }
    last_name = section.name.text;
    if (section.name.text == "global") {
      read_global(section);
    } else {
      begin_map(section);
      read_map(section);
    }
  }
  finish_map();
  return std::move(out_);
}

void ConfReader::read_global(const ConfSection& section) {
  if (!settings_.maps.empty() &&
      settings_.maps.back().origin.kind == Origin::Kind::File &&
      seen_.empty()) {
    report(Severity::Warning, section.name.span,
           fmt::format("[ global ] comes after the map {}, which does not "
                       "inherit from it",
                       shown(settings_.maps.back().directory)),
           "section");
  }
  for (const ConfLine& line : section.lines) {
    if (const auto a = read_line(line, true))
      assign(*a->parameter, a->value, a->origin, settings_.global);
  }
}

void ConfReader::begin_map(const ConfSection& section) {
  if (map_) return;  // two sections of one name in a row are one
  map_.emplace();
  static_cast<InheritableSettings&>(*map_) = settings_.global;
  map_->directory = section.name.text;
  map_->origin = origin_of(section.name.span);
  map_span_ = section.name.span;
  if (!section.name.text.starts_with('/'))
    report(Severity::Warning, section.name.span,
           fmt::format("{} is no absolute directory", shown(section.name.text)),
           "section", "only the global section is not a directory");
}

void ConfReader::read_map(const ConfSection& section) {
  for (const ConfLine& line : section.lines) {
    if (const auto a = read_line(line, false))
      assign(*a->parameter, a->value, a->origin, *map_);
  }
}

void ConfReader::finish_map() {
  if (!map_) return;
  const auto finding =
      admit_map(*std::exchange(map_, std::nullopt), tag_, settings_);
  if (finding)
    report(finding->severity, map_span_, finding->message, "section");
}

std::optional<ConfReader::Assignment> ConfReader::read_line(
    const ConfLine& line, bool is_global) {
  const Parameter* p = find_parameter(line.name.text);
  if (p == nullptr || (is_global ? p->global == nullptr : p->map == nullptr)) {
    report_unknown(line, is_global);
    return std::nullopt;
  }
  ParsedValue parsed = parse_value(*p, value_of(*p, line));
  if (!parsed.value) {
    report(Severity::Error, line.value.span, std::move(parsed.error), "value",
           std::move(parsed.hint));
    return std::nullopt;
  }
  if (!parsed.warning.empty())
    report(Severity::Warning, line.value.span, std::move(parsed.warning),
           "value");
  note_repetition(line, *p);
  const bool warned =
      std::find(warned_.begin(), warned_.end(), p) != warned_.end();
  if (!p->warning.empty() && !warned) {
    warned_.push_back(p);
    report(Severity::Warning, line.name.span,
           fmt::format("{} has no effect: {}", p->name, p->warning), "effect");
  }
  return Assignment{p, *parsed.value, origin_of(line.name.span)};
}

// am-utils keeps the quotes of a quoted value that did not need them.  Where
// it then refused the value, what was meant is taken.
std::string_view ConfReader::value_of(const Parameter& p,
                                      const ConfLine& line) {
  std::string_view text = line.value.text;
  if (!line.value.keeps_quotes) return text;
  const bool is_free = p.type == ValueType::Text || p.type == ValueType::Number;
  if (p.is_amd2() || !is_free) return text.substr(1, text.size() - 2);
  if (p.type == ValueType::Text)
    report(Severity::Warning, line.value.span,
           fmt::format("{}: the quotes are part of the value", p.name), "value",
           "only values with blanks, =, [ or ] lose their quotes");
  return text;
}

void ConfReader::report_unknown(const ConfLine& line, bool is_global) {
  const std::string name = shown(line.name.text);
  const Parameter* p = find_parameter(line.name.text);
  if (p != nullptr) {
    report(Severity::Error, line.name.span,
           fmt::format("{} belongs into {}", name, home_of(*p)), "parameter");
    return;
  }
  const auto near = nearest_parameter(
      line.name.text, is_global ? Section::Global : Section::Map);
  const std::string where = is_global ? "[ global ]" : "the section of a map";
  std::string hint = near ? fmt::format("did you mean {}?", *near) : "";
  if (!near) {
    for (const Parameter& q : parameters()) {
      if (is_global || q.map == nullptr) continue;
      hint += hint.empty() ? "allowed are " : ", ";
      hint += q.name;
    }
    if (is_global) hint = "amd.conf(5) lists them";
  }
  report(Severity::Error, line.name.span,
         fmt::format("unknown parameter {} in {}", name, where), "parameter",
         std::move(hint));
}

void ConfReader::note_repetition(const ConfLine& line, const Parameter& p) {
  const auto [place, is_new] = seen_.emplace(&p, line.name.span);
  if (is_new || p.type == ValueType::Options) return;
  Diagnostic& d = report(Severity::Warning, line.name.span,
                         fmt::format("{} is set again", p.name), "parameter");
  d.note = maplang::DiagnosticNote{
      source_.range_of(place->second.begin, place->second.end),
      "it was set here"};
}

Diagnostic& ConfReader::report(Severity severity, ByteSpan span,
                               std::string message, std::string category,
                               std::string hint) {
  Diagnostic d;
  d.severity = severity;
  d.range = source_.range_of(span.begin, span.end);
  d.message = std::move(message);
  d.category = std::move(category);
  if (!hint.empty()) d.hint = std::move(hint);
  out_.push_back(std::move(d));
  return out_.back();
}

Origin ConfReader::origin_of(ByteSpan span) const {
  const auto at = source_.position_of(span.begin);
  return {Origin::Kind::File,
          fmt::format("{}:{}:{}", source_.name(), at.line, at.column)};
}

}  // namespace

std::vector<Diagnostic> read_amd_conf(const SourceText& source,
                                      std::string_view tag,
                                      Settings& settings) {
  std::vector<Diagnostic> out = ConfReader(source, tag, settings).read();
  std::stable_sort(out.begin(), out.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return a.range.begin.byte < b.range.begin.byte;
                   });
  return out;
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(
      diagnostics.begin(), diagnostics.end(),
      [](const Diagnostic& d) { return d.severity == Severity::Error; });
}

}  // namespace amd::conf
