// SPDX-License-Identifier: BSD-3-Clause
// A Mounter with a kernel of its own: a table of what is mounted, what is in
// use, and operations that end when the test says so.

#pragma once

#include <cerrno>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "amd/volumes/mounter.h"

namespace amd::test {

class FakeMounter : public Mounter {
 public:
  struct Operation {
    MountOpId id{};
    bool is_mount = false;
    MountSpec spec;
    UnmountForce force = UnmountForce::None;
    Instant deadline{};
  };

  MounterEvents* events = nullptr;
  std::function<void(const Operation&)> on_asked;  // may schedule its end
  std::vector<Operation> pending;                  // oldest first
  std::vector<Operation> asked;                    // everything ever asked for
  // The kernel's truth: what is mounted on a target, the last on top.
  std::map<std::string, std::vector<MountSpec>> mounted;
  std::set<std::string> busy;     // targets that a process uses
  std::set<std::string> foreign;  // mounted by somebody else
  std::set<std::string> torn;     // foreign ones that we were asked to unmount
  std::set<std::string> detached_in_use;

  void start_mount(MountOpId id, const MountSpec& spec,
                   Instant deadline) override {
    pending.push_back({id, true, spec, UnmountForce::None, deadline});
    note_asked();
  }
  void start_unmount(MountOpId id, const MountSpec& spec, UnmountForce force,
                     Instant deadline) override {
    pending.push_back({id, false, spec, force, deadline});
    note_asked();
  }

  // Takes a pending operation out without reporting it.
  std::optional<Operation> take(MountOpId id) {
    for (size_t i = 0; i < pending.size(); ++i) {
      if (pending[i].id == id) return take(i);
    }
    return std::nullopt;
  }
  Operation take(size_t index = 0) {
    Operation operation = pending.at(index);
    pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(index));
    return operation;
  }

  // Carries out a taken operation as a kernel would; does not report.
  Result<void> carry_out(const Operation& operation) {
    const std::string& target = operation.spec.target;
    if (operation.is_mount) {
      mounted[target].push_back(operation.spec);
      return {};
    }
    if (foreign.count(target)) torn.insert(target);
    if (!mounted.count(target)) return {};
    bool is_link =
        std::holds_alternative<SymbolicLink>(mounted[target].back().method);
    bool is_busy = busy.count(target) && !is_link;
    if (is_busy && operation.force != UnmountForce::Detach) {
      return fail(EBUSY, "umount " + target);
    }
    if (is_busy) detached_in_use.insert(target);
    mounted[target].pop_back();
    if (mounted[target].empty()) mounted.erase(target);
    return {};
  }

  void report(const Operation& operation, Result<void> result, Instant now) {
    if (operation.is_mount) {
      events->on_mount_done(operation.id, std::move(result), now);
    } else {
      events->on_unmount_done(operation.id, std::move(result), now);
    }
  }

  // The usual way: the oldest operation is carried out and reported.
  void complete(Instant now, size_t index = 0) {
    Operation operation = take(index);
    report(operation, carry_out(operation), now);
  }
  void complete_all(Instant now) {
    while (!pending.empty()) complete(now);
  }
  void fail_next(int errno_value, Instant now, size_t index = 0) {
    Operation operation = take(index);
    report(operation, fail(errno_value, "mount " + operation.spec.target), now);
  }

  bool is_mounted(const std::string& target) const {
    return mounted.count(target) != 0;
  }
  // "server1:/share", of the topmost.
  std::string source_on(const std::string& target) const {
    auto at = mounted.find(target);
    return at == mounted.end() ? "" : source_of(at->second.back().method);
  }

 private:
  void note_asked() {
    asked.push_back(pending.back());
    if (on_asked) on_asked(asked.back());
  }
};

}  // namespace amd::test
