// SPDX-License-Identifier: BSD-3-Clause
// One location with the defaults in force becomes a ResolvedLocation.
// Private to this room.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "maplang/eval/answer_book.h"
#include "maplang/eval/facts.h"
#include "maplang/eval/location.h"
#include "maplang/syntax/ast.h"
#include "maplang/syntax/diagnostic.h"

namespace amd::maplang {

struct Resolved {
  ResolvedLocation location;
  std::optional<std::string> rejected;  // why
  bool is_misfit = false;               // by its type, not by a selector
  std::vector<std::string> problems;    // things that were ignored
};

class Resolver {
 public:
  Resolver(const HostFacts& host, const LookupFacts& lookup,
           const AnswerBook& answers)
      : host_(host), lookup_(lookup), answers_(answers) {}

  // `defaults` is an item list in amd's own syntax.  `parsed` are the items of
  // `raw` if they are at hand.
  Resolved resolve(std::string_view raw, const std::vector<Item>* parsed,
                   const std::string& defaults);

 private:
  void prepare_defaults(const std::string& defaults);

  const HostFacts& host_;
  const LookupFacts& lookup_;
  const AnswerBook& answers_;
  // The last defaults, expanded and parsed: most locations share them.
  std::optional<std::string> defaults_;
  std::vector<Item> defaults_items_;
  std::vector<std::string> defaults_problems_;
};

}  // namespace amd::maplang
