// SPDX-License-Identifier: BSD-3-Clause
// Command line.

#include "amd/amdmap/arguments.h"

#include <functional>

namespace amd::amdmap {
namespace {

struct Option {
  const char* name;
  std::function<bool(Arguments&, const std::string& value)> set;
};

bool set_pair(Arguments& arguments, const std::string& value) {
  const size_t equals = value.find('=');
  if (equals == 0 || equals == std::string::npos) return false;
  arguments.settings.emplace_back(value.substr(0, equals),
                                  value.substr(equals + 1));
  return true;
}

bool set_kind(Arguments& arguments, const std::string& value) {
  arguments.kind = kind_of(value);
  return arguments.kind.has_value();
}

bool set_to(Arguments& arguments, const std::string& value) {
  arguments.to = value;
  return value == "sun" || value == "amd" || value == "json" || value == "ldif";
}

// Options with a value.
const std::vector<Option>& options() {
  static const std::vector<Option> kOptions = {
      {"-F",
       [](Arguments& a, const std::string& v) {
         a.config_file = v;
         return !v.empty();
       }},
      {"--directory",
       [](Arguments& a, const std::string& v) {
         a.directory = v;
         return !v.empty();
       }},
      {"--network",
       [](Arguments& a, const std::string& v) {
         a.networks.push_back(v);
         return true;
       }},
      {"--base",
       [](Arguments& a, const std::string& v) {
         a.base = v;
         return !v.empty();
       }},
      {"--set", set_pair},
      {"--to", set_to},
      {"--type", set_kind},
  };
  return kOptions;
}

bool set_flag(Arguments& arguments, const std::string& word) {
  if (word == "--json") return arguments.json = true;
  if (word == "--help" || word == "-h") return arguments.help = true;
  if (word == "--version" || word == "-v") return arguments.version = true;
  return false;
}

// Takes the option at `at` and its value; false with `error` set if it cannot.
bool take_option(const std::vector<std::string>& words, size_t& at,
                 Arguments& arguments) {
  const std::string& word = words[at];
  if (set_flag(arguments, word)) return true;
  for (const Option& one : options()) {
    const std::string name = one.name;
    std::string value;
    if (word == name) {
      if (at + 1 >= words.size()) {
        arguments.error = name + " needs a value";
        return false;
      }
      value = words[++at];
    } else if (name.size() > 2 && word.starts_with(name + "=")) {
      value = word.substr(name.size() + 1);
    } else if (name.size() == 2 && word.starts_with(name)) {
      value = word.substr(2);
    } else {
      continue;
    }
    if (one.set(arguments, value)) return true;
    arguments.error = name + " cannot be \"" + value + "\"";
    return false;
  }
  arguments.error = "unknown option " + word;
  return false;
}

}  // namespace

Arguments parse_arguments(const std::vector<std::string>& words) {
  Arguments arguments;
  bool only_words = false;
  for (size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (!only_words && word == "--") {
      only_words = true;
    } else if (!only_words && word.size() > 1 && word.front() == '-') {
      if (!take_option(words, at, arguments)) return arguments;
    } else if (arguments.command.empty()) {
      arguments.command = word;
    } else {
      arguments.words.push_back(word);
    }
  }
  return arguments;
}

std::string usage_text() {
  return "usage: amdmap check [--type KIND] FILE...\n"
         "       amdmap explain [-F amd.conf] [--directory DIR] "
         "[--network ADDR/MASK]...\n"
         "                      [--set NAME=VALUE]... [--type KIND] [--json] "
         "MAP KEY\n"
         "       amdmap keys [--type KIND] FILE\n"
         "       amdmap dump [--type KIND] FILE\n"
         "       amdmap vars [-F amd.conf] [--network ADDR/MASK]... "
         "[--set NAME=VALUE]... [--json]\n"
         "       amdmap convert --to sun|amd|json|ldif [--base DN] [--type "
         "KIND] "
         "FILE\n"
         "       amdmap graph [--type KIND] FILE\n"
         "KIND is amd, sun, auto_master or conf; it is guessed if not given.\n"
         "FILE may be - for standard input.  amdmap(1) tells more.\n";
}

}  // namespace amd::amdmap
