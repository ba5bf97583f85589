// SPDX-License-Identifier: BSD-3-Clause
#include "conf/settings.h"

#include "conf/parameters.h"

namespace amd::conf {

namespace {

struct Default {
  const Parameter* parameter;
  RawValue value;
};

// Parsed once: a map's settings are made often.
const std::vector<Default>& all_defaults() {
  static const std::vector<Default> defaults = [] {
    std::vector<Default> out;
    for (const Parameter& p : parameters()) {
      if (!p.same_as.empty()) continue;
      // The table's own defaults are valid (a test sees to it).
      out.push_back({&p, *parse_value(p, p.default_text).value});
    }
    return out;
  }();
  return defaults;
}

template <class Scope>
void set_defaults(Scope& scope, const Field<Scope>* Parameter::*field) {
  for (const Default& d : all_defaults()) {
    if (d.parameter->*field != nullptr)
      (d.parameter->*field)->set(scope, d.value, Origin());
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
