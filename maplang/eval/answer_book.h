// SPDX-License-Identifier: BSD-3-Clause
// Answers as evaluation looks them up, and a list of what was missing.
// Private to this room.

#pragma once

#include <vector>

#include "maplang/eval/questions.h"

namespace amd::maplang {

class AnswerBook {
 public:
  // With `missing`, questions without an answer are added to it, and whoever
  // asked goes on as if the answer suited him, so that all come to light.
  explicit AnswerBook(const Answers& known,
                      std::vector<Question>* missing = nullptr)
      : known_(known), missing_(missing) {}

  // The answer; nullptr if there is none.
  const Answer* find(const Question& question) const;
  bool is_collecting() const { return missing_ != nullptr; }

 private:
  const Answers& known_;
  std::vector<Question>* missing_;
};

}  // namespace amd::maplang
