// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/pending_calls.h"

#include <fmt/core.h>

#include <random>

#include "amd/rpc/rpc_message.h"

namespace amd::rpc {

namespace {

std::shared_ptr<const CallMessage> encode_message(uint32_t xid, Call& call) {
  CallHeader header{.xid = xid,
                    .prog = call.prog,
                    .vers = call.vers,
                    .proc = call.proc,
                    .cred = {},
                    .verf = {}};
  if (!call.credential.empty()) header.cred = {AUTH_SYS, call.credential};
  XdrWriter out;
  out.reserve(64 + call.credential.size());
  out.u32(0);
  encode_call(out, header);
  auto message = std::make_shared<CallMessage>();
  message->head = out.take();
  message->args = std::move(call.args);
  const size_t size =
      message->head.size() - CallMessage::kMark + message->args.size();
  const auto mark = record_mark(size);
  message->head.replace(0, mark.size(), mark.data(), mark.size());
  return message;
}

}  // namespace

PendingCall& PendingCalls::add(Call call, CallDone done) {
  while (calls_.contains(static_cast<uint32_t>(next_id_))) ++next_id_;
  const auto id = static_cast<CallId>(next_id_);
  const auto xid = static_cast<uint32_t>(next_id_++);
  PendingCall& pending = calls_[xid];
  pending.id = id;
  pending.xid = xid;
  pending.done = std::move(done);
  pending.deadline = call.deadline;
  pending.what = fmt::format("RPC {}.{}.{}", call.prog, call.vers, call.proc);
  pending.message = encode_message(xid, call);
  deadlines_.emplace(pending.deadline, xid);
  return pending;
}

PendingCall* PendingCalls::find(uint32_t xid) {
  const auto at = calls_.find(xid);
  return at == calls_.end() ? nullptr : &at->second;
}

PendingCall PendingCalls::take(
    std::unordered_map<uint32_t, PendingCall>::iterator at) {
  PendingCall call = std::move(at->second);
  deadlines_.erase({call.deadline, call.xid});
  calls_.erase(at);
  return call;
}

std::optional<PendingCall> PendingCalls::take(CallId id) {
  const auto at = calls_.find(static_cast<uint32_t>(static_cast<uint64_t>(id)));
  if (at == calls_.end() || at->second.id != id) return std::nullopt;
  return take(at);
}

std::vector<CallId> PendingCalls::due(Instant now) const {
  std::vector<CallId> ids;
  for (const auto& [deadline, xid] : deadlines_) {
    if (deadline > now) break;
    ids.push_back(calls_.at(xid).id);
  }
  return ids;
}

std::vector<CallId> PendingCalls::all() const {
  std::vector<CallId> ids;
  ids.reserve(calls_.size());
  for (const auto& [deadline, xid] : deadlines_)
    ids.push_back(calls_.at(xid).id);
  return ids;
}

void PendingCalls::clear() {
  // Destroying a `done` may run code of the owner: the table is empty by then.
  const auto calls = std::exchange(calls_, {});
  deadlines_.clear();
}

std::optional<Instant> PendingCalls::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

Result<std::optional<PendingCalls::Answer>> PendingCalls::match(Record message,
                                                                Instant now) {
  XdrReader in(message.view());
  const auto header = decode_reply(in);
  if (!header) return pass(header);
  const auto at = calls_.find(header->xid);
  // A reply to a call that we have not sent (yet) is a forgery or a stray.
  if (at == calls_.end() || at->second.times_sent == 0)
    return std::optional<Answer>();
  PendingCall call = take(at);
  if (!header->is_success()) {
    Error error = error_of(*header, call.what);
    return Answer{std::move(call), tl::unexpected(std::move(error))};
  }
  Reply reply;
  reply.results_at = message.size() - in.rest().size();
  reply.message = std::move(message);
  reply.round_trip = now - call.sent;
  return Answer{std::move(call), std::move(reply)};
}

void fail_each(PendingCalls& calls, const std::vector<CallId>& ids,
               const std::error_code& code, const std::string& peer) {
  for (const CallId id : ids) {
    const auto call = calls.take(id);
    if (!call) continue;
    call->done(tl::unexpected(Error(code, call->what + " to " + peer)));
  }
}

uint32_t random_xid() {
  return std::random_device()();
}

}  // namespace amd::rpc
