// SPDX-License-Identifier: BSD-3-Clause
// Servers that may all do, asked so that the best living one is found soon:
// in order of what is known of them, the next as soon as one fails or is late,
// all at once when all were down.  The first that answers wins.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "amd/servers/server_order.h"
#include "amd/servers/server_outlook.h"
#include "amd/tree/server_probe.h"

namespace amd {

struct ContestSeams {
  ServerProbe& probe;
  // What is known of a server, as seen by an access that may use it.
  std::function<ServerOutlook(const std::string& server, ServerOrder order)>
      outlook;
  std::function<ProbeId()> new_probe_id;
};

class Contest {
 public:
  struct Limits {
    Duration usual;
    Duration all_down;  // when every server was down before
  };
  // Told by the seam of a probe; hands it to on_answer().
  using Answered = std::function<void(ProbeId, Result<ServerProbe::Answer>)>;

  Contest(const ContestSeams& seams, std::vector<ProbeRequest> runners,
          ServerOrder order, Limits limits, Answered answered);
  // Cancels what still runs.
  ~Contest();
  Contest(const Contest&) = delete;
  Contest& operator=(const Contest&) = delete;

  void start(Instant now);
  void on_answer(ProbeId probe, Result<ServerProbe::Answer> answer,
                 Instant now);
  // A server was seen alive: asked (again) at once.
  void on_server_up(const std::string& server, Instant now);
  void on_time(Instant now);
  std::optional<Instant> next_deadline() const;

  // Which runner won, and what it answered.
  struct Winner {
    size_t runner;
    ServerProbe::Answer answer;
  };
  const std::optional<Winner>& winner() const { return winner_; }
  // Won, or everybody failed.
  bool is_over() const;
  const NfsReplica& replica(size_t runner) const {
    return runners_.at(runner).request.replica;
  }
  // Of a runner that failed.
  const std::optional<Error>& failure(size_t runner) const {
    return runners_.at(runner).failure;
  }

 private:
  struct Runner {
    ProbeRequest request;
    ServerOutlook outlook;
    std::optional<ProbeId> probe;  // running
    bool is_started = false;
    std::optional<Error> failure;
  };
  void ask(Runner& runner);
  void ask_next(Instant now);
  void cancel_all();

  ContestSeams seams_;
  std::vector<Runner> runners_;
  std::vector<size_t> order_;  // of runners_
  size_t next_ = 0;            // in order_
  Limits limits_;
  Answered answered_;
  std::optional<Instant> late_at_;  // last start + its patience
  std::optional<Instant> over_at_;  // start + the limit
  std::optional<Winner> winner_;
};

}  // namespace amd
