// SPDX-License-Identifier: BSD-3-Clause
#include "conf/print.h"

#include <fmt/format.h>

#include <algorithm>

#include "conf/parameters.h"
#include "conf/shown.h"

namespace amd::conf {

namespace {

constexpr size_t kOriginColumn = 48;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

bool is_bare(std::string_view value) {
  if (value.empty() || value.front() == '#' || value == "=") return false;
  if (std::any_of(value.begin(), value.end(), is_control)) return false;
  return value.find_first_of(" []\"") == std::string_view::npos;
}

// True if am-utils, too, takes the quotes off.
bool is_quotable(std::string_view value) {
  return value.find_first_of(" []=") != std::string_view::npos &&
         value.find('"') == std::string_view::npos &&
         std::none_of(value.begin(), value.end(), is_control);
}

std::string escaped(std::string_view value, std::string_view octal_form) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (is_control(c)) {
      out +=
          fmt::format(fmt::runtime(octal_form), static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

void add_with_origin(std::string line, const Origin& origin, std::string& out) {
  if (line.size() < kOriginColumn) line.resize(kOriginColumn, ' ');
  out += line + " # " + shown(to_text(origin)) + '\n';
}

// Calls `print(parameter, value, origin)` for what there is to print; what
// equals `inherited(parameter)` may be left out.
template <class Scope, class Inherited, class Print>
void for_each_value(const Scope& scope, const Field<Scope>* Parameter::*field,
                    PrintDefaults defaults, const Inherited& inherited,
                    const Print& print) {
  for (const Parameter& p : parameters()) {
    const Field<Scope>* f = p.*field;
    if (f == nullptr || !p.same_as.empty()) continue;
    const std::string text = value_text(p, f->get(scope));
    if (defaults == PrintDefaults::Hide && text == inherited(p)) continue;
    print(p, text, f->origin(scope));
  }
}

std::string_view default_of(const Parameter& p) {
  return p.default_text;
}

// What a map has without a line of its own.
auto inherited_from(const GlobalSettings& global) {
  return [&global](const Parameter& p) {
    return p.global == nullptr ? std::string(p.default_text)
                               : value_text(p, p.global->get(global));
  };
}

template <class Scope, class Inherited>
void print_lines(const Scope& scope, const Field<Scope>* Parameter::*field,
                 PrintDefaults defaults, const Inherited& inherited,
                 std::string& out) {
  for_each_value(
      scope, field, defaults, inherited,
      [&](const Parameter& p, const std::string& text, const Origin& origin) {
        add_with_origin(fmt::format("{} = {}", p.name, amd_conf_quoted(text)),
                        origin, out);
      });
}

void print_inexpressible(const Settings& settings, std::string& out) {
  size_t rules = 0;
  for (const MapSettings& map : settings.maps)
    rules += map.failover_rules.size();
  const auto print = [&](size_t count, std::string_view what) {
    if (count > 0)
      out += fmt::format("# {} {}: only the libconfig form can say this\n",
                         count, what);
  };
  print(settings.servers.size(), "settings of servers");
  print(settings.groups.size(), "server groups");
  print(settings.amq_access.size(), "access rules of amq");
  print(rules, "failover rules");
}

// One element of the libconfig form, e.g. a map: its lines, indented.
class LibconfigPrinter {
 public:
  explicit LibconfigPrinter(PrintDefaults defaults) : defaults_(defaults) {}

  template <class Scope, class Inherited>
  void add_values(const Scope& scope, const Field<Scope>* Parameter::*field,
                  const Inherited& inherited) {
    for_each_value(scope, field, defaults_, inherited,
                   [&](const Parameter& p, const std::string& text,
                       const Origin& origin) { add_value(p, text, origin); });
  }
  void add_text(std::string_view name, std::string_view text,
                const Origin& origin) {
    add(fmt::format("{} = {};", name, libconfig_quoted(text)), origin);
  }
  void add(const std::string& line, const Origin& origin) {
    add_with_origin(std::string(indent_, ' ') + line, origin, out_);
  }
  void add(const std::string& line) {
    out_ += std::string(indent_, ' ') + line + '\n';
  }
  void open(const std::string& line) {
    add(line);
    indent_ += 2;
  }
  void close(const std::string& line) {
    indent_ -= 2;
    add(line);
  }
  std::string take() { return std::move(out_); }

 private:
  void add_value(const Parameter& p, const std::string& text,
                 const Origin& origin) {
    switch (p.type) {
      case ValueType::YesNo:
        add(fmt::format("{} = {};", p.name, text == "yes" ? "true" : "false"),
            origin);
        return;
      case ValueType::Number:
        add(fmt::format("{} = {};", p.name, text), origin);
        return;
      case ValueType::Text:
      case ValueType::Path:
      case ValueType::Word:
      case ValueType::Name:
      case ValueType::WordList:
      case ValueType::Options:
        add_text(p.name, text, origin);
        return;
    }
  }

  PrintDefaults defaults_;
  size_t indent_ = 0;
  std::string out_;
};

void print_map(const MapSettings& map, const GlobalSettings& global,
               bool is_last, LibconfigPrinter& out) {
  out.open("{");
  out.add_text("directory", map.directory, map.origin);
  out.add_values(map, &Parameter::map, inherited_from(global));
  if (!map.failover_rules.empty()) {
    out.open("failover_rules = (");
    for (const FailoverRule& rule : map.failover_rules) {
      const char* comma = &rule == &map.failover_rules.back() ? "" : ",";
      out.add(fmt::format("{{ pattern = {}; verify = {}; }}{}",
                          libconfig_quoted(rule.pattern),
                          libconfig_quoted(rule.verify), comma),
              rule.origin);
    }
    out.close(");");
  }
  out.close(is_last ? "}" : "},");
}

void print_servers(const Settings& settings, LibconfigPrinter& out) {
  out.open("servers = (");
  for (const ServerSettings& server : settings.servers) {
    out.open("{");
    out.add_text("name", server.name, server.origin);
    out.add_values(server, &Parameter::server, default_of);
    out.close(&server == &settings.servers.back() ? "}" : "},");
  }
  out.close(");");
}

void print_groups(const Settings& settings, LibconfigPrinter& out) {
  out.open("groups = (");
  for (const ServerGroup& group : settings.groups) {
    std::string servers;
    for (const std::string& name : group.servers)
      servers += (servers.empty() ? "" : ", ") + libconfig_quoted(name);
    out.open("{");
    out.add_text("name", group.name, group.origin);
    out.add_values(group, &Parameter::group, default_of);
    out.add(fmt::format("servers = [ {} ];", servers));
    out.close(&group == &settings.groups.back() ? "}" : "},");
  }
  out.close(");");
}

void print_amq(const Settings& settings, LibconfigPrinter& out) {
  out.open("amq_access = (");
  for (const AmqRule& rule : settings.amq_access) {
    const char* comma = &rule == &settings.amq_access.back() ? "" : ",";
    out.add(
        fmt::format("{{ {} = {}; right = \"{}\"; }}{}",
                    rule.allows ? "allow" : "deny", libconfig_quoted(rule.from),
                    rule.right == AmqRight::Read ? "read" : "control", comma),
        rule.origin);
  }
  out.close(");");
}

}  // namespace

std::string amd_conf_quoted(std::string_view value) {
  if (is_bare(value)) return std::string(value);
  if (is_quotable(value)) return fmt::format("\"{}\"", value);
  return "escaped " + escaped(value, "\\{:03o}");
}

std::string libconfig_quoted(std::string_view value) {
  return escaped(value, "\\x{:02X}");
}

std::string print_amd_conf(const Settings& settings, PrintDefaults defaults) {
  std::string out;
  print_inexpressible(settings, out);
  out += "[ global ]\n";
  print_lines(settings.global, &Parameter::global, defaults, default_of, out);
  for (const MapSettings& map : settings.maps) {
    const std::string name =
        map.directory.find('=') == std::string::npos
            ? amd_conf_quoted(map.directory)
            : "escaped " + escaped(map.directory, "\\{:03o}");
    out += '\n';
    add_with_origin(fmt::format("[ {} ]", name), map.origin, out);
    print_lines(map, &Parameter::map, defaults, inherited_from(settings.global),
                out);
  }
  return out;
}

std::string print_libconfig(const Settings& settings, PrintDefaults defaults) {
  LibconfigPrinter out(defaults);
  out.open("global = {");
  out.add_values(settings.global, &Parameter::global, default_of);
  out.close("};");
  out.open("maps = (");
  for (const MapSettings& map : settings.maps)
    print_map(map, settings.global, &map == &settings.maps.back(), out);
  out.close(");");
  if (!settings.servers.empty()) print_servers(settings, out);
  if (!settings.groups.empty()) print_groups(settings, out);
  if (!settings.amq_access.empty()) print_amq(settings, out);
  return out.take();
}

}  // namespace amd::conf
