// SPDX-License-Identifier: BSD-3-Clause
#include "conf/changes.h"

#include <fmt/format.h>

#include <algorithm>

#include "conf/shown.h"

namespace amd::conf {

namespace {

// The map of a directory; nullptr: there is none.
template <class SettingsType>
auto find_map(SettingsType& settings, const std::string& directory) {
  const auto found = std::find_if(
      settings.maps.begin(), settings.maps.end(),
      [&](const MapSettings& map) { return map.directory == directory; });
  return found == settings.maps.end() ? nullptr : &*found;
}

template <class Scope>
void compare_scope(const Scope& running, const Scope& wanted,
                   const Field<Scope>* Parameter::*field,
                   const std::string& directory, std::vector<Change>& out) {
  for (const Parameter& p : parameters()) {
    const Field<Scope>* f = p.*field;
    if (f == nullptr || !p.same_as.empty()) continue;
    const RawValue from = f->get(running);
    const RawValue to = f->get(wanted);
    if (from == to) continue;
    out.push_back({&p, directory, value_text(p, from), value_text(p, to),
                   f->origin(wanted)});
  }
}

template <class Scope>
void keep_scope(const Scope& running, Scope& wanted,
                const Field<Scope>* Parameter::*field) {
  for (const Parameter& p : parameters()) {
    const Field<Scope>* f = p.*field;
    if (f != nullptr && p.only_at_start)
      f->set(wanted, f->get(running), f->origin(running));
  }
}

// The structures as texts that say all but origins.
std::vector<std::string> structures(const Settings& settings) {
  std::vector<std::string> out;
  const auto add_values = [&out](const auto& scope, auto field) {
    for (const Parameter& p : parameters()) {
      if (p.*field != nullptr)
        out.push_back(value_text(p, (p.*field)->get(scope)));
    }
  };
  for (const ServerSettings& server : settings.servers) {
    out.push_back("server " + server.name);
    add_values(server, &Parameter::server);
  }
  for (const ServerGroup& group : settings.groups) {
    out.push_back("group " + group.name);
    add_values(group, &Parameter::group);
    out.insert(out.end(), group.servers.begin(), group.servers.end());
  }
  for (const AmqRule& rule : settings.amq_access) {
    out.push_back(fmt::format("rule {} {} {}", rule.allows,
                              rule.right == AmqRight::Control, rule.from));
  }
  for (const MapSettings& map : settings.maps) {
    for (const FailoverRule& rule : map.failover_rules) {
      out.push_back("failover " + map.directory);
      out.push_back(rule.pattern);
      out.push_back(rule.verify);
    }
  }
  return out;
}

}  // namespace

Changes compare(const Settings& running, const Settings& wanted) {
  Changes out;
  compare_scope(running.global, wanted.global, &Parameter::global, "",
                out.values);
  for (const MapSettings& map : wanted.maps) {
    const MapSettings* there = find_map(running, map.directory);
    if (there == nullptr) {
      out.added_maps.push_back(map.directory);
    } else {
      compare_scope(*there, map, &Parameter::map, map.directory, out.values);
    }
  }
  for (const MapSettings& map : running.maps) {
    if (find_map(wanted, map.directory) == nullptr)
      out.removed_maps.push_back(map.directory);
  }
  out.structures = structures(running) != structures(wanted);
  return out;
}

std::string to_text(const Change& change) {
  const std::string where =
      change.directory.empty() ? "" : shown(change.directory) + ": ";
  return fmt::format("{}{}: {} -> {} ({})", where, change.parameter->name,
                     change.from.empty() ? "not set" : shown(change.from),
                     change.to.empty() ? "not set" : shown(change.to),
                     shown(to_text(change.origin)));
}

void keep_running_values(const Settings& running, Settings& wanted) {
  keep_scope(running.global, wanted.global, &Parameter::global);
  for (MapSettings& map : wanted.maps) {
    if (const MapSettings* there = find_map(running, map.directory))
      keep_scope(*there, map, &Parameter::map);
  }
}

}  // namespace amd::conf
