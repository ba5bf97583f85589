// SPDX-License-Identifier: BSD-3-Clause
// A map in a file.
//
// The file is read whole (a mapped file that is cut short under us would kill
// the daemon) and indexed; entries are parsed by whoever asks for them.  A
// change is noticed at the next look-up, at most once a second.  A file that
// cannot be read, or is being written just now, leaves the last good state in
// force: one warning, and another line when it is well again.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "amd/base/clock.h"
#include "amd/sources/map_check.h"
#include "amd/tree/map_source.h"

namespace amd {

// Runs a task from the loop, after the current callback has returned.
using Post = std::function<void(std::function<void()>)>;

enum class MapSyntax { Amd, Sun };

class FileSource : public MapSource {
 public:
  // `path` is read when first needed.  `clock` outlives this; this outlives
  // every run of the loop behind `post`.
  FileSource(MapName name, std::string path, const Clock& clock, Post post,
             MapSyntax syntax = MapSyntax::Amd);
  ~FileSource() override;

  void start_lookup(const MapKey& key, LookupDone done) override;
  void start_list(ListDone done) override;
  void reload() override;
  const MapName& name() const override { return name_; }
  MapInfo info() const override;

 private:
  struct Contents;
  struct Stamp;

  void refresh();
  Result<std::unique_ptr<Contents>> read() const;
  void note_failure(Error error);
  void check_later();
  Result<std::optional<MapEntryText>> find(const MapKey& key);

  MapName name_;
  std::string path_;
  const Clock& clock_;
  Post post_;
  MapSyntax syntax_;
  std::unique_ptr<Contents> contents_;  // the last good state
  std::unique_ptr<MapCheck> check_;     // of it, while under way
  std::optional<Error> error_;          // why that is not the newest state
  std::optional<Instant> checked_at_;
  int reloads_ = 0;
};

}  // namespace amd
