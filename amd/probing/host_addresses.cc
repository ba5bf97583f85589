// SPDX-License-Identifier: BSD-3-Clause
#include "amd/probing/host_addresses.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "amd/base/escape.h"

namespace amd {

namespace {

Result<std::vector<rpc::Address>> addresses_of(
    const std::string& host, const Result<WorldAnswer>& answer) {
  if (!answer) return tl::unexpected(answer.error());
  std::vector<rpc::Address> found;
  for (const std::string& text : answer->texts) {
    const auto address = rpc::Address::parse(text, 0);
    if (address && found.size() < HostAddresses::kMostAddresses &&
        std::find(found.begin(), found.end(), *address) == found.end())
      found.push_back(*address);
  }
  if (found.empty())
    return fail(EHOSTUNREACH, "host " + escape(host) + " is not known");
  return found;
}

}  // namespace

void HostAddresses::start_find(const std::string& host, Done done) {
  if (const auto numeric = rpc::Address::parse(host, 0)) {
    loop_.post([address = *numeric, done = std::move(done)] {
      done(std::vector<rpc::Address>{address});
    });
    return;
  }
  const auto known = known_.find(host);
  if (known != known_.end() && loop_.now() < known->second.until) {
    loop_.post([addresses = known->second.addresses, done = std::move(done)] {
      done(addresses);
    });
    return;
  }
  std::vector<Done>& waiting = waiting_[host];
  waiting.push_back(std::move(done));
  if (waiting.size() > 1) return;
  world_.start_ask({WorldQuestion::Kind::HostAddresses, host, ""},
                   [this, host](const Result<WorldAnswer>& answer) {
                     on_answer(host, answer);
                   });
}

void HostAddresses::on_answer(const std::string& host,
                              const Result<WorldAnswer>& answer) {
  const auto addresses = addresses_of(host, answer);
  if (addresses) known_[host] = {*addresses, loop_.now() + kRememberedFor};
  const auto waiting = waiting_.extract(host);
  for (const Done& done : waiting.mapped()) done(addresses);
}

}  // namespace amd
