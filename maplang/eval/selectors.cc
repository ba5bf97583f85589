// SPDX-License-Identifier: BSD-3-Clause
// Comparisons and functions.

#include "maplang/eval/selectors.h"

#include <algorithm>

#include "maplang/eval/expand.h"
#include "maplang/eval/in_network.h"

namespace amd::maplang {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string shown(std::string_view value) {
  return value.empty() ? "empty" : std::string(value);
}

// True, false, or nothing when the answer is still to be asked for.
using Truth = std::optional<bool>;

Truth is_host(const std::string& name, const SelectorScope& scope) {
  if (name == scope.host.hostd) return true;
  const Answer* answer =
      scope.answers.find({Question::Kind::HostNames, name, ""});
  if (answer == nullptr) return std::nullopt;
  return std::find(answer->names.begin(), answer->names.end(),
                   scope.host.hostd) != answer->names.end();
}

Truth is_in_netgroup(const std::string& argument, const std::string& host,
                     const SelectorScope& scope) {
  const size_t comma = argument.find(',');
  const std::string asked =
      comma == std::string::npos ? host : argument.substr(comma + 1);
  const Answer* answer = scope.answers.find(
      {Question::Kind::Netgroup, argument.substr(0, comma), asked});
  if (answer == nullptr) return std::nullopt;
  return answer->truth;
}

Truth exists(const std::string& path, const SelectorScope& scope) {
  const Answer* answer = scope.answers.find({Question::Kind::Exists, path, ""});
  if (answer == nullptr) return std::nullopt;
  return answer->truth;
}

Truth call(Function function, const std::string& argument,
           const SelectorScope& scope) {
  switch (function) {
    case Function::InNetwork:
      return is_in_network(argument, scope.host.networks);
    case Function::Xhost:
      return is_host(argument, scope);
    case Function::Netgrp:
      return is_in_netgroup(argument, scope.host.host, scope);
    case Function::Netgrpd:
      return is_in_netgroup(argument, scope.host.hostd, scope);
    case Function::Exists:
      return exists(argument, scope);
    case Function::True:
      return true;
    case Function::False:
      return false;
  }
  return false;
}

std::optional<std::string> reason_against(const Call& c,
                                          const SelectorScope& scope) {
  const FunctionName* row = find_function(c.name);
  const std::string spelled =
      (c.negated ? "!" : "") + c.name + "(" + c.argument.text + ")";
  if (row == nullptr) return spelled + ": unknown function";
  const std::string argument =
      expand_options(c.argument.text, scope.host, scope.options).text;
  Truth truth = call(row->function, argument, scope);
  if (!truth && scope.answers.is_collecting()) return std::nullopt;
  if (truth.value_or(false) != c.negated) return std::nullopt;
  return spelled + ": " + c.name + "(" + argument + ") is " +
         (c.negated ? "true" : "false");
}

std::optional<std::string> reason_against(const Comparison& c,
                                          const SelectorScope& scope) {
  const SelectorName* row = find_selector(c.name);
  if (row == nullptr) return std::nullopt;  // options: no effect
  const std::string wanted =
      expand_options(c.text.text, scope.host, scope.options).text;
  const std::string spelled = c.name + (c.negated ? "!=" : "==") + c.text.text;
  if (row->is_network) {
    if (is_in_network(wanted, scope.host.networks) != c.negated) {
      return std::nullopt;
    }
    return spelled + ": this machine is " + (c.negated ? "" : "not ") +
           "on network " + shown(wanted);
  }
  const std::string value =
      selector_value(c.name, scope.host, scope.lookup).value_or("");
  const bool equal =
      row->ignores_case ? equal_ignoring_case(value, wanted) : value == wanted;
  if (equal != c.negated) return std::nullopt;
  return spelled + ": " + c.name + " is " + shown(value);
}

}  // namespace

const Answer* AnswerBook::find(const Question& question) const {
  const auto found = known_.find(question);
  if (found != known_.end()) return &found->second;
  const bool has_room =
      missing_ != nullptr && known_.size() + missing_->size() < kMostQuestions;
  if (has_room && std::find(missing_->begin(), missing_->end(), question) ==
                      missing_->end()) {
    missing_->push_back(question);
  }
  return nullptr;
}

std::optional<std::string> find_false_selector(const std::vector<Item>& items,
                                               const SelectorScope& scope) {
  for (const Item& item : items) {
    std::optional<std::string> reason;
    if (const auto* comparison = std::get_if<Comparison>(&item.what)) {
      reason = reason_against(*comparison, scope);
    } else if (const auto* function = std::get_if<Call>(&item.what)) {
      reason = reason_against(*function, scope);
    }
    if (reason) return reason;
  }
  return std::nullopt;
}

}  // namespace amd::maplang
