// SPDX-License-Identifier: BSD-3-Clause
// RpcTransport and RpcNetwork without sockets: calls are recorded, and the test
// answers them when, if and in the order it likes.

#pragma once

#include <cerrno>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "amd/rpc/transport.h"

namespace amd::test {

class FakeRpcNetwork : public rpc::RpcNetwork {
 public:
  struct Pending {
    rpc::Address peer;
    rpc::IpProtocol protocol;
    rpc::SourcePort source;
    rpc::Call call;
    rpc::CallDone done;
  };

  std::unique_ptr<rpc::RpcTransport> open(const rpc::Address& peer,
                                          rpc::IpProtocol protocol,
                                          rpc::SourcePort source) override {
    ++opened;
    return std::make_unique<Transport>(*this, peer, protocol, source);
  }

  // The oldest call under way to procedure `proc` of `prog`, if any.
  std::optional<rpc::CallId> find(uint32_t prog, uint32_t proc) const {
    for (const auto& [id, p] : calls)
      if (p.call.prog == prog && p.call.proc == proc) return rpc::CallId{id};
    return std::nullopt;
  }
  // Ends a call; false when it was cancelled or has ended.
  bool reply(rpc::CallId id, std::string_view results) {
    rpc::Reply reply;
    reply.message = rpc::Record(results);
    return end(id, std::move(reply));
  }
  bool fail(rpc::CallId id, int errno_value) {
    return end(id, amd::fail(errno_value, "fake call"));
  }
  // Ends every call whose deadline is not after `now` with ETIMEDOUT.
  void expire(Instant now) {
    std::vector<uint64_t> due;
    for (const auto& [id, p] : calls)
      if (p.call.deadline <= now) due.push_back(id);
    for (const uint64_t id : due) fail(rpc::CallId{id}, ETIMEDOUT);
  }

  std::map<uint64_t, Pending> calls;  // by CallId, oldest first
  int opened = 0;
  int cancelled = 0;

 private:
  class Transport : public rpc::RpcTransport {
   public:
    Transport(FakeRpcNetwork& network, const rpc::Address& peer,
              rpc::IpProtocol protocol, rpc::SourcePort source)
        : network_(network),
          peer_(peer),
          protocol_(protocol),
          source_(source) {}
    ~Transport() override {
      for (const uint64_t id : mine_) network_.calls.erase(id);
    }
    rpc::CallId start_call(rpc::Call call, rpc::CallDone done) override {
      const uint64_t id = ++network_.last_id_;
      mine_.push_back(id);
      network_.calls.emplace(id, Pending{peer_, protocol_, source_,
                                         std::move(call), std::move(done)});
      return rpc::CallId{id};
    }
    void cancel(rpc::CallId id) override {
      network_.cancelled +=
          static_cast<int>(network_.calls.erase(static_cast<uint64_t>(id)));
    }
    void disconnect() override {
      const auto ids = mine_;
      for (const uint64_t id : ids)
        network_.fail(rpc::CallId{id}, ECONNABORTED);
    }

   private:
    FakeRpcNetwork& network_;
    const rpc::Address peer_;
    const rpc::IpProtocol protocol_;
    const rpc::SourcePort source_;
    std::vector<uint64_t> mine_;
  };

  bool end(rpc::CallId id, Result<rpc::Reply> result) {
    const auto at = calls.find(static_cast<uint64_t>(id));
    if (at == calls.end()) return false;
    const rpc::CallDone done = std::move(at->second.done);
    calls.erase(at);
    done(std::move(result));
    return true;
  }

  uint64_t last_id_ = 0;
};

}  // namespace amd::test
