// SPDX-License-Identifier: BSD-3-Clause
// The seam behind which automount points appear in the kernel: autofs mounts,
// the loop-back NFS server.  Implementations: amd/autofs, amd/nfsd.
//
// start_* return at once; `done` is called exactly once, from the loop, never
// from inside start_*.

#pragma once

#include <functional>
#include <string>

#include "amd/base/clock.h"
#include "amd/base/result.h"
#include "amd/tree/names.h"

namespace amd {

// One automount point to be.
struct PointSpec {
  PointId id{};
  std::string path;              // absolute; made (0555, parents) if missing
  std::string source;            // what mount tables show as its device
  Seconds idle{300};             // names unused for so long are offered ...
  Seconds expire_interval{120};  // ... to Names::expire this often
  bool nested = false;           // inside another automount point
};

class FrontEnd {
 public:
  using Done = std::function<void(Result<void>)>;

  virtual ~FrontEnd() = default;
  // Makes spec.path an automount point: names below it are asked for with
  // Names::lookup(spec.id, ...), which may begin before `done`.
  virtual void start_attach(const PointSpec& spec, Done done) = 0;
  // Ends it and removes a directory that start_attach made.  EBUSY when it is
  // in use: it then goes on as before.  Requests that wait are answered.
  virtual void start_detach(PointId point, Done done) = 0;
  // True: names are directories of the front end's own file system, and file
  // systems are mounted on them (autofs).  False: names are symbolic links to
  // where file systems are mounted (loop-back NFS).
  virtual bool mounts_in_place() const = 0;
  // True: the kernel finds idle names and start Names::expire.  False: the
  // tree keeps the time.
  virtual bool finds_idle() const = 0;
};

}  // namespace amd
