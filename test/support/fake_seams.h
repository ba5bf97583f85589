// SPDX-License-Identifier: BSD-3-Clause
// The outside of the tree, as a test wants it: maps in memory, servers that
// answer, refuse or say nothing, questions, front ends, and who waits.

#pragma once

#include <cerrno>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "amd/tree/front_end.h"
#include "amd/tree/lookup_reply.h"
#include "amd/tree/map_source.h"
#include "amd/tree/server_probe.h"
#include "amd/tree/world.h"
#include "maplang/eval/key_order.h"
#include "test/support/fake_clock.h"

namespace amd::test {

// Records answers; a second answer to one token is kept as well.
class RecordingSink : public ReplySink {
 public:
  explicit RecordingSink(FakeLoop& loop) : loop_(loop) {}
  void answer(std::uint64_t token, int errno_value) override {
    answers[token].push_back(errno_value);
    answered_at[token] = loop_.now();
  }
  LookupReply make() { return LookupReply(*this, next++); }

  std::uint64_t next = 1;
  std::map<std::uint64_t, std::vector<int>> answers;
  std::map<std::uint64_t, Instant> answered_at;

 private:
  FakeLoop& loop_;
};

class FakeMap : public MapSource {
 public:
  FakeMap(FakeLoop& loop, std::string name)
      : loop_(loop), name_(std::move(name)) {}
  std::map<std::string, std::string> entries;
  Duration delay{0};
  std::optional<Error> error;
  int asked = 0;

  void start_lookup(const MapKey& key, LookupDone done) override {
    ++asked;
    auto answer = find(key.str());
    loop_.call_at(loop_.now() + delay, [answer, done] { done(answer); });
  }
  void start_list(ListDone done) override {
    loop_.post([done] { done(std::vector<std::string>{}); });
  }
  void reload() override {}
  const MapName& name() const override { return name_; }
  MapInfo info() const override { return {}; }

 private:
  Result<std::optional<MapEntryText>> find(const std::string& key) const {
    if (error) return tl::unexpected(*error);
    for (const std::string& candidate : maplang::key_order(key)) {
      auto at = entries.find(candidate);
      if (at == entries.end()) continue;
      return MapEntryText{at->second, maplang::ValueOrigin::at(name_.str(), {}),
                          candidate, false};
    }
    return std::nullopt;
  }
  FakeLoop& loop_;
  MapName name_;
};

class FakeMaps : public MapOpener {
 public:
  explicit FakeMaps(FakeLoop& loop) : loop_(loop) {}
  FakeMap& map(const std::string& name) {
    auto& made = maps_[name];
    if (!made) made = std::make_unique<FakeMap>(loop_, name);
    return *made;
  }
  Result<MapSource*> open(const MapRequest& request) override {
    if (request.type == "nis") return fail(ENOTSUP, "no nis here");
    return &map(request.name);
  }

 private:
  FakeLoop& loop_;
  std::map<std::string, std::unique_ptr<FakeMap>> maps_;
};

class FakeProbe : public ServerProbe {
 public:
  explicit FakeProbe(FakeLoop& loop) : loop_(loop) {}
  struct Server {
    bool is_silent = false;
    int errno_value = 0;  // 0: answers
    Duration delay{std::chrono::milliseconds(1)};
  };
  std::map<std::string, Server> servers;
  std::vector<std::string> asked;   // servers, in order
  std::map<ProbeId, Done> running;  // silent ones stay here

  void start(ProbeId id, const ProbeRequest& request, Done done) override {
    asked.push_back(request.replica.server);
    running.emplace(id, std::move(done));
    const Server& server = servers[request.replica.server];
    if (server.is_silent) return;
    Result<Answer> answer = Answer{request.replica, 3};
    answer->replica.address = "10.0.0.1";
    if (server.errno_value) {
      answer = fail(server.errno_value, request.replica.server);
    }
    loop_.call_at(loop_.now() + server.delay, [this, id, answer] {
      auto at = running.extract(id);
      if (at) at.mapped()(answer);
    });
  }
  void cancel(ProbeId id) override { running.erase(id); }

 private:
  FakeLoop& loop_;
};

class FakeWorld : public World {
 public:
  explicit FakeWorld(FakeLoop& loop) : loop_(loop) {}
  std::set<std::string> existing;
  Duration delay{0};

  void start_ask(const WorldQuestion& question, Done done) override {
    WorldAnswer answer;
    answer.truth = existing.count(question.argument) != 0;
    loop_.call_at(loop_.now() + delay, [answer, done] { done(answer); });
  }

 private:
  FakeLoop& loop_;
};

class FakeFrontEnd : public FrontEnd {
 public:
  FakeFrontEnd(FakeLoop& loop, bool is_kernel)
      : loop_(loop), is_kernel_(is_kernel) {}
  std::map<PointId, PointSpec> attached;
  std::set<std::string> busy;  // paths that cannot be detached
  std::set<std::string> bad;   // paths that cannot be attached
  Duration delay{0};

  void start_attach(const PointSpec& spec, Done done) override {
    loop_.call_at(loop_.now() + delay, [this, spec, done] {
      if (bad.count(spec.path)) return done(fail(ENOENT, spec.path));
      attached[spec.id] = spec;
      done({});
    });
  }
  void start_detach(PointId point, Done done) override {
    loop_.call_at(loop_.now() + delay, [this, point, done] {
      auto at = attached.find(point);
      if (at != attached.end() && busy.count(at->second.path)) {
        return done(fail(EBUSY, at->second.path));
      }
      attached.erase(point);
      done({});
    });
  }
  bool mounts_in_place() const override { return is_kernel_; }
  bool finds_idle() const override { return is_kernel_; }

 private:
  FakeLoop& loop_;
  bool is_kernel_;
};

}  // namespace amd::test
