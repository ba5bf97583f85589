// SPDX-License-Identifier: BSD-3-Clause
#include "amd/probing/pinger.h"

#include <utility>

namespace amd {

void Pinger::start_probe(const PingRequest& request) {
  Ping& ping = pings_[request.id];
  ping = Ping{};
  ping.request = request;
  ping.number = next_number_++;
  const std::string& host = request.key.name.str();
  if (request.must_resolve) addresses_.forget(host);
  addresses_.start_find(host, [this, id = request.id, number = ping.number](
                                  const Result<std::vector<rpc::Address>>& a) {
    on_addresses(id, number, a);
  });
}

Pinger::Ping* Pinger::find(ServerId id, std::uint64_t number) {
  const auto found = pings_.find(id);
  if (found == pings_.end() || found->second.number != number) return nullptr;
  return &found->second;
}

void Pinger::on_addresses(ServerId id, std::uint64_t number,
                          const Result<std::vector<rpc::Address>>& addresses) {
  Ping* ping = find(id, number);
  if (ping == nullptr) return;
  if (!addresses) return finish(id, addresses.error());
  ping->addresses = *addresses;
  ping->open = addresses->size();
  for (size_t i = 0; i < ping->addresses.size(); ++i) {
    rpc::NfsPing call;
    call.host = ping->addresses[i];
    call.version = static_cast<std::uint32_t>(ping->request.key.version);
    call.protocol = ping->request.key.protocol;
    call.deadline = ping->request.deadline;
    ping->steps.push_back(rpc::start_nfs_ping(
        network_, call, [this, id, i](const Result<rpc::PingAnswer>& answer) {
          on_answer(id, i, answer);
        }));
  }
}

void Pinger::on_answer(ServerId id, size_t index,
                       const Result<rpc::PingAnswer>& answer) {
  Ping& ping = pings_.at(id);
  if (answer) {
    const std::string address = ping.addresses[index].host();
    const auto ended = pings_.extract(id);
    events_->on_pong(id, address, answer->round_trip);
    return;
  }
  if (--ping.open == 0) finish(id, answer.error());
}

void Pinger::finish(ServerId id, const Error& why) {
  const auto ended = pings_.extract(id);
  events_->on_no_pong(id, Error(why));
}

}  // namespace amd
