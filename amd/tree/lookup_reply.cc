// SPDX-License-Identifier: BSD-3-Clause

#include "amd/tree/lookup_reply.h"

#include <cerrno>

#include "amd/base/log.h"

namespace amd {

LookupReply& LookupReply::operator=(LookupReply&& other) noexcept {
  if (this == &other) return *this;
  LookupReply dropped(std::move(*this));  // answered when it goes out of scope
  sink_ = std::exchange(other.sink_, nullptr);
  token_ = other.token_;
  return *this;
}

LookupReply::~LookupReply() {
  if (!sink_) return;
  log::error("request {}: dropped without an answer (a bug), answering EIO",
             token_);
  sink_->answer(token_, EIO);
}

void LookupReply::answer(int errno_value) && {
  if (ReplySink* sink = std::exchange(sink_, nullptr)) {
    sink->answer(token_, errno_value);
  }
}

}  // namespace amd
