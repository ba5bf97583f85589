// SPDX-License-Identifier: BSD-3-Clause

#include "amd/servers/server_table.h"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "amd/base/log.h"
#include "amd/servers/rank.h"

namespace amd {
namespace {

// Of one turn of the loop, so that a network change with a thousand servers
// delays nobody else.
constexpr int kMaxDeadlinesATurn = 64;

std::optional<Instant> earlier(std::optional<Instant> a,
                               std::optional<Instant> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

ServerTable::ServerTable(Prober& prober, const Clock& clock, Timer& timer,
                         ServerTableSettings settings)
    : prober_(prober),
      clock_(clock),
      timer_(timer),
      settings_(std::move(settings)),
      random_(settings_.seed) {
}

ServerTable::~ServerTable() {
  timer_.cancel();
  for (auto& [id, server] : servers_) cancel_probe(server);
}

ServerId ServerTable::on_access(const ServerKey& key, Instant now) {
  auto [at, is_new] = by_key_.try_emplace(key, ServerId{next_id_});
  if (is_new) {
    ++next_id_;
    Server server;
    server.id = at->second;
    server.key = key;
    server.since = now;
    server.ping = settings_.ping;
    servers_.emplace(server.id, std::move(server));
  }
  Server& server = *find(at->second);
  server.last_access = now;
  if (server.state != ServerState::Up) want_probe(server, now);
  rearm(server);
  return server.id;
}

void ServerTable::begin_use(ServerId id, Instant) {
  Server* server = find(id);
  if (!server) return;
  ++server->uses;
  rearm(*server);
}

void ServerTable::end_use(ServerId id, Instant now) {
  Server* server = find(id);
  if (!server || server->uses == 0) return;
  --server->uses;
  server->last_access = std::max(server->last_access, now);
  rearm(*server);
}

void ServerTable::forget(ServerId id) {
  Server* server = find(id);
  if (!server) return;
  cancel_probe(*server);
  deadlines_.erase(id);
  by_key_.erase(server->key);
  servers_.erase(id);
  arm_timer();
}

void ServerTable::set_ping(ServerId id, const PingSettings& ping, Instant now) {
  Server* server = find(id);
  if (!server) return;
  bool is_same = server->ping.interval == ping.interval;
  server->ping = ping;
  if (is_same || server->probe_deadline) return;
  if (!is_pinged(*server)) {
    // What an access has asked for still happens.
    if (server->state == ServerState::Up) server->next_probe.reset();
  } else {
    server->next_probe =
        earlier(server->next_probe, now + ping_interval(*server));
    if (server->state != ServerState::Up) want_probe(*server, now);
  }
  rearm(*server);
}

void ServerTable::set_address(ServerId id, const std::string& address) {
  if (Server* server = find(id)) server->address = address;
}

void ServerTable::on_answer(ServerId id, Duration round_trip, Instant now) {
  Server* server = find(id);
  if (!server) return;
  server->probe_deadline.reset();
  note_alive(*server, round_trip, "answered in " + to_text(round_trip), now);
}

void ServerTable::on_no_answer(ServerId id, Instant now) {
  Server* server = find(id);
  if (!server || !server->probe_deadline) return;
  note_silence(*server, now);
}

void ServerTable::on_refused(ServerId id, const Error& why, Instant now) {
  Server* server = find(id);
  if (!server || !server->probe_deadline) return;
  server->probe_deadline.reset();
  ++server->failures;
  server->is_missed = true;
  enter(*server, ServerState::Down, why.message(), now);
  plan_next(*server, now);
}

void ServerTable::on_used_success(ServerId id,
                                  std::optional<Duration> round_trip,
                                  Instant now) {
  Server* server = find(id);
  if (!server) return;
  // Its silence would say less than this answer.
  cancel_probe(*server);
  note_alive(*server, round_trip, "used with success", now);
}

void ServerTable::on_used_failure(ServerId id, const Error& why, Instant now) {
  Server* server = find(id);
  if (!server || !speaks_against_server(why)) return;
  server->is_missed = true;
  if (server->state == ServerState::Up)
    enter(*server, ServerState::Suspect, why.message(), now);
  want_probe(*server, now);
  rearm(*server);
}

void ServerTable::on_used_overdue(ServerId id, Instant now) {
  Server* server = find(id);
  if (!server) return;
  if (server->state == ServerState::Up) {
    enter(*server, ServerState::Suspect,
          "no answer within " + to_text(patience(*server)), now);
  }
  want_probe(*server, now);
  rearm(*server);
}

void ServerTable::on_network_change(Instant now) {
  for (auto& [id, server] : servers_) {
    // What is under way went out by the old route.
    cancel_probe(server);
    server.failures = 0;
    server.backoff = 0;
    if (is_pinged(server) || server.state != ServerState::Up)
      want_probe(server, now);
    rearm(server);
  }
}

ServerOutlook ServerTable::outlook(const ServerName& name, ServerOrder order,
                                   Instant now) const {
  Server nobody;
  nobody.key.name = name;
  std::vector<const Server*> records = find(name);
  if (records.empty()) records.push_back(&nobody);
  ServerOutlook best;
  best.rank = std::numeric_limits<int>::max();
  for (const Server* server : records) {
    int rank = rank_of(*server, order, settings_.client, now);
    if (rank >= best.rank) continue;
    best = {rank, server->state == ServerState::Down, patience(*server)};
  }
  return best;
}

std::vector<ServerName> ServerTable::order(std::vector<ServerName> candidates,
                                           ServerOrder order,
                                           Instant now) const {
  std::map<ServerName, int> ranks;
  std::vector<ServerName> ordered;
  for (ServerName& name : candidates) {
    if (!ranks.emplace(name, outlook(name, order, now).rank).second) continue;
    ordered.push_back(std::move(name));
  }
  std::stable_sort(ordered.begin(), ordered.end(),
                   [&](const ServerName& a, const ServerName& b) {
                     return ranks.at(a) < ranks.at(b);
                   });
  return ordered;
}

std::vector<ServerSnapshot> ServerTable::snapshot(Instant now) const {
  std::vector<ServerSnapshot> all;
  for (const auto& [key, id] : by_key_)
    all.push_back(snapshot_of(servers_.at(id), now));
  return all;
}

ServerSnapshot ServerTable::snapshot_of(const Server& server,
                                        Instant now) const {
  ServerSnapshot shown;
  shown.id = server.id;
  shown.key = server.key;
  shown.address = server.address;
  shown.state = server.state;
  shown.since = now - server.since;
  if (server.last_answer) shown.last_answer = now - *server.last_answer;
  shown.round_trip = server.round_trip.smoothed();
  shown.failures = server.failures;
  shown.is_flapping = is_flapping(server, now);
  shown.uses = server.uses;
  if (is_pinged(server)) shown.ping_interval = ping_interval(server);
  if (server.next_probe)
    shown.next_probe_in = std::max(*server.next_probe - now, Duration(0));
  for (const ServerChange& change : server.history)
    shown.history.push_back(
        {now - change.at, change.from, change.to, change.reason});
  return shown;
}

std::optional<ServerState> ServerTable::state_of(const ServerKey& key) const {
  auto at = by_key_.find(key);
  if (at == by_key_.end()) return std::nullopt;
  return servers_.at(at->second).state;
}

std::optional<Instant> ServerTable::next_deadline() const {
  return earlier(deadlines_.next(), news_at_);
}

void ServerTable::on_time(Instant now) {
  armed_.reset();
  for (int turn = 0; turn < kMaxDeadlinesATurn; ++turn) {
    std::optional<ServerId> id = deadlines_.take_due(now);
    if (!id) break;
    on_deadline(*find(*id), now);
  }
  tell_news(now);
  arm_timer();
}

void ServerTable::on_deadline(Server& server, Instant now) {
  if (server.probe_deadline && now >= *server.probe_deadline) {
    prober_.cancel_probe(server.id);
    note_silence(server, now);
  }
  if (is_forgettable(server, now)) return forget(server.id);
  if (server.next_probe && now >= *server.next_probe) start_probe(server, now);
  rearm(server);
}

void ServerTable::note_alive(Server& server, std::optional<Duration> round_trip,
                             const std::string& reason, Instant now) {
  if (round_trip && *round_trip >= Duration(0)) {
    server.round_trip.add(*round_trip);
    server.speed = next_speed(server.speed, *server.round_trip.smoothed());
  }
  server.last_answer = now;
  server.failures = 0;
  enter(server, ServerState::Up, reason, now);
  server.is_missed = false;
  plan_next(server, now);
}

void ServerTable::note_silence(Server& server, Instant now) {
  std::string reason = "no answer within " + to_text(ping_timeout(server));
  server.probe_deadline.reset();
  ++server.failures;
  server.is_missed = true;
  if (server.failures >= std::max(server.ping.retries, 1))
    enter(server, ServerState::Down, reason, now);
  else if (server.state == ServerState::Up)
    enter(server, ServerState::Suspect, reason, now);
  plan_next(server, now);
}

// The only place that changes `state`.
void ServerTable::enter(Server& server, ServerState state,
                        const std::string& reason, Instant now) {
  if (server.state == state) return;
  const ServerName& name = server.key.name;
  bool was_up = is_any(name, ServerState::Up);
  ServerState from = std::exchange(server.state, state);
  log::info("server {}: {} -> {}: {}", to_text(server.key), name_of(from),
            name_of(state), reason);
  server.since = now;
  server.history.push_back({now, from, state, reason});
  if (server.history.size() > kMaxHistory) server.history.pop_front();
  if (from == ServerState::Up) note_fall(server, now);
  if (state == ServerState::Down) server.backoff = 0;

  if (state == ServerState::Up && !was_up && server.is_missed) {
    news_.push_back({name, true});
  } else if (state == ServerState::Down && !is_any(name, ServerState::Up) &&
             !is_any(name, ServerState::Suspect) &&
             !is_any(name, ServerState::Unknown)) {
    news_.push_back({name, false});
  } else {
    return;
  }
  if (!news_at_) news_at_ = now;
}

void ServerTable::note_fall(Server& server, Instant now) {
  server.falls.push_back(now);
  if (server.falls.size() > kFlapCount)
    server.falls.erase(server.falls.begin());
}

void ServerTable::want_probe(Server& server, Instant now) {
  if (server.probe_deadline) {
    server.is_wanted = true;
    return;
  }
  Instant soon = now;
  if (server.last_probe)
    soon = std::max(soon, *server.last_probe + kMinProbeGap);
  server.next_probe = earlier(server.next_probe, soon);
}

// After the outcome of a probe, or what is worth one.
void ServerTable::plan_next(Server& server, Instant now) {
  Seconds interval = ping_interval(server);
  server.next_probe.reset();
  switch (server.state) {
    case ServerState::Up:
      // A little early, and not all at once.
      if (is_pinged(server)) {
        server.next_probe =
            std::max(now + std::chrono::duration_cast<Duration>(
                               interval * (1.0 - random() / 10)),
                     server.last_probe.value_or(now) + kMinProbeGap);
      }
      break;
    case ServerState::Unknown:
    case ServerState::Suspect:
      server.next_probe = now;
      break;
    case ServerState::Down: {
      // Without pings it is asked as long as somebody wants it.
      if (!is_pinged(server) && now - server.last_access > interval) break;
      Duration delay = next_probe_delay(server.backoff++, interval, random());
      server.next_probe =
          std::max(now, server.last_probe.value_or(now) + delay);
      break;
    }
  }
  if (server.is_wanted && server.state != ServerState::Up)
    want_probe(server, now);
  server.is_wanted = false;
  rearm(server);
}

void ServerTable::start_probe(Server& server, Instant now) {
  server.next_probe.reset();
  server.is_wanted = false;
  server.last_probe = now;
  server.probe_deadline = now + ping_timeout(server);
  prober_.start_probe({server.id, server.key, server.address, server.is_missed,
                       *server.probe_deadline});
}

void ServerTable::cancel_probe(Server& server) {
  if (!server.probe_deadline) return;
  server.probe_deadline.reset();
  prober_.cancel_probe(server.id);
}

bool ServerTable::is_forgettable(const Server& server, Instant now) const {
  return server.uses == 0 && now >= server.last_access + settings_.keep;
}

void ServerTable::tell_news(Instant now) {
  news_at_.reset();
  std::vector<News> news = std::exchange(news_, {});
  if (!listener_) return;
  for (const News& one : news) {
    if (one.is_up)
      listener_->on_server_up(one.server, now);
    else
      listener_->on_server_down(one.server, now);
  }
}

void ServerTable::rearm(const Server& server) {
  std::optional<Instant> when =
      earlier(server.probe_deadline, server.next_probe);
  if (server.uses == 0)
    when = earlier(when, server.last_access + settings_.keep);
  deadlines_.set(server.id, when);
  arm_timer();
}

void ServerTable::arm_timer() {
  std::optional<Instant> next = next_deadline();
  if (next == armed_) return;
  armed_ = next;
  if (armed_) {
    timer_.arm(*armed_, [this] { on_time(clock_.now()); });
  } else {
    timer_.cancel();
  }
}

bool ServerTable::is_any(const ServerName& name, ServerState state) const {
  std::vector<const Server*> records = find(name);
  return std::any_of(records.begin(), records.end(),
                     [&](const Server* s) { return s->state == state; });
}

Server* ServerTable::find(ServerId id) {
  auto at = servers_.find(id);
  return at == servers_.end() ? nullptr : &at->second;
}

std::vector<const Server*> ServerTable::find(const ServerName& name) const {
  std::vector<const Server*> records;
  auto at = by_key_.lower_bound(ServerKey{name, 0, rpc::IpProtocol{}});
  for (; at != by_key_.end() && at->first.name == name; ++at)
    records.push_back(&servers_.at(at->second));
  return records;
}

double ServerTable::random() {
  return static_cast<double>(random_() >> 11) * 0x1p-53;
}

}  // namespace amd
