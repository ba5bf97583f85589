// SPDX-License-Identifier: BSD-3-Clause
#include "conf/settings.h"

#include "conf/parameters.h"

namespace amd::conf {

namespace {

template <class Scope>
void set_defaults(Scope& scope, const Field<Scope>* Parameter::*field) {
  for (const Parameter& p : parameters()) {
    if (p.*field == nullptr || !p.same_as.empty()) continue;
    // The table's own defaults are valid (a test sees to it).
    const ParsedValue parsed = parse_value(p, p.default_text);
    if (parsed.value) assign(p, *parsed.value, Origin(), scope);
  }
}

}  // namespace

std::string to_text(const Origin& origin) {
  return origin.kind == Origin::Kind::Default ? "default" : origin.place;
}

GlobalSettings::GlobalSettings() {
  set_defaults(*this, &Parameter::global);
}

MapSettings::MapSettings() {
  set_defaults(*this, &Parameter::map);
}

ServerSettings::ServerSettings() {
  set_defaults(*this, &Parameter::server);
}

ServerGroup::ServerGroup() {
  set_defaults(*this, &Parameter::group);
}

}  // namespace amd::conf
