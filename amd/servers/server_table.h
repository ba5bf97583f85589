// SPDX-License-Identifier: BSD-3-Clause
// What is known of all file servers: who answers, how fast, since when; who
// should be asked first; and when to ask again.
//
// Owns no socket: pings go out through Prober, evidence comes in as events.
// No call blocks.  Probes are started and the listener is called only from the
// timer, so every event may be reported from anywhere.  Ids of records that
// were forgotten are ignored.

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "amd/base/deadlines.h"
#include "amd/base/loop.h"
#include "amd/servers/prober.h"
#include "amd/servers/server.h"
#include "amd/servers/server_order.h"
#include "amd/servers/server_outlook.h"
#include "amd/servers/server_snapshot.h"

namespace amd {

// Who wants to know (the tree).  By name: a server that answers over one of its
// records answers.
class ServerListener {
 public:
  virtual ~ServerListener() = default;
  // It had missed an answer, and answers.  Not told of a first answer.
  virtual void on_server_up(const ServerName& server, Instant now) = 0;
  // All that is known of it is Down now.
  virtual void on_server_down(const ServerName& server, Instant now) = 0;
};

struct ServerTableSettings {
  std::string client{};    // this host's name, for ServerOrder::Spread
  std::uint64_t seed = 1;  // of the jitter
  PingSettings ping{};     // of records that are added
  Seconds keep{600};       // a record that nobody uses or asks for
};

class ServerTable {
 public:
  ServerTable(Prober& prober, const Clock& clock, Timer& timer,
              ServerTableSettings settings);
  // Cancels what is under way.
  ~ServerTable();
  ServerTable(const ServerTable&) = delete;
  ServerTable& operator=(const ServerTable&) = delete;
  // `listener` outlives this.
  void set_listener(ServerListener& listener) { listener_ = &listener; }

  // The record for `key`, made if there is none; counts as an access to it, so
  // that it is kept for a while and probed unless it is Up.
  ServerId on_access(const ServerKey& key, Instant now);
  // A mount of it keeps the record: one end_use() for each.
  void begin_use(ServerId id, Instant now);
  void end_use(ServerId id, Instant now);
  void forget(ServerId id);

  void set_ping(ServerId id, const PingSettings& ping, Instant now);
  // Where it was found; the next probe goes there.
  void set_address(ServerId id, const std::string& address);

  // From the Prober.  `round_trip` is of a call that was sent once, or since it
  // was last sent.  Refused: any definite answer that is not a good one.
  void on_answer(ServerId id, Duration round_trip, Instant now);
  void on_no_answer(ServerId id, Instant now);
  void on_refused(ServerId id, const Error& why, Instant now);

  // From mounts, MOUNT calls and the userspace engine.  Success: any answer,
  // also one that says no (EACCES).  Failures that say nothing of the server
  // are ignored.  Overdue: it has not answered within patience().
  void on_used_success(ServerId id, std::optional<Duration> round_trip,
                       Instant now);
  void on_used_failure(ServerId id, const Error& why, Instant now);
  void on_used_overdue(ServerId id, Instant now);

  // This host has another address or route, or was asleep.
  void on_network_change(Instant now);

  // Of the best record of that name; Unknown when there is none.
  ServerOutlook outlook(const ServerName& server, ServerOrder order,
                        Instant now) const;
  // The order to ask them in: all of them, best first, each once.
  std::vector<ServerName> order(std::vector<ServerName> candidates,
                                ServerOrder order, Instant now) const;

  // By name, version, transport.
  std::vector<ServerSnapshot> snapshot(Instant now) const;
  std::optional<ServerState> state_of(const ServerKey& key) const;
  size_t size() const { return servers_.size(); }

  // What the timer is armed for, and what it calls.
  std::optional<Instant> next_deadline() const;
  void on_time(Instant now);

 private:
  struct News {
    ServerName server;
    bool is_up;
  };
  Server* find(ServerId id);
  std::vector<const Server*> find(const ServerName& name) const;
  void enter(Server& server, ServerState state, const std::string& reason,
             Instant now);
  void note_fall(Server& server, Instant now);
  bool is_any(const ServerName& name, ServerState state) const;
  void note_alive(Server& server, std::optional<Duration> round_trip,
                  const std::string& reason, Instant now);
  void note_silence(Server& server, Instant now);
  void want_probe(Server& server, Instant now);
  void plan_next(Server& server, Instant now);
  void start_probe(Server& server, Instant now);
  void cancel_probe(Server& server);
  void on_deadline(Server& server, Instant now);
  bool is_forgettable(const Server& server, Instant now) const;
  void tell_news(Instant now);
  void rearm(const Server& server);
  void arm_timer();
  double random();
  ServerSnapshot snapshot_of(const Server& server, Instant now) const;

  Prober& prober_;
  const Clock& clock_;
  Timer& timer_;
  ServerTableSettings settings_;
  ServerListener* listener_ = nullptr;
  std::mt19937_64 random_;
  std::map<ServerKey, ServerId> by_key_;
  std::unordered_map<ServerId, Server> servers_;
  std::uint32_t next_id_ = 1;
  Deadlines<ServerId> deadlines_;
  std::vector<News> news_;  // not told yet
  std::optional<Instant> news_at_;
  std::optional<Instant> armed_;
};

}  // namespace amd
