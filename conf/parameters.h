// SPDX-License-Identifier: BSD-3-Clause
// The one table of parameters.  The readers, the printers, the command line,
// the manual page, doc/config.md and the shell completions are made from it or
// checked against it; nothing else knows a parameter by name.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "conf/settings.h"

namespace amd::conf {

// Server and Group are elements of the libconfig form.
enum class Section { Global, Map, Both, Server, Group };

// Word: one of the table's words; Name: the same, kept as text; WordList: some
// of them, with commas; Options: amd's lists, where each word may have "no" in
// front and changes what is there; Path: an absolute path.
enum class ValueType {
  YesNo,
  Number,
  Text,
  Path,
  Word,
  Name,
  WordList,
  Options
};

// A value as the table's fields store it: YesNo 0 and 1, Word its index, all
// but Number else a text.
using RawValue = std::variant<int64_t, std::string>;

// How to reach a parameter's value inside a scope (GlobalSettings,
// MapSettings, ServerSettings, ServerGroup).  A field that stands for several
// (nfs_retry_interval) reads the first and writes all.
template <class Scope>
struct Field {
  RawValue (*get)(const Scope&);
  void (*set)(Scope&, const RawValue&, const Origin&);
  const Origin& (*origin)(const Scope&);
};

// What a number may be.  am-utils' own numbers are read as atoi reads them
// (with a warning where that drops something); ours must be numbers.
struct NumberRule {
  int64_t least = INT32_MIN;
  int64_t most = INT32_MAX;
  // What zero and less turn into; 0: they stay.
  int64_t not_positive_means = 0;
};

struct Parameter {
  std::string_view name;
  Section section = Section::Global;
  ValueType type = ValueType::Text;
  std::string_view default_text;
  std::string_view meaning;
  std::string_view flag = {};               // "-c", or empty
  std::string_view since = "am-utils 6.2";  // or "amd2 0.1"
  std::string_view words = {};              // "no yes full"
  std::string_view groups = {};   // Options: "all=info map;warn=warning"
  std::string_view warning = {};  // not empty: accepted without effect, and why
  std::string_view same_as = {};  // an alias or a group: the real parameters
  NumberRule number = {};
  bool only_at_start = false;  // a running amd cannot change it
  const Field<GlobalSettings>* global = nullptr;
  const Field<MapSettings>* map = nullptr;
  const Field<ServerSettings>* server = nullptr;
  const Field<ServerGroup>* group = nullptr;

  // Whether `section` (not Both) may hold it.
  bool fits(Section there) const;
  bool is_amd2() const { return since.starts_with("amd2"); }
};

// All parameters, sorted by name.
std::span<const Parameter> parameters();
const Parameter* find_parameter(std::string_view name);

// The words of a Word or WordList parameter.
std::vector<std::string_view> words_of(const Parameter& parameter);

// The nearest parameter name that `section` (not Both) may hold.
std::optional<std::string_view> nearest_parameter(std::string_view name,
                                                  Section section);

// What came of reading a value.  `value` is empty if there is an `error`,
// which names what is allowed.  `warning` goes with a value that is used.
struct ParsedValue {
  std::optional<RawValue> value;
  std::string error;
  std::string warning;
  std::string hint;
};
ParsedValue parse_value(const Parameter& parameter, std::string_view text);

// Sets a parsed value; Options change the value that is there.
// Requires: the parameter has a field in that scope.
void assign(const Parameter& parameter, const RawValue& value,
            const Origin& origin, GlobalSettings& scope);
void assign(const Parameter& parameter, const RawValue& value,
            const Origin& origin, MapSettings& scope);
void assign(const Parameter& parameter, const RawValue& value,
            const Origin& origin, ServerSettings& scope);
void assign(const Parameter& parameter, const RawValue& value,
            const Origin& origin, ServerGroup& scope);

// The text that parse_value() turns into `value`.
std::string value_text(const Parameter& parameter, const RawValue& value);

}  // namespace amd::conf
