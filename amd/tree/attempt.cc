// SPDX-License-Identifier: BSD-3-Clause

#include "amd/tree/attempt.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"
#include "amd/fstypes/nfs.h"
#include "amd/tree/errno_for.h"
#include "maplang/eval/key_order.h"
#include "maplang/syntax/parse.h"

namespace amd {
namespace {

// An answer may raise further questions; a map that never ends asking is cut
// off here.
constexpr int kMaxRounds = 8;

// Helpers that may hang one after another before a link is given up.
constexpr int kMaxHungLinks = 4;

WorldQuestion to_world(const maplang::Question& question) {
  WorldQuestion asked;
  asked.argument = question.argument;
  asked.argument2 = question.argument2;
  switch (question.kind) {
    case maplang::Question::Kind::Exists:
      asked.kind = WorldQuestion::Kind::Exists;
      break;
    case maplang::Question::Kind::Netgroup:
      asked.kind = WorldQuestion::Kind::Netgroup;
      break;
    case maplang::Question::Kind::HostNames:
      asked.kind = WorldQuestion::Kind::HostNames;
      break;
  }
  return asked;
}

std::string decimal(const std::optional<std::uint32_t>& id) {
  return id ? std::to_string(*id) : std::string();
}

ProbeRequest request_for(const Plan& plan, const NfsReplica& replica) {
  ProbeRequest request;
  request.replica = replica;
  bool is_user = std::holds_alternative<UserNfsMount>(plan.mount->method);
  request.version = is_user ? 3 : plan.nfs_version;  // the engine speaks v3
  request.protocol = plan.nfs_protocol;
  request.public_handle = plan.web_nfs;
  return request;
}

std::string subject_of(const NfsReplica& replica) {
  return replica.server + ":" + replica.path;
}

}  // namespace

// A callback for a seam: it finds its way back by id, or falls on the floor
// when the attempt is gone.
template <class Event>
auto Attempt::later(Event event) {
  return [host = &seams_.host, id = input_.id, event](auto result) {
    host->drive(id, [&](Attempt& attempt, Instant now) {
      event(attempt, std::move(result), now);
    });
  };
}

Attempt::Attempt(const AttemptSeams& seams, AttemptInput input)
    : seams_(seams), input_(std::move(input)) {
  key_ =
      input_.point.key_prefix + maplang::expand_name(input_.name, seams_.facts);
}

void Attempt::start() {
  ask_map(MapKey(key_), entry_answer_);
  if (input_.point.map_defaults) {
    defaults_answer_ = std::optional<MapEntryText>();
  } else {
    ask_map(MapKey("/defaults"), defaults_answer_);
  }
}

void Attempt::ask_map(const MapKey& key, std::optional<Found>& answer) {
  bool is_entry = &answer == &entry_answer_;
  input_.source.start_lookup(
      key, later([is_entry](Attempt& self, Found found, Instant now) {
        (is_entry ? self.entry_answer_ : self.defaults_answer_) =
            std::move(found);
        self.on_map_answer(now);
      }));
}

void Attempt::on_map_answer(Instant now) {
  if (step_ != Step::AskMap || !entry_answer_) return;
  if (!*entry_answer_) return end(entry_answer_->error());
  if (!**entry_answer_) {
    log::map("No map entry for {}", escape(key_));
    return end(Error(Errc::KeyNotFound, key_));
  }
  if (!defaults_answer_) return;
  MapEntryText& text = ***entry_answer_;
  if (*defaults_answer_ && **defaults_answer_) {
    defaults_ = (**defaults_answer_)->value;
  }
  maplang::ParsedEntry parsed =
      maplang::parse_entry(text.value, std::move(text.origin));
  entry_ = std::move(parsed.entry);
  if (!text.is_checked) log_diagnostics(parsed.diagnostics);
  ask_world(now);
}

maplang::LookupFacts Attempt::lookup_facts() const {
  maplang::LookupFacts facts;
  facts.key = key_;
  facts.path = input_.path;
  facts.map = input_.point.map.name;
  facts.uid = decimal(input_.who.uid);
  facts.gid = decimal(input_.who.gid);
  facts.parent_prefix = input_.point.key_prefix;
  facts.inherited_defaults = input_.point.inherited_defaults;
  facts.map_defaults = input_.point.map_defaults;
  return facts;
}

void Attempt::ask_world(Instant now) {
  step_ = Step::AskWorld;
  std::vector<maplang::Question> questions = maplang::questions(
      entry_, defaults_, seams_.facts, lookup_facts(), answers_);
  if (questions.empty() || ++rounds_ > kMaxRounds) {
    return choose_locations(now);
  }
  open_questions_ = questions.size();
  for (const maplang::Question& question : questions) {
    seams_.world.start_ask(
        to_world(question),
        later([question](Attempt& self, const Result<WorldAnswer>& answer,
                         Instant at) {
          self.on_world_answer(question, answer, at);
        }));
  }
}

void Attempt::on_world_answer(const maplang::Question& question,
                              const Result<WorldAnswer>& answer, Instant now) {
  if (step_ != Step::AskWorld) return;
  maplang::Answer& known = answers_[question];
  if (answer) {
    known.truth = answer->truth;
    known.names = answer->texts;
  } else {
    log::warning("\"{}\": {}: {}, taken as false", escape(input_.path),
                 escape(question.argument), answer.error().message());
  }
  if (--open_questions_ == 0) ask_world(now);
}

void Attempt::choose_locations(Instant now) {
  maplang::Choice choice = maplang::choose(entry_, defaults_, seams_.facts,
                                           lookup_facts(), answers_);
  log_diagnostics(choice.diagnostics);
  for (const maplang::RejectedLocation& rejected : choice.rejected) {
    log::print(rejected.is_misfit ? log::Level::User : log::Level::Map,
               "Map entry {} for {} did not match: {}",
               escape(rejected.location.origin), escape(input_.path),
               escape(rejected.reason));
  }
  if (choice.chosen.empty()) {
    return end(Error(Errc::NoLocationMatched, key_));
  }
  PlanSettings settings = seams_.settings.plan;
  settings.nfs_engine = input_.point.nfs_engine;
  PlanContext context;
  context.path = input_.path;
  context.in_place = input_.in_place;
  context.map_name = input_.point.map.name;
  context.key_prefix = input_.point.key_prefix;
  context.name = input_.name;
  Candidates candidates = make_candidates(choice.chosen, settings, context);
  for (Unfit& unfit : candidates.unfit) {
    failures_.push_back({unfit.origin, "", std::move(unfit.why)});
  }
  plans_ = std::move(candidates.plans);
  is_tried_.assign(plans_.size(), false);
  size_t copies = 0;
  for (const Plan& plan : plans_) {
    copies += plan.replicas.size();
    for (const NfsReplica& replica : plan.replicas) {
      outcome_.servers.push_back(replica.server);
    }
  }
  outcome_.has_alternatives = plans_.size() > 1 || copies > 1;
  try_next(now);
}

// The first location that was not tried; NFS locations in a row together.
void Attempt::try_next(Instant now) {
  auto at = std::find(is_tried_.begin(), is_tried_.end(), false);
  if (at == is_tried_.end()) {
    std::vector<Error> errors;
    for (const AttemptFailure& failure : failures_) {
      errors.push_back(failure.why);
    }
    return end(errno_error(errno_for(errors), "no location works"));
  }
  auto index = static_cast<size_t>(at - is_tried_.begin());
  if (now < input_.started + plans_[index].delay) {
    step_ = Step::Delay;
    delayed_until_ = input_.started + plans_[index].delay;
    return;
  }
  if (plans_[index].replicas.empty()) return begin(index, now);
  start_race(index, now);
}

void Attempt::start_race(size_t first, Instant now) {
  step_ = Step::Race;
  contestants_.clear();
  std::vector<ProbeRequest> requests;
  for (size_t i = first; i < plans_.size(); ++i) {
    if (is_tried_[i]) continue;
    const Plan& plan = plans_[i];
    if (plan.replicas.empty() || now < input_.started + plan.delay) break;
    for (size_t r = 0; r < plan.replicas.size(); ++r) {
      if (spent_.count({i, r})) continue;
      requests.push_back(request_for(plan, plan.replicas[r]));
      contestants_.push_back({i, r});
    }
  }
  const TreeSettings& settings = seams_.settings;
  contest_.emplace(
      seams_.contest, std::move(requests), input_.point.server_order,
      Contest::Limits{settings.race_limit, settings.race_limit_down},
      [host = &seams_.host, id = input_.id](ProbeId probe, auto answer) {
        host->drive(id, [&](Attempt& self, Instant at) {
          self.on_probe(probe, std::move(answer), at);
        });
      });
  contest_->start(now);
}

void Attempt::on_probe(ProbeId probe, Result<ServerProbe::Answer> answer,
                       Instant now) {
  if (step_ != Step::Race) return;
  contest_->on_answer(probe, std::move(answer), now);
  check_race(now);
}

void Attempt::check_race(Instant now) {
  if (!contest_->is_over()) return;
  std::optional<Contest::Winner> winner = contest_->winner();
  std::vector<Runner> contestants = std::exchange(contestants_, {});
  for (size_t i = 0; i < contestants.size(); ++i) {
    if (!contest_->failure(i)) continue;
    failures_.push_back({plans_[contestants[i].plan].origin,
                         subject_of(contest_->replica(i)),
                         *contest_->failure(i)});
    note_spent(contestants[i]);
  }
  contest_.reset();
  if (!winner) return try_next(now);
  server_ = contestants[winner->runner];
  set_server(winner->answer.replica, winner->answer.version,
             seams_.facts.networks, plans_[server_->plan]);
  begin(server_->plan, now);
}

// A server failed; its plan has, when all have.
void Attempt::note_spent(const Runner& runner) {
  spent_.insert(runner);
  size_t replicas = plans_[runner.plan].replicas.size();
  for (size_t r = 0; r < replicas; ++r) {
    if (!spent_.count({runner.plan, r})) return;
  }
  is_tried_[runner.plan] = true;
}

void Attempt::begin(size_t index, Instant now) {
  current_ = index;
  const Plan& plan = plans_[index];
  log::map("Trying mount of {} on {} fstype {}", escape(plan.info),
           escape(input_.path), escape(plan.type));
  if (plan.nested) return attach(now);
  if (!plan.must_exist.empty()) return check_target();
  mount(now);
}

void Attempt::check_target() {
  step_ = Step::CheckTarget;
  WorldQuestion question;
  question.kind = WorldQuestion::Kind::Exists;
  question.argument = plans_[current_].must_exist;
  seams_.world.start_ask(
      question,
      later([](Attempt& self, const Result<WorldAnswer>& answer, Instant at) {
        if (self.step_ != Step::CheckTarget) return;
        if (answer && answer->truth) return self.mount(at);
        self.fail_location(
            answer ? errno_error(ENOENT, self.plans_[self.current_].must_exist)
                   : answer.error(),
            at);
      }));
}

void Attempt::attach(Instant now) {
  step_ = Step::Attach;
  // A volume that would not go must not be unmounted over the new point.
  if (seams_.volumes.is_taken(input_.path)) {
    return fail_location(errno_error(EBUSY, input_.path), now);
  }
  Result<PointId> point = seams_.host.start_nested(
      input_.id, *plans_[current_].nested,
      later([](Attempt& self, const Result<void>& done, Instant at) {
        if (self.step_ != Step::Attach) return;
        if (done) return self.succeed();
        self.outcome_.nested.reset();
        self.fail_location(done.error(), at);
      }));
  if (!point) return fail_location(point.error(), now);
  outcome_.nested = *point;
}

Instant Attempt::deadline_of(const MountMethod& method, Instant now) const {
  const TreeSettings& settings = seams_.settings;
  Instant end = input_.started + settings.access_deadline;
  if (std::holds_alternative<ProgramMount>(method)) return end;
  bool is_local = std::holds_alternative<BindMount>(method) ||
                  std::holds_alternative<SymbolicLink>(method);
  return std::min(end, now + (is_local ? settings.local_deadline
                                       : settings.mount_deadline));
}

void Attempt::mount(Instant now) {
  step_ = Step::Mount;
  face_ = 0;
  const Plan& plan = plans_[current_];
  if (!plan.mount) return show(now);
  auto acquired = seams_.volumes.acquire(
      *plan.mount, deadline_of(plan.mount->method, now), now);
  if (!acquired) return fail_location(acquired.error(), now);
  outcome_.mount = acquired->use;
  if (acquired->is_ready) return show(now);
  waiting_for_ = acquired->use;
}

// Puts something at the name that leads to what was mounted elsewhere.
void Attempt::show(Instant now) {
  step_ = Step::Face;
  const Plan& plan = plans_[current_];
  Error why = errno_error(ENOENT, plan.info);
  for (; face_ < plan.faces.size(); ++face_) {
    auto acquired = seams_.volumes.acquire(
        plan.faces[face_], deadline_of(plan.faces[face_].method, now), now);
    if (!acquired) {
      why = acquired.error();
      continue;
    }
    outcome_.face = acquired->use;
    if (acquired->is_ready) return succeed();
    waiting_for_ = acquired->use;
    return;
  }
  if (plan.faces.empty()) return succeed();
  fail_location(std::move(why), now);
}

void Attempt::on_volume_ready(UseId use, const Result<void>& result,
                              Instant now) {
  if (waiting_for_ != use) return;
  waiting_for_.reset();
  if (step_ == Step::Mount) {
    if (result) return show(now);
    outcome_.mount.reset();
    return fail_location(result.error(), now);
  }
  if (result) return succeed();
  outcome_.face.reset();
  // Making a link waits for no server: it is the helper that hangs, and the
  // next try has another one.
  const std::vector<MountSpec>& faces = plans_[current_].faces;
  bool is_helper = result.error().code == std::errc::timed_out &&
                   std::holds_alternative<SymbolicLink>(faces[face_].method);
  if (is_helper && ++hung_links_ <= kMaxHungLinks) return show(now);
  if (++face_ < faces.size()) return show(now);
  fail_location(result.error(), now);
}

// The location that is being carried out did not do.
void Attempt::fail_location(Error why, Instant now) {
  Plan& plan = plans_[current_];
  log::debug("\"{}\": {}: {}", escape(input_.path), escape(plan.info),
             why.message());
  failures_.push_back({plan.origin, plan.info, std::move(why)});
  if (outcome_.mount) seams_.volumes.release(*outcome_.mount, now);
  outcome_.mount.reset();
  waiting_for_.reset();
  // Other servers of the same location may still do.
  if (server_ && server_->plan == current_) {
    note_spent(*server_);
  } else {
    is_tried_[current_] = true;
  }
  try_next(now);
}

void Attempt::on_server_up(const std::string& server, Instant now) {
  if (step_ == Step::Race) contest_->on_server_up(server, now);
}

void Attempt::on_time(Instant now) {
  if (is_over()) return;
  if (now >= input_.started + seams_.settings.access_deadline) {
    return end(errno_error(ETIMEDOUT, "no answer in time"));
  }
  if (step_ == Step::Delay && delayed_until_ && now >= *delayed_until_) {
    delayed_until_.reset();
    return try_next(now);
  }
  if (step_ != Step::Race) return;
  contest_->on_time(now);
  check_race(now);
}

std::optional<Instant> Attempt::next_deadline() const {
  if (is_over()) return std::nullopt;
  Instant next = input_.started + seams_.settings.access_deadline;
  if (step_ == Step::Delay && delayed_until_) {
    next = std::min(next, *delayed_until_);
  }
  if (step_ == Step::Race) {
    next = std::min(next, contest_->next_deadline().value_or(next));
  }
  return next;
}

void Attempt::succeed() {
  step_ = Step::Over;
  outcome_.plan = plans_[current_];
}

void Attempt::end(Error why) {
  step_ = Step::Over;
  contest_.reset();
  outcome_.error = std::move(why);
}

void Attempt::log_diagnostics(
    const std::vector<maplang::Diagnostic>& diagnostics) {
  for (const maplang::Diagnostic& d : diagnostics) {
    seams_.host.tell_author(
        fmt::format("{}: {}: {} [{}]",
                    maplang::to_text(entry_.origin.source, d.range.begin),
                    maplang::name_of(d.severity), d.message, d.category));
  }
}

AttemptOutcome Attempt::take_outcome() {
  return std::exchange(outcome_, AttemptOutcome{});
}

}  // namespace amd
