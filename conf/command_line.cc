// SPDX-License-Identifier: BSD-3-Clause
#include "conf/command_line.h"

#include <fmt/format.h>
#include <getopt.h>

#include <algorithm>

#include "conf/nearest.h"
#include "conf/shown.h"

namespace amd::conf {

namespace {

// What getopt_long returns for long options; parameters follow, by index.
enum LongOption : int {
  kHelp = 256,
  kCheckConfig,
  kPrintConfig,
  kForeground,
  kOverride,
  kFirstParameter
};

bool takes_value(const Parameter& p) {
  return p.type != ValueType::YesNo;
}

class FlagReader {
 public:
  CommandLine read(const std::vector<std::string>& arguments);

 private:
  void list_options();
  void take(int option, const char* argument, const std::string& spelt);
  void take_parameter(size_t index, const char* argument,
                      const std::string& spelt);
  void take_letter(char letter, const char* argument);
  void take_retry(std::string_view argument);
  void take_override(std::string_view argument);
  void take_print_config(const char* argument);
  void take_groups(const std::vector<std::string>& words);
  void refuse(int option, const std::string& spelt);
  bool set(const Parameter& p, std::string_view text, std::string flag,
           std::vector<FlagValue>& where);
  void usage_error(std::string message);

  CommandLine out_;
  std::string letters_ = "+:vHF:T:t:";  // +: stop at the first non-option
  std::vector<std::string> long_names_;
  std::vector<option> long_options_;
  bool is_done_ = false;
};

void FlagReader::list_options() {
  for (const Parameter& p : parameters()) {
    if (p.flag.size() == 2 && p.flag != "-t") {
      letters_ += p.flag[1];
      if (takes_value(p)) letters_ += ':';
    }
    long_names_.push_back(p.global == nullptr ? "" : long_form(p).substr(2));
  }
  int index = kFirstParameter;
  for (const std::string& name : long_names_) {
    const Parameter& p =
        parameters()[static_cast<size_t>(index - kFirstParameter)];
    if (!name.empty())
      long_options_.push_back(
          {name.c_str(), takes_value(p) ? required_argument : optional_argument,
           nullptr, index});
    index++;
  }
  const std::initializer_list<option> more = {
      {"check-config", no_argument, nullptr, kCheckConfig},
      {"config-file", required_argument, nullptr, 'F'},
      {"foreground", no_argument, nullptr, kForeground},
      {"help", no_argument, nullptr, kHelp},
      {"override", required_argument, nullptr, kOverride},
      {"print-config", optional_argument, nullptr, kPrintConfig},
      {"tag", required_argument, nullptr, 'T'},
      {"version", no_argument, nullptr, 'v'},
      {nullptr, 0, nullptr, 0}};
  long_options_.insert(long_options_.end(), more);
}

CommandLine FlagReader::read(const std::vector<std::string>& arguments) {
  list_options();
  std::vector<std::string> words = {"amd"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  const int argc = static_cast<int>(argv.size());
  argv.push_back(nullptr);

  opterr = 0;
  optind = 0;  // glibc: begin anew
  while (!is_done_) {
    const int at = std::max(optind, 1);
    const int option = getopt_long(argc, argv.data(), letters_.c_str(),
                                   long_options_.data(), nullptr);
    if (option == -1) break;
    const std::string spelt = at < argc ? words[static_cast<size_t>(at)] : "";
    take(option, optarg, spelt.substr(0, spelt.find('=')));
  }
  const size_t first = static_cast<size_t>(std::min(optind, argc));
  if (!is_done_)
    take_groups({words.begin() + static_cast<long>(first), words.end()});
  const bool reads_config = out_.action == Action::CheckConfig ||
                            out_.action == Action::PrintConfig ||
                            arguments.empty();
  if (reads_config && out_.config_file.empty() && out_.maps.empty()) {
    out_.config_file = kDefaultConfigFile;
    out_.is_default_config_file = true;
  }
  return std::move(out_);
}

void FlagReader::take(int option, const char* argument,
                      const std::string& spelt) {
  switch (option) {
    case '?':
    case ':':
      return refuse(option, spelt);
    case kHelp:
      out_.action = Action::PrintHelp;
      is_done_ = true;
      return;
    case kCheckConfig:
      out_.action = Action::CheckConfig;
      return;
    case kPrintConfig:
      return take_print_config(argument);
    case kForeground:
      set(*find_parameter("debug_options"), "nodaemon", spelt, out_.flags);
      return;
    case kOverride:
      return take_override(argument);
    default:
      break;
  }
  if (option >= kFirstParameter) {
    take_parameter(static_cast<size_t>(option - kFirstParameter), argument,
                   spelt);
  } else {
    take_letter(static_cast<char>(option), argument);
  }
}

void FlagReader::take_parameter(size_t index, const char* argument,
                                const std::string& spelt) {
  const Parameter& p = parameters()[index];
  if (p.name == "auto_dir" && argument[0] != '/') {
    out_.errors.push_back(
        fmt::format("amd: {} option must begin with a '/'", spelt));
    return;
  }
  set(p, argument == nullptr ? "yes" : argument, spelt, out_.flags);
}

void FlagReader::take_letter(char letter, const char* argument) {
  switch (letter) {
    case 'H':
      out_.shows_usage = true;
      is_done_ = true;
      return;
    case 'v':
      out_.action = Action::PrintVersion;
      return;
    case 'F':
      out_.config_file = argument;
      return;
    case 'T':
      out_.tag = argument;
      return;
    case 't':
      return take_retry(argument);
    case 'a':
      if (argument[0] == '/') break;
      out_.errors.push_back("amd: -a option must begin with a '/'");
      return;
    default:
      break;
  }
  const std::string flag = {'-', letter};
  for (const Parameter& p : parameters()) {
    if (p.flag != flag) continue;
    const char* on = letter == 'S' ? "no" : "yes";
    set(p, takes_value(p) ? argument : on, flag, out_.flags);
  }
}

// -t T.R; either part may be empty.
void FlagReader::take_retry(std::string_view argument) {
  const size_t dot = argument.find('.');
  const std::string_view interval = argument.substr(0, dot);
  if (!interval.empty())
    set(*find_parameter("nfs_retry_interval"), interval, "-t", out_.flags);
  if (dot != std::string_view::npos && dot + 1 < argument.size())
    set(*find_parameter("nfs_retransmit_counter"), argument.substr(dot + 1),
        "-t", out_.flags);
}

void FlagReader::take_override(std::string_view argument) {
  const size_t equal = argument.find('=');
  const std::string_view name = argument.substr(0, equal);
  const Parameter* p = find_parameter(name);
  if (equal == std::string_view::npos)
    return usage_error(
        fmt::format("--override {}: expected NAME=VALUE", shown(argument)));
  if (p != nullptr && p->global != nullptr) {
    set(*p, argument.substr(equal + 1), "--override", out_.overrides);
    return;
  }
  const auto near = nearest_parameter(name, Section::Global);
  usage_error(fmt::format(
      "--override: unknown parameter \"{}\"{}", shown(name),
      near ? fmt::format("; did you mean {}?", *near) : std::string()));
}

void FlagReader::take_print_config(const char* argument) {
  out_.action = Action::PrintConfig;
  const std::string_view form = argument == nullptr ? "amd.conf" : argument;
  if (form == "libconfig") {
    out_.form = ConfigForm::Libconfig;
  } else if (form != "amd.conf") {
    usage_error(
        fmt::format("--print-config: \"{}\" is not one of amd.conf, libconfig",
                    shown(form)));
  }
}

// am-utils takes words in groups and forgets what is left over.
void FlagReader::take_groups(const std::vector<std::string>& words) {
  size_t at = 0;
  while (at + 2 <= words.size()) {
    MapPair pair = {words[at], words[at + 1], ""};
    at += 2;
    if (at < words.size() && words[at].starts_with('-'))
      pair.options = words[at++].substr(1);
    out_.maps.push_back(std::move(pair));
  }
  if (at < words.size())
    out_.warnings.push_back(fmt::format(
        "amd: {} has no map name behind it: ignored", shown(words[at])));
}

void FlagReader::refuse(int option, const std::string& spelt) {
  if (option == ':')
    return usage_error(
        optopt >= kHelp ? fmt::format("option '{}' requires an argument", spelt)
                        : fmt::format("option requires an argument -- '{}'",
                                      static_cast<char>(optopt)));
  if (!spelt.starts_with("--"))
    return usage_error(
        fmt::format("invalid option -- '{}'", static_cast<char>(optopt)));
  std::vector<std::string_view> names;
  for (const ::option& o : long_options_) {
    if (o.name != nullptr) names.emplace_back(o.name);
  }
  const auto near = nearest(std::string_view(spelt).substr(2), names);
  usage_error(fmt::format(
      "unrecognized option '{}'{}", shown(spelt),
      near ? fmt::format("; did you mean --{}?", *near) : std::string()));
}

bool FlagReader::set(const Parameter& p, std::string_view text,
                     std::string flag, std::vector<FlagValue>& where) {
  const ParsedValue parsed = parse_value(p, text);
  if (!parsed.value) {
    usage_error(fmt::format("{}: {}{}{}", flag, parsed.error,
                            parsed.hint.empty() ? "" : "; ", parsed.hint));
    return false;
  }
  if (!parsed.warning.empty())
    out_.warnings.push_back(fmt::format("amd: {}: {}", flag, parsed.warning));
  if (!p.warning.empty())
    out_.warnings.push_back(
        fmt::format("amd: {}: {} has no effect: {}", flag, p.name, p.warning));
  where.push_back({&p, *parsed.value, {Origin::Kind::Flag, std::move(flag)}});
  return true;
}

void FlagReader::usage_error(std::string message) {
  out_.errors.push_back("amd: " + std::move(message));
  out_.shows_usage = true;
}

std::string help_line(const Parameter& p) {
  std::string form = long_form(p);
  if (p.type == ValueType::YesNo) {
    form += "[=yes|no]";
  } else if (p.type == ValueType::Number) {
    form += "=N";
  } else if (p.words.empty()) {
    form += "=TEXT";
  } else {
    form += "=";
    form += p.type == ValueType::Options || p.type == ValueType::WordList
                ? "LIST"
                : "WORD";
  }
  std::string_view letter = p.flag;
  if (letter.empty()) letter = "  ";
  return fmt::format("  {}  {}\n      {}\n", letter, form, p.meaning);
}

}  // namespace

CommandLine parse_command_line(const std::vector<std::string>& arguments) {
  return FlagReader().read(arguments);
}

std::string long_form(const Parameter& parameter) {
  std::string out = "--" + std::string(parameter.name);
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

std::string usage_text() {
  return R"(Usage: amd [-nprvHS] [-a mount_point] [-c cache_time] [-d domain]
	[-k kernel_arch] [-l logfile|"syslog[:facility]"]
	[-t timeout.retrans] [-w wait_timeout] [-A arch] [-C cluster_name]
	[-o op_sys_ver] [-O op_sys_name]
	[-F conf_file] [-T conf_tag] [-y nis-domain]
	[-x {no}{all,defaults,debug,error,fatal,info,map,stats,user,warn,warning}]
	[-D {no}{all,defaults,test,amq,daemon,fork,full,hrtime,info,mem,mtab,readdir,str,trace,xdrtrace}]
	[--check-config] [--print-config[=amd.conf|libconfig]] [--foreground]
	[--override name=value] [--help] [--version] [--parameter=value]
	[directory mapname [-map_options]] ...
)";
}

std::string help_text() {
  std::string out = usage_text();
  out += R"(
  -F  --config-file=FILE
      Read FILE, an amd.conf or its libconfig form.
  -H  Print the usage and exit with 1.
      --help
      Print this and exit with 0.
  -T  --tag=TAG
      Use also the maps of the file that have this tag.
  -v  --version
      Print the version and exit.
      --check-config
      Read the configuration and all maps, say what is wrong, and exit.
      --print-config[=amd.conf|libconfig]
      Print the effective configuration and exit.
      --foreground
      Do not go into the background (-D nodaemon).
      --override NAME=VALUE
      Set a parameter whatever the file says.

Every global parameter of amd.conf has a long form.  The file of -F wins over
it, as it does over the flags.
)";
  for (const Parameter& p : parameters()) {
    if (p.global != nullptr) out += help_line(p);
  }
  return out;
}

}  // namespace amd::conf
