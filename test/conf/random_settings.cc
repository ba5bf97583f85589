// SPDX-License-Identifier: BSD-3-Clause
#include "test/conf/random_settings.h"

#include <algorithm>
#include <random>

#include "conf/parameters.h"

namespace amd::conf {

namespace {

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}

  int64_t between(int64_t least, int64_t most) {
    return std::uniform_int_distribution<int64_t>(least, most)(engine_);
  }
  bool one_in(int64_t n) { return between(1, n) == 1; }

  std::string text() {
    static constexpr std::string_view kOdd =
        " \t\n\r\"'\\#=[]{}();:,/$*\x01\x7f\xc3\xa9";
    std::string out;
    for (int64_t left = between(0, 12); left > 0; left--) {
      out += one_in(3) ? kOdd[static_cast<size_t>(
                             between(0, static_cast<int64_t>(kOdd.size()) - 1))]
                       : static_cast<char>(between('a', 'z'));
    }
    return out;
  }

  std::string value_of(const Parameter& p) {
    const std::vector<std::string_view> words = words_of(p);
    const auto word = [&] {
      return std::string(words[static_cast<size_t>(
          between(0, static_cast<int64_t>(words.size()) - 1))]);
    };
    switch (p.type) {
      case ValueType::YesNo:
      case ValueType::Word:
      case ValueType::Name:
        return word();
      case ValueType::Number:
        return std::to_string(
            between(std::max<int64_t>(p.number.least, -1),
                    std::min<int64_t>(p.number.most, 1000000)));
      case ValueType::Text:
        return text();
      case ValueType::Path:
        return "/" + text();
      case ValueType::WordList:
        return word() + "," + word();
      case ValueType::Options:
        return word() + ",no" + word();
    }
    return {};
  }

  template <class Scope>
  void fill(Scope& scope, const Field<Scope>* Parameter::*field) {
    for (const Parameter& p : parameters()) {
      if (p.*field == nullptr || one_in(3)) continue;
      const ParsedValue parsed = parse_value(p, value_of(p));
      if (parsed.value) assign(p, *parsed.value, {}, scope);
    }
  }

 private:
  std::mt19937 engine_;
};

MapSettings random_map(Random& random, int64_t number,
                       const GlobalSettings& global, WithStructures with) {
  MapSettings map;
  static_cast<InheritableSettings&>(map) = global;
  random.fill(map, &Parameter::map);
  map.directory = "/" + std::to_string(number) + random.text();
  map.map_name.value += "x";
  map.tag.value = random.one_in(2) ? "the tag" : "";
  if (with == WithStructures::No) return map;
  for (int64_t left = random.between(0, 2); left > 0; left--)
    map.failover_rules.push_back({random.text() + "*", "type,checksum", {}});
  return map;
}

void add_structures(Random& random, Settings& settings) {
  for (int64_t left = random.between(0, 3); left > 0; left--) {
    ServerSettings server;
    random.fill(server, &Parameter::server);
    server.name = "server" + std::to_string(left);
    settings.servers.push_back(server);
    ServerGroup group;
    random.fill(group, &Parameter::group);
    group.name = "group" + std::to_string(left);
    group.servers = {"a" + random.text(), "b"};
    settings.groups.push_back(group);
    settings.amq_access.push_back(
        {random.one_in(2),
         random.one_in(2) ? AmqRight::Read : AmqRight::Control,
         random.one_in(2) ? "local" : "10.0.0.0/8",
         {}});
  }
}

}  // namespace

Settings random_settings(uint32_t seed, WithStructures with_structures) {
  Random random(seed);
  Settings out;
  random.fill(out.global, &Parameter::global);
  for (int64_t left = random.between(0, 3); left > 0; left--)
    out.maps.push_back(random_map(random, left, out.global, with_structures));
  if (with_structures == WithStructures::Yes) add_structures(random, out);
  return out;
}

}  // namespace amd::conf
