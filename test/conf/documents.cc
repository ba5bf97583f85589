// SPDX-License-Identifier: BSD-3-Clause
#include "test/conf/documents.h"

#include <fmt/format.h>

#include <algorithm>

#include "conf/command_line.h"
#include "conf/parameters.h"

namespace amd::conf {

namespace {

using Texts = std::vector<std::string>;

std::string replaced(std::string text, std::string_view what,
                     std::string_view by) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos;
       at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

bool belongs_to(const Parameter& p, std::string_view kind) {
  if (kind == "global") return p.global != nullptr;
  if (kind == "map") return p.map != nullptr;
  if (kind == "server") return p.server != nullptr;
  if (kind == "group") return p.group != nullptr;
  return false;
}

std::string type_text(const Parameter& p) {
  switch (p.type) {
    case ValueType::YesNo:
      return "yes, no";
    case ValueType::Number:
      return "number";
    case ValueType::Text:
      return "text";
    case ValueType::Path:
      return "absolute path";
    case ValueType::Word:
    case ValueType::Name:
      return fmt::format("{}", fmt::join(words_of(p), ", "));
    case ValueType::WordList:
      return fmt::format("list of {}", fmt::join(words_of(p), ", "));
    case ValueType::Options:
      return fmt::format("list of [no] {}", fmt::join(words_of(p), ", "));
  }
  return {};
}

// The long lists as a reader would write them.
std::string default_text(const Parameter& p) {
  if (p.name == "log_options") return "all but debug, map, stats";
  if (p.name == "debug_options") return "amq, daemon, fork";
  return std::string(p.default_text);
}

std::string what_for(const Parameter& p) {
  std::string out(p.meaning);
  if (p.only_at_start) out += " Read at the start only.";
  if (!p.warning.empty()) out += fmt::format(" No effect: {}.", p.warning);
  return out;
}

// Everything but the sentence end of the first clause.
std::string short_text(const Parameter& p) {
  return std::string(p.meaning.substr(0, p.meaning.find_first_of(".;:")));
}

std::string compat_part() {
  std::string out = "| parameter | in amd2 |\n|---|---|\n";
  for (const Parameter& p : parameters()) {
    if (p.is_amd2()) continue;
    out += fmt::format(
        "| `{}` | {} |\n", p.name,
        p.warning.empty()
            ? std::string("honoured")
            : fmt::format("accepted with a warning: {}", p.warning));
  }
  out += "\nNew in amd2: ";
  std::string separator;
  for (const Parameter& p : parameters()) {
    if (!p.is_amd2() || belongs_to(p, "server") || belongs_to(p, "group"))
      continue;
    out += fmt::format("{}`{}`", separator, p.name);
    separator = ", ";
  }
  return out + ".\n";
}

// mdoc: one sentence a line, nothing that begins a request.
std::string mdoc_text(std::string text) {
  text = replaced(text, "\\", "\\e");
  text = replaced(text, ". ", ".\n");
  text = replaced(text, "e.g.\n", "e.g.\\& ");
  return replaced(text, "...", "\\&...") + '\n';
}

std::string argument_of(const Parameter& p) {
  switch (p.type) {
    case ValueType::YesNo:
      return "Cm yes | no";
    case ValueType::Number:
      return "Ar number";
    case ValueType::Text:
      return "Ar text";
    case ValueType::Path:
      return "Ar path";
    case ValueType::Word:
    case ValueType::Name:
      return "Ar word";
    case ValueType::WordList:
    case ValueType::Options:
      return "Ar list";
  }
  return {};
}

std::string mdoc_parameter(const Parameter& p) {
  std::string out = fmt::format(".It Ic {} No = {}\n", p.name, argument_of(p));
  out += mdoc_text(what_for(p));
  if (!p.words.empty())
    out += fmt::format("Words: {}.\n", fmt::join(words_of(p), ", "));
  if (!default_text(p).empty())
    out += fmt::format("Default: {}.\n", default_text(p));
  if (!p.flag.empty())
    out += fmt::format("Flag:\n.Fl {} .\n", p.flag.substr(1));
  if (p.is_amd2()) out += "Since amd2.\n";
  return out;
}

std::string mdoc_flag(const Parameter& p) {
  const std::string_view letter = p.flag.substr(1);
  const std::string long_name = long_form(p).substr(2);
  if (p.name == "nfs_retransmit_counter") return {};  // with the next one
  if (p.name == "nfs_retry_interval")
    return ".It Fl t Ar interval Ns Op . Ns Ar counter\n"
           "The parameters\n.Ic nfs_retry_interval\nand\n"
           ".Ic nfs_retransmit_counter .\nEither part may be empty.\n";
  if (letter == "S")
    return ".It Fl S , Fl Fl plock Ns = Ns Cm no\n"
           "Do not lock amd's pages in memory.\n";
  std::string out;
  if (p.type == ValueType::YesNo) {
    out = fmt::format(".It Fl {} , Fl Fl {}\n", letter, long_name);
  } else {
    const std::string argument = argument_of(p);
    out = fmt::format(".It Fl {} {} , Fl Fl {} Ns = Ns {}\n", letter, argument,
                      long_name, argument);
  }
  return out + mdoc_text(what_for(p));
}

// What completes the value of a parameter: a kind of file or words.
enum class Completion { None, File, Directory, Words, List };

Completion completion_of(const Parameter& p) {
  static const Texts kFiles = {"amq_socket", "debug_mtab_file", "log_file",
                               "pid_file"};
  static const Texts kDirectories = {"auto_dir", "search_path", "state_dir"};
  const auto is_in = [&](const Texts& names) {
    return std::find(names.begin(), names.end(), p.name) != names.end();
  };
  if (is_in(kFiles)) return Completion::File;
  if (is_in(kDirectories)) return Completion::Directory;
  switch (p.type) {
    case ValueType::YesNo:
    case ValueType::Word:
    case ValueType::Name:
      return Completion::Words;
    case ValueType::WordList:
    case ValueType::Options:
      return Completion::List;
    case ValueType::Number:
    case ValueType::Text:
    case ValueType::Path:
      break;
  }
  return Completion::None;
}

Texts list_words(const Parameter& p) {
  Texts out;
  for (const std::string_view word : words_of(p)) {
    out.emplace_back(word);
    if (p.type == ValueType::Options) out.push_back("no" + std::string(word));
  }
  return out;
}

std::string flags_pattern(const Parameter& p) {
  std::string out;
  if (!p.flag.empty() && p.type != ValueType::YesNo && p.flag != "-t")
    out = std::string(p.flag) + " | ";
  return out + long_form(p);
}

Texts all_flags() {
  Texts out = {"-F", "-H", "-T", "-t", "-v"};
  for (const Parameter& p : parameters()) {
    if (p.flag.empty() || p.flag == "-t") continue;
    out.emplace_back(p.flag);
  }
  std::sort(out.begin(), out.end());
  for (const char* more :
       {"--check-config", "--config-file", "--foreground", "--help",
        "--override", "--print-config", "--tag", "--version"})
    out.emplace_back(more);
  for (const Parameter& p : parameters()) {
    if (p.global != nullptr) out.push_back(long_form(p));
  }
  return out;
}

std::string bash_case(const Parameter& p) {
  switch (completion_of(p)) {
    case Completion::None:
      return {};
    case Completion::File:
      return fmt::format("\t{}) _amd_words -f ;;\n", flags_pattern(p));
    case Completion::Directory:
      return fmt::format("\t{}) _amd_words -d ;;\n", flags_pattern(p));
    case Completion::Words:
      return fmt::format("\t{}) _amd_words -W '{}' ;;\n", flags_pattern(p),
                         fmt::join(words_of(p), " "));
    case Completion::List:
      return fmt::format("\t{}) _amd_list '{}' ;;\n", flags_pattern(p),
                         fmt::join(list_words(p), " "));
  }
  return {};
}

// A description between single quotes of a shell.
std::string in_quotes(std::string text, std::string_view quote) {
  return replaced(std::move(text), "'", quote);
}

std::string zsh_value(const Parameter& p) {
  switch (completion_of(p)) {
    case Completion::None:
      return ":value:";
    case Completion::File:
      return ":file:_files";
    case Completion::Directory:
      return ":directory:_directories";
    case Completion::Words:
      return fmt::format(":word:({})", fmt::join(words_of(p), " "));
    case Completion::List:
      return fmt::format(":list:_values -s , word {}",
                         fmt::join(list_words(p), " "));
  }
  return {};
}

std::string zsh_lines(const Parameter& p) {
  std::string about = in_quotes(short_text(p), "'\\''");
  about = replaced(replaced(about, "[", "\\["), "]", "\\]");
  std::string out;
  const bool is_yes_no = p.type == ValueType::YesNo;
  if (!p.flag.empty() && p.flag != "-t")
    out += fmt::format("\t'{}{}[{}]{}' \\\n", p.flag, is_yes_no ? "" : "+",
                       about, is_yes_no ? "" : zsh_value(p));
  return out + fmt::format("\t'{}{}[{}]{}{}' \\\n", long_form(p),
                           is_yes_no ? "=-" : "=", about, is_yes_no ? ":" : "",
                           zsh_value(p));
}

std::string fish_line(const Parameter& p) {
  std::string out = "complete -c amd";
  if (!p.flag.empty() && p.flag != "-t" && p.flag != "-S")
    out += fmt::format(" -s {}", p.flag.substr(1));
  out += fmt::format(" -l {}", long_form(p).substr(2));
  switch (completion_of(p)) {
    case Completion::None:
      out += " -x";
      break;
    case Completion::File:
      out += " -r -F";
      break;
    case Completion::Directory:
      out += " -x -a '(__fish_complete_directories)'";
      break;
    case Completion::Words:
      if (p.type != ValueType::YesNo)
        out += fmt::format(" -x -a '{}'", fmt::join(words_of(p), " "));
      break;
    case Completion::List:
      out += fmt::format(" -x -a '(__fish_append , {})'",
                         fmt::join(list_words(p), " "));
      break;
  }
  return out + fmt::format(" -d '{}'\n", in_quotes(short_text(p), "\\'"));
}

}  // namespace

std::string markdown_part(std::string_view kind) {
  if (kind == "compat") return compat_part();
  std::string out =
      "| name | values | default | meaning | flag | since |\n"
      "|---|---|---|---|---|---|\n";
  for (const Parameter& p : parameters()) {
    if (!belongs_to(p, kind)) continue;
    const bool is_both = p.section == Section::Both && kind == "global";
    const std::string value = default_text(p);
    out +=
        fmt::format("| `{}`{} | {} | {} | {} | {} | {} |\n", p.name,
                    is_both ? " (both)" : "", type_text(p),
                    value.empty() ? "" : "`" + value + "`", what_for(p),
                    p.flag.empty() ? "" : fmt::format("`{}`", p.flag), p.since);
  }
  return out;
}

std::string mdoc_part(std::string_view kind) {
  std::string out;
  for (const Parameter& p : parameters()) {
    if (kind == "flags") {
      if (!p.flag.empty()) out += mdoc_flag(p);
    } else if (belongs_to(p, kind) &&
               !(kind == "global" && p.section == Section::Both)) {
      out += mdoc_parameter(p);
    }
  }
  return out;
}

std::string bash_completion() {
  std::string out =
      R"(# bash completion for amd(8), made from its table of parameters

# Completes the current word with what compgen makes of the arguments.
_amd_words() {
	mapfile -t COMPREPLY < <(compgen "$@" -- "$cur")
}

# Completes the last word of a list with commas.
_amd_list() {
	local last=${cur##*,}
	mapfile -t COMPREPLY < <(compgen -P "${cur%"$last"}" -W "$1" -- "$last")
	compopt -o nospace 2>/dev/null
}

_amd() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=
	((COMP_CWORD == 0)) || prev=${COMP_WORDS[COMP_CWORD - 1]}
	# `=` is a word of its own here.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	elif [[ $prev == --* ]] && _amd_needs_no_value "$prev"; then
		prev=
	fi
	COMPREPLY=()
	case $prev in
	-F | --config-file) _amd_words -f ;;
	--print-config) _amd_words -W 'amd.conf libconfig' ;;
)";
  for (const Parameter& p : parameters()) {
    if (p.global != nullptr) out += bash_case(p);
  }
  std::string others;
  std::string optional;
  for (const Parameter& p : parameters()) {
    if (p.global == nullptr) continue;
    if (completion_of(p) == Completion::None)
      others += " | " + flags_pattern(p);
    if (p.type == ValueType::YesNo) optional += " | " + long_form(p);
  }
  out += fmt::format("\t-T | --tag | -t | --override{}) ;;\n", others);
  out += fmt::format(
      "\t*)\n\t\tif [[ $cur == -* ]]; then\n"
      "\t\t\t_amd_words -W '{}'\n"
      "\t\telse\n\t\t\t_amd_words -f\n\t\tfi\n\t\t;;\n\tesac\n}}\n\n",
      fmt::join(all_flags(), " "));
  out += fmt::format(
      "# A value of these can only stand behind a `=`.\n"
      "_amd_needs_no_value() {{\n\tcase $1 in\n\t--print-config{}) return 0 "
      ";;\n\tesac\n\treturn 1\n}}\n\ncomplete -o filenames -F _amd amd\n",
      optional);
  return out;
}

std::string zsh_completion() {
  std::string out =
      "#compdef amd\n"
      "# zsh completion for amd(8), made from its table of parameters\n\n"
      "_arguments -s -A '-*' \\\n"
      "\t'(-F --config-file)'{-F+,--config-file=}'[Read a configuration]:file:"
      "_files' \\\n"
      "\t'-H[Print the usage and exit with 1]' \\\n"
      "\t'(-T --tag)'{-T+,--tag=}'[Use also maps with this tag]:tag:' \\\n"
      "\t'-t+[Interval and counter of NFS retries]:interval.counter:' \\\n"
      "\t'(-v --version)'{-v,--version}'[Print the version and exit]' \\\n"
      "\t'--check-config[Say what is wrong and exit]' \\\n"
      "\t'--foreground[Do not go into the background]' \\\n"
      "\t'--help[Print all flags and exit]' \\\n"
      "\t'--override=[Set a parameter whatever the file says]:name=value:' \\\n"
      "\t'--print-config=-[Print what is in effect and exit]::form:"
      "(amd.conf libconfig)' \\\n";
  for (const Parameter& p : parameters()) {
    if (p.global != nullptr) out += zsh_lines(p);
  }
  return out + "\t'*:directory or map:_files'\n";
}

std::string fish_completion() {
  std::string out =
      "# fish completion for amd(8), made from its table of parameters\n"
      "complete -c amd -s F -l config-file -r -F -d 'Read a configuration'\n"
      "complete -c amd -s H -d 'Print the usage and exit with 1'\n"
      "complete -c amd -s S -d 'Do not lock pages in memory'\n"
      "complete -c amd -s T -l tag -x -d 'Use also maps with this tag'\n"
      "complete -c amd -s t -x -d 'Interval and counter of NFS retries'\n"
      "complete -c amd -s v -l version -d 'Print the version and exit'\n"
      "complete -c amd -l check-config -d 'Say what is wrong and exit'\n"
      "complete -c amd -l foreground -d 'Do not go into the background'\n"
      "complete -c amd -l help -d 'Print all flags and exit'\n"
      "complete -c amd -l override -x -d 'Set a parameter for good'\n"
      "complete -c amd -l print-config -a 'amd.conf libconfig' -d 'Print what "
      "is in effect'\n";
  for (const Parameter& p : parameters()) {
    if (p.global != nullptr) out += fish_line(p);
  }
  return out;
}

}  // namespace amd::conf
