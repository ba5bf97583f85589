// SPDX-License-Identifier: BSD-3-Clause
// One attempt to make a name lead to its files: from the map's entry to the
// mounted file system, location by location, until one works.
//
// A state machine between seams.  It never calls its owner back: after each
// event the owner asks is_over(), and takes the outcome, with all claims on
// volumes and automount points, before destroying it.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "amd/fstypes/candidates.h"
#include "amd/tree/contest.h"
#include "amd/tree/settings.h"
#include "amd/tree/world.h"
#include "amd/volumes/volume_table.h"
#include "maplang/eval/choose.h"

namespace amd {

enum class AttemptId : std::uint64_t {};
class Attempt;

// The owner of attempts: the tree.
class AttemptHost {
 public:
  virtual ~AttemptHost() = default;
  // Runs `event` on an attempt if it still exists, and looks at its outcome.
  virtual void drive(AttemptId id,
                     const std::function<void(Attempt&, Instant)>& event) = 0;
  // Makes an automount point; `done` follows, never from inside.
  virtual Result<PointId> start_nested(AttemptId id, const NestedMap& map,
                                       FrontEnd::Done done) = 0;
  // A message about a map for its author; said once.
  virtual void tell_author(const std::string& text) = 0;
};

struct AttemptSeams {
  AttemptHost& host;
  World& world;
  ContestSeams contest;
  VolumeTable& volumes;
  const TreeSettings& settings;
  const maplang::HostFacts& facts;
};

struct AttemptInput {
  AttemptId id{};
  const PointConfig& point;  // these two outlive the attempt
  MapSource& source;
  bool in_place = true;
  std::string name;
  std::string path;
  Requester who;
  Instant started{};
};

// Why one location did not do.
struct AttemptFailure {
  std::string origin;   // "file:line:col"
  std::string subject;  // "server1:/share"
  Error why;
};

// What the attempt came to.
struct AttemptOutcome {
  std::optional<Error> error;  // set: it failed
  Plan plan;                   // that worked
  std::optional<UseId> mount;  // claims: to be kept, or released on an error
  std::optional<UseId> face;
  std::optional<PointId> nested;
  bool has_alternatives = false;     // other locations might do as well
  std::vector<std::string> servers;  // of all locations, in the map's order
};

// event                              from       to
// start                              -          AskMap
// entry found                        AskMap     AskWorld, or as below
// no entry, map not readable         AskMap     Over
// every question answered            AskWorld   as below
// next location: not yet (delay)     any        Delay
// next locations: NFS servers        any        Race
// next location: linkx               any        CheckTarget
// next location: auto                any        Attach
// next location: the others          any        Mount, Face
// a server answers                   Race       Mount
// no server answers in time          Race       next location
// target exists                      CheckTarget  Mount, Face
// mounted                            Mount      Face
// face mounted, or none needed       Face       Over
// attached                           Attach     Over
// anything fails                     any        next location, else Over
// the deadline passes                any        Over
enum class Step {
  AskMap,
  AskWorld,
  Delay,
  Race,
  CheckTarget,
  Mount,
  Face,
  Attach,
  Over
};

class Attempt {
 public:
  Attempt(const AttemptSeams& seams, AttemptInput input);
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  void start();
  void on_time(Instant now);
  void on_server_up(const std::string& server, Instant now);
  void on_volume_ready(UseId use, const Result<void>& result, Instant now);
  std::optional<Instant> next_deadline() const;

  bool is_over() const { return step_ == Step::Over; }
  AttemptOutcome take_outcome();
  const std::vector<AttemptFailure>& failures() const { return failures_; }
  // A claim whose volume is not ready yet.
  std::optional<UseId> awaited() const { return waiting_for_; }
  const AttemptInput& input() const { return input_; }

 private:
  using Found = Result<std::optional<MapEntryText>>;
  // One server of a plan, by their numbers.
  struct Runner {
    size_t plan = 0;
    size_t replica = 0;
    auto operator<=>(const Runner&) const = default;
  };
  void ask_map(const MapKey& key, std::optional<Found>& answer);
  void on_map_answer(Instant now);
  void ask_world(Instant now);
  void on_world_answer(const maplang::Question& question,
                       const Result<WorldAnswer>& answer, Instant now);
  void choose_locations(Instant now);
  void try_next(Instant now);
  void start_race(size_t first, Instant now);
  void on_probe(ProbeId probe, Result<ServerProbe::Answer> answer, Instant now);
  void check_race(Instant now);
  void note_spent(const Runner& runner);
  void begin(size_t index, Instant now);
  void check_target();
  void attach(Instant now);
  void mount(Instant now);
  void show(Instant now);
  void fail_location(Error why, Instant now);
  void end(Error why);
  void succeed();
  void log_diagnostics(const std::vector<maplang::Diagnostic>& diagnostics);
  Instant deadline_of(const MountMethod& method, Instant now) const;
  maplang::LookupFacts lookup_facts() const;
  template <class Event>
  auto later(Event event);

  AttemptSeams seams_;
  AttemptInput input_;
  Step step_ = Step::AskMap;
  AttemptOutcome outcome_;
  std::vector<AttemptFailure> failures_;

  std::string key_;
  std::optional<Found> entry_answer_;
  std::optional<Found> defaults_answer_;
  maplang::Entry entry_;
  std::string defaults_;
  maplang::Answers answers_;
  size_t open_questions_ = 0;
  int rounds_ = 0;  // of questions

  std::vector<Plan> plans_;
  std::vector<bool> is_tried_;    // each plan: failed for good
  std::set<Runner> spent_;        // servers that failed
  size_t current_ = 0;            // the plan that is being carried out
  std::optional<Runner> server_;  // that it uses
  std::optional<Contest> contest_;
  std::vector<Runner> contestants_;  // its runners
  std::optional<Instant> delayed_until_;
  std::optional<UseId> waiting_for_;  // a claim that is not ready yet
  int hung_links_ = 0;                // links that timed out
  size_t face_ = 0;                   // the next of the plan's faces
};

}  // namespace amd
