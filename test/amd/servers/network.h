// SPDX-License-Identifier: BSD-3-Clause
// Servers that answer, refuse or are silent as the test says, behind the seam
// that pings them; and the table that asks.

#pragma once

#include <cerrno>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "amd/base/log.h"
#include "amd/servers/server_table.h"
#include "test/support/fake_clock.h"
#include "test/support/printers.h"

namespace amd::test {

enum class Mood { Answers, Refuses, Silent, Garbage };

class FakeProber : public Prober {
 public:
  explicit FakeProber(FakeLoop& loop) : loop_(loop) {}

  ServerTable* table = nullptr;
  std::map<std::string, Mood> moods;  // none: answers
  std::map<std::string, Duration> round_trips;
  std::map<std::string, std::vector<Instant>> probes;
  std::vector<PingRequest> requests;
  bool overlapped = false;  // two probes of one server at once

  void start_probe(const PingRequest& request) override {
    overlapped |= !running_.emplace(request.id, ++serial_).second;
    probes[request.key.name.str()].push_back(loop_.now());
    requests.push_back(request);
    report_later(request, serial_);
  }
  void cancel_probe(ServerId id) override { running_.erase(id); }

  std::size_t count(const std::string& name) { return probes[name].size(); }
  std::size_t running() const { return running_.size(); }
  Duration round_trip(const std::string& name) const {
    auto at = round_trips.find(name);
    return at == round_trips.end() ? Duration(Milliseconds(1)) : at->second;
  }

 private:
  void report_later(const PingRequest& request, int serial) {
    std::string name = request.key.name.str();
    Duration after = round_trip(name);
    loop_.call_at(loop_.now() + after, [this, request, serial, name, after] {
      auto at = running_.find(request.id);
      if (at == running_.end() || at->second != serial) return;
      Mood mood = moods[name];
      if (mood == Mood::Silent) return;
      running_.erase(at);
      if (mood == Mood::Answers)
        table->on_answer(request.id, after, loop_.now());
      else if (mood == Mood::Refuses)
        table->on_refused(request.id, errno_error(ECONNREFUSED, "ping"),
                          loop_.now());
      else
        table->on_refused(request.id, Error(Errc::Protocol, "ping"),
                          loop_.now());
    });
  }

  FakeLoop& loop_;
  std::map<ServerId, int> running_;
  int serial_ = 0;
};

struct Network : ServerListener {
  FakeLoop loop;
  FakeProber prober{loop};
  std::unique_ptr<Timer> timer = loop.make_timer();
  std::vector<std::string> news;  // "+server1", "-server1"
  std::vector<std::string> lines;
  ServerTable table;

  explicit Network(ServerTableSettings settings = {.client = "client1"})
      : table(prober, loop.clock, *timer, std::move(settings)) {
    prober.table = &table;
    table.set_listener(*this);
    log::set_test_sink(
        [this](log::Level, const std::string& line) { lines.push_back(line); });
  }
  ~Network() override { log::set_test_sink({}); }

  void on_server_up(const ServerName& server, Instant) override {
    news.push_back("+" + server.str());
  }
  void on_server_down(const ServerName& server, Instant) override {
    news.push_back("-" + server.str());
  }

  static ServerKey key(const std::string& name) {
    return ServerKey{.name = ServerName(name)};
  }
  ServerId access(const std::string& name) {
    return table.on_access(key(name), loop.now());
  }
  // Accesses it, and lets the ping be answered or refused.
  ServerId settle(const std::string& name, Mood mood = Mood::Answers) {
    prober.moods[name] = mood;
    ServerId id = access(name);
    loop.run_for(prober.round_trip(name));
    return id;
  }
  ServerState state(const std::string& name) {
    return table.state_of(key(name)).value();
  }
  ServerSnapshot shown(const std::string& name) {
    for (ServerSnapshot& one : table.snapshot(loop.now()))
      if (one.key.name.str() == name) return std::move(one);
    return {};
  }
  std::string order(const std::vector<std::string>& names,
                    ServerOrder rule = ServerOrder::Map) {
    std::vector<ServerName> candidates;
    for (const std::string& name : names) candidates.emplace_back(name);
    std::string text;
    for (const ServerName& one : table.order(candidates, rule, loop.now()))
      text += (text.empty() ? "" : " ") + one.str();
    return text;
  }
};

}  // namespace amd::test

namespace Catch {

template <>
struct StringMaker<amd::ServerState> {
  static std::string convert(amd::ServerState state) {
    return amd::name_of(state);
  }
};

}  // namespace Catch
