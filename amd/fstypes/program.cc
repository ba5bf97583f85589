// SPDX-License-Identifier: BSD-3-Clause
// type:=program: the site's own commands mount and unmount.

#include <cerrno>
#include <string_view>

#include "amd/fstypes/program.h"
#include "amd/fstypes/type_rows.h"

namespace amd {

std::vector<std::string> split_command(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool is_quoted = false;
  bool in_word = false;
  for (char c : text) {
    bool is_blank = c == ' ' || c == '\t' || c == '\n';
    if (is_blank && !is_quoted) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
      continue;
    }
    in_word = true;
    if (c == '\'') {
      is_quoted = !is_quoted;
    } else {
      word += c;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return words;
}

Result<Plan> plan_program(const PlanInput& input) {
  const ResolvedLocation& location = input.location;
  if (!location.mount) return fail(EINVAL, "program: no mount specified");
  ProgramMount program{split_command(*location.mount),
                       split_command(location.unmount.value_or(""))};
  if (program.mount.size() < 2 || program.unmount.size() < 2) {
    return fail(EINVAL, "1st/2nd args missing to (un)mount program");
  }
  size_t blank = location.mount->find_first_of(" \t");
  Plan plan = begin_plan(input, location.mount->substr(blank + 1));
  add_mount(input, std::move(program), plan);
  return plan;
}

}  // namespace amd
