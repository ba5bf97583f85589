// SPDX-License-Identifier: BSD-3-Clause
#include "conf/libconfig_form.h"

#include <fmt/format.h>
#include <libconfig.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "conf/address.h"
#include "conf/admit_map.h"
#include "conf/nearest.h"
#include "conf/parameters.h"
#include "conf/shown.h"

namespace amd::conf {

namespace {

using maplang::Diagnostic;
using maplang::Severity;
using maplang::SourceRange;
using maplang::SourceText;
using Node = config_setting_t;

constexpr std::string_view kBlank = " \t\r\n\f";

// The text from its first byte that is no blank and no comment with #.
std::string_view skip_to_first_word(std::string_view text) {
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
    if (!text.starts_with('#')) return text;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
}

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '*';
}

std::string_view name_of(const Node* node) {
  const char* name = config_setting_name(node);
  return name == nullptr ? "" : name;
}

const Node* element(const Node* node, int index) {
  return config_setting_get_elem(node, static_cast<unsigned>(index));
}

bool is_list(const Node* node) {
  return config_setting_is_list(node) == CONFIG_TRUE ||
         config_setting_is_array(node) == CONFIG_TRUE;
}

bool is_string(const Node* node) {
  return config_setting_type(node) == CONFIG_TYPE_STRING;
}

// The strings of an array, joined as the parameter has them in amd.conf.
std::optional<std::string> joined(const Parameter& p, const Node* node) {
  const char separator = p.name == "search_path" ? ':' : ',';
  std::string out;
  for (int i = 0; i < config_setting_length(node); i++) {
    const Node* word = element(node, i);
    if (!is_string(word)) return std::nullopt;
    if (i > 0) out += separator;
    out += config_setting_get_string(word);
  }
  return out;
}

// A value as amd.conf would write it; nothing: a type that makes no sense.
std::optional<std::string> text_of(const Parameter& p, const Node* node) {
  switch (config_setting_type(node)) {
    case CONFIG_TYPE_STRING:
      return config_setting_get_string(node);
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
      if (p.type != ValueType::Number && p.type != ValueType::Text)
        return std::nullopt;
      return std::to_string(config_setting_get_int64(node));
    case CONFIG_TYPE_BOOL:
      return config_setting_get_bool(node) == CONFIG_TRUE ? "yes" : "no";
    case CONFIG_TYPE_ARRAY:
    case CONFIG_TYPE_LIST:
      if (p.type != ValueType::WordList && p.type != ValueType::Options &&
          p.name != "search_path")
        return std::nullopt;
      return joined(p, node);
    default:
      return std::nullopt;
  }
}

std::string_view wanted_form(const Parameter& p) {
  switch (p.type) {
    case ValueType::YesNo:
      return "true or false";
    case ValueType::Number:
      return "a number";
    case ValueType::Text:
    case ValueType::Path:
    case ValueType::Word:
    case ValueType::Name:
      return "a string";
    case ValueType::WordList:
    case ValueType::Options:
      return "an array of strings";
  }
  return "a string";
}

class LibconfigReader {
 public:
  LibconfigReader(const SourceText& source, std::string_view tag,
                  Settings& settings)
      : source_(source), tag_(tag), settings_(settings) {
    config_init(&config_);
  }
  ~LibconfigReader() { config_destroy(&config_); }
  LibconfigReader(const LibconfigReader&) = delete;
  LibconfigReader& operator=(const LibconfigReader&) = delete;

  std::vector<Diagnostic> read();

 private:
  bool parse();
  void read_top(const Node* root);
  void read_map(const Node* node);
  void read_failover_rule(const Node* node, MapSettings& map);
  void read_server(const Node* node);
  void read_group(const Node* node);
  void read_group_servers(const Node* node, ServerGroup& group);
  void read_amq_rule(const Node* node);

  // Calls `read` for each element of a list of groups.
  template <class Read>
  void each_group(const Node* list, const Read& read);
  // Sets the parameters of a scope; names in `own` are the caller's.
  template <class Scope>
  void read_values(const Node* node, Section section, Scope& scope,
                   std::initializer_list<std::string_view> own = {});
  template <class Scope>
  void read_value(const Node* node, const Parameter& p, Scope& scope);
  void report_unknown(const Node* node, const std::vector<std::string_view>&);
  // The string `name` of a group; reports if it is not there.
  std::string wanted_string(const Node* group, const char* name);
  void report_value(const Node* node, ParsedValue parsed);

  Diagnostic& report(Severity severity, const Node* node, std::string message,
                     std::string category);
  SourceRange range_of(const Node* node) const;
  Origin origin_of(const Node* node) const;

  const SourceText& source_;
  std::string_view tag_;
  Settings& settings_;
  config_t config_;
  std::vector<Diagnostic> out_;
  std::set<const Parameter*> warned_;
  std::set<std::pair<std::string, std::string>> names_;  // (kind, name)
};

std::vector<Diagnostic> LibconfigReader::read() {
  if (parse()) read_top(config_root_setting(&config_));
  return std::move(out_);
}

bool LibconfigReader::parse() {
  const std::string text(source_.text());
  const auto refuse = [&](size_t at, size_t length, std::string message) {
    Diagnostic d;
    d.range = source_.range_of(at, at + length);
    d.message = std::move(message);
    d.category = "syntax";
    out_.push_back(std::move(d));
    return false;
  };
  if (const size_t at = text.find('\0'); at != std::string::npos)
    return refuse(at, 1, "a zero byte");
  // libconfig would open the file, and places would be of another text.
  if (const size_t at = text.find("@include"); at != std::string::npos)
    return refuse(at, 8, "@include is not supported");
  if (config_read_string(&config_, text.c_str()) == CONFIG_TRUE) return true;
  const int line = std::max(config_error_line(&config_), 1);
  size_t at = 0;
  for (int i = 1; i < line && at < text.size(); i++)
    at = std::min(text.find('\n', at), text.size() - 1) + 1;
  at = std::min(text.find_first_not_of(" \t", at), text.size());
  const size_t end = std::min(text.find_first_of("\r\n", at), text.size());
  return refuse(
      at, end - at,
      fmt::format("{} here or on the line above", config_error_text(&config_)));
}

void LibconfigReader::read_top(const Node* root) {
  for (int i = 0; i < config_setting_length(root); i++) {
    const Node* node = element(root, i);
    if (name_of(node) != "global") continue;
    if (config_setting_is_group(node) == CONFIG_TRUE) {
      read_values(node, Section::Global, settings_.global);
    } else {
      report(Severity::Error, node, "global: expected { ... }", "value");
    }
  }
  for (int i = 0; i < config_setting_length(root); i++) {
    const Node* node = element(root, i);
    const std::string_view name = name_of(node);
    if (name == "global") continue;
    if (name == "maps") {
      each_group(node, [this](const Node* n) { read_map(n); });
    } else if (name == "servers") {
      each_group(node, [this](const Node* n) { read_server(n); });
    } else if (name == "groups") {
      each_group(node, [this](const Node* n) { read_group(n); });
    } else if (name == "amq_access") {
      each_group(node, [this](const Node* n) { read_amq_rule(n); });
    } else {
      report_unknown(node,
                     {"global", "maps", "servers", "groups", "amq_access"});
    }
  }
}

template <class Read>
void LibconfigReader::each_group(const Node* list, const Read& read) {
  bool is_right = config_setting_is_list(list) == CONFIG_TRUE;
  for (int i = 0; is_right && i < config_setting_length(list); i++) {
    const Node* node = element(list, i);
    is_right = config_setting_is_group(node) == CONFIG_TRUE;
    if (is_right) read(node);
  }
  if (!is_right)
    report(Severity::Error, list,
           fmt::format("{}: expected ( {{ ... }}, {{ ... }} )", name_of(list)),
           "value");
}

template <class Scope>
void LibconfigReader::read_values(const Node* group, Section section,
                                  Scope& scope,
                                  std::initializer_list<std::string_view> own) {
  for (int i = 0; i < config_setting_length(group); i++) {
    const Node* node = element(group, i);
    const std::string_view name = name_of(node);
    if (std::find(own.begin(), own.end(), name) != own.end()) continue;
    const Parameter* p = find_parameter(name);
    if (p != nullptr && p->fits(section)) {
      read_value(node, *p, scope);
      continue;
    }
    std::vector<std::string_view> allowed(own);
    for (const Parameter& q : parameters()) {
      if (q.fits(section)) allowed.push_back(q.name);
    }
    report_unknown(node, allowed);
  }
}

template <class Scope>
void LibconfigReader::read_value(const Node* node, const Parameter& p,
                                 Scope& scope) {
  const auto text = text_of(p, node);
  if (!text) {
    report(Severity::Error, node,
           fmt::format("{}: expected {}", p.name, wanted_form(p)), "value");
    return;
  }
  ParsedValue parsed = parse_value(p, *text);
  if (parsed.value) assign(p, *parsed.value, origin_of(node), scope);
  if (!p.warning.empty() && warned_.insert(&p).second)
    report(Severity::Warning, node,
           fmt::format("{} has no effect: {}", p.name, p.warning), "effect");
  report_value(node, std::move(parsed));
}

void LibconfigReader::report_value(const Node* node, ParsedValue parsed) {
  if (!parsed.value) {
    Diagnostic& d =
        report(Severity::Error, node, std::move(parsed.error), "value");
    if (!parsed.hint.empty()) d.hint = std::move(parsed.hint);
  } else if (!parsed.warning.empty()) {
    report(Severity::Warning, node, std::move(parsed.warning), "value");
  }
}

void LibconfigReader::report_unknown(
    const Node* node, const std::vector<std::string_view>& allowed) {
  Diagnostic& d =
      report(Severity::Error, node,
             fmt::format("unknown parameter {} here", shown(name_of(node))),
             "parameter");
  if (const auto near = nearest(name_of(node), allowed)) {
    d.hint = fmt::format("did you mean {}?", *near);
  } else if (allowed.size() < 20) {
    d.hint = fmt::format("allowed are {}", fmt::join(allowed, ", "));
  }
}

std::string LibconfigReader::wanted_string(const Node* group,
                                           const char* name) {
  const Node* node = config_setting_get_member(group, name);
  if (node == nullptr) {
    report(Severity::Error, group, fmt::format("{} must be defined", name),
           "value");
    return {};
  }
  if (is_string(node) && *config_setting_get_string(node) != '\0')
    return config_setting_get_string(node);
  report(Severity::Error, node, fmt::format("{}: expected a string", name),
         "value");
  return {};
}

void LibconfigReader::read_map(const Node* node) {
  MapSettings map;
  static_cast<InheritableSettings&>(map) = settings_.global;
  map.directory = wanted_string(node, "directory");
  map.origin = origin_of(node);
  read_values(node, Section::Map, map, {"directory", "failover_rules"});
  const Node* rules = config_setting_get_member(node, "failover_rules");
  if (rules != nullptr)
    each_group(rules, [&](const Node* n) { read_failover_rule(n, map); });
  if (map.directory.empty()) return;
  if (!map.directory.starts_with('/'))
    report(Severity::Warning, node,
           fmt::format("{} is no absolute directory", shown(map.directory)),
           "section");
  if (const auto finding = admit_map(std::move(map), tag_, settings_))
    report(finding->severity, node, finding->message, "section");
}

void LibconfigReader::read_failover_rule(const Node* node, MapSettings& map) {
  FailoverRule rule;
  rule.origin = origin_of(node);
  rule.pattern = wanted_string(node, "pattern");
  for (int i = 0; i < config_setting_length(node); i++) {
    const Node* member = element(node, i);
    if (name_of(member) != "pattern" && name_of(member) != "verify")
      report_unknown(member, {"pattern", "verify"});
  }
  const Parameter& p = *find_parameter("failover_verify");
  const Node* verify = config_setting_get_member(node, "verify");
  const auto text = verify == nullptr ? std::nullopt : text_of(p, verify);
  if (!text) {
    report(Severity::Error, verify == nullptr ? node : verify,
           "verify: expected an array of strings", "value");
    return;
  }
  ParsedValue parsed = parse_value(p, *text);
  if (parsed.value) {
    rule.verify = std::get<std::string>(*parsed.value);
    map.failover_rules.push_back(std::move(rule));
  }
  report_value(verify, std::move(parsed));
}

void LibconfigReader::read_server(const Node* node) {
  ServerSettings server;
  server.name = wanted_string(node, "name");
  server.origin = origin_of(node);
  read_values(node, Section::Server, server, {"name"});
  if (!names_.emplace("server", server.name).second)
    report(Severity::Error, node,
           fmt::format("server {} is defined twice", shown(server.name)),
           "section");
  settings_.servers.push_back(std::move(server));
}

void LibconfigReader::read_group(const Node* node) {
  ServerGroup group;
  group.name = wanted_string(node, "name");
  group.origin = origin_of(node);
  read_values(node, Section::Group, group, {"name", "servers"});
  read_group_servers(node, group);
  if (!names_.emplace("group", group.name).second)
    report(Severity::Error, node,
           fmt::format("group {} is defined twice", shown(group.name)),
           "section");
  settings_.groups.push_back(std::move(group));
}

void LibconfigReader::read_group_servers(const Node* node, ServerGroup& group) {
  const Node* servers = config_setting_get_member(node, "servers");
  bool is_right = servers != nullptr && is_list(servers) &&
                  config_setting_length(servers) > 0;
  for (int i = 0; is_right && i < config_setting_length(servers); i++) {
    const Node* name = element(servers, i);
    is_right = is_string(name);
    if (is_right) group.servers.emplace_back(config_setting_get_string(name));
  }
  if (!is_right)
    report(Severity::Error, servers == nullptr ? node : servers,
           "servers: expected [ \"server1\", \"server2\" ]", "value");
}

void LibconfigReader::read_amq_rule(const Node* node) {
  AmqRule rule;
  rule.origin = origin_of(node);
  const Node* allow = config_setting_get_member(node, "allow");
  const Node* deny = config_setting_get_member(node, "deny");
  rule.allows = allow != nullptr;
  if ((allow == nullptr) == (deny == nullptr)) {
    report(Severity::Error, node, "a rule needs either allow or deny", "value");
    return;
  }
  rule.from = wanted_string(node, rule.allows ? "allow" : "deny");
  if (!rule.from.empty() && !is_address_pattern(rule.from))
    report(Severity::Error, rule.allows ? allow : deny,
           fmt::format("\"{}\" is not any, local, an address or a network",
                       shown(rule.from)),
           "value");
  for (int i = 0; i < config_setting_length(node); i++) {
    const Node* member = element(node, i);
    const std::string_view name = name_of(member);
    if (name == "allow" || name == "deny") continue;
    if (name != "right") {
      report_unknown(member, {"allow", "deny", "right"});
      continue;
    }
    const std::string right = wanted_string(node, "right");
    if (right == "control") {
      rule.right = AmqRight::Control;
    } else if (!right.empty() && right != "read") {
      report(Severity::Error, member,
             fmt::format("right: \"{}\" is not one of read, control",
                         shown(right)),
             "value");
    }
  }
  settings_.amq_access.push_back(std::move(rule));
}

Diagnostic& LibconfigReader::report(Severity severity, const Node* node,
                                    std::string message, std::string category) {
  Diagnostic d;
  d.severity = severity;
  d.range = range_of(node);
  d.message = std::move(message);
  d.category = std::move(category);
  out_.push_back(std::move(d));
  return out_.back();
}

// libconfig knows lines only: the column is that of the name in its line.
SourceRange LibconfigReader::range_of(const Node* node) const {
  const auto number = std::max(1U, config_setting_source_line(node) + 0U);
  const std::string_view line = source_.line(number);
  const std::string_view name = name_of(node);
  size_t at = name.empty() ? std::string_view::npos : line.find(name);
  while (at != std::string_view::npos) {
    const bool begins = at == 0 || !is_name_byte(line[at - 1]);
    const size_t end = at + name.size();
    if (begins && (end == line.size() || !is_name_byte(line[end]))) break;
    at = line.find(name, at + 1);
  }
  const bool found = at != std::string_view::npos;
  if (!found) at = std::min(line.find_first_not_of(" \t"), line.size());
  const size_t begin =
      static_cast<size_t>(line.data() - source_.text().data()) + at;
  if (line.empty()) return source_.range_of(0, 0);
  return source_.range_of(begin, begin + (found ? name.size() : 1));
}

Origin LibconfigReader::origin_of(const Node* node) const {
  const auto at = range_of(node).begin;
  return {Origin::Kind::File,
          fmt::format("{}:{}:{}", source_.name(), at.line, at.column)};
}

}  // namespace

bool is_libconfig(std::string_view text) {
  text = skip_to_first_word(text);
  if (text.starts_with('@') || text.starts_with("//") || text.starts_with("/*"))
    return true;
  size_t name = 0;
  while (name < text.size() && is_name_byte(text[name])) name++;
  if (name == 0) return false;
  text.remove_prefix(name);
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  if (text.starts_with(':')) return true;
  if (!text.starts_with('=')) return false;
  text = skip_to_first_word(text.substr(1));
  const std::string_view line = text.substr(0, text.find('\n'));
  return line.starts_with('{') || line.starts_with('(') ||
         line.starts_with('[') || line.find(';') != std::string_view::npos;
}

std::vector<Diagnostic> read_libconfig(const SourceText& source,
                                       std::string_view tag,
                                       Settings& settings) {
  std::vector<Diagnostic> out = LibconfigReader(source, tag, settings).read();
  std::stable_sort(out.begin(), out.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return a.range.begin.byte < b.range.begin.byte;
                   });
  return out;
}

}  // namespace amd::conf
