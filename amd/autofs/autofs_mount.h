// SPDX-License-Identifier: BSD-3-Clause
// One automount point: its autofs mount, its pipe, its expiry.
//
// Used by AutofsFrontEnd, which owns it and the requests' identities.  Calls
// return at once.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "amd/autofs/descriptor_keep.h"
#include "amd/autofs/directory_lock.h"
#include "amd/autofs/packet.h"
#include "amd/autofs/pending_journal.h"
#include "amd/base/loop.h"
#include "amd/mounting/autofs_device.h"
#include "amd/mounting/autofs_mounter.h"
#include "amd/mounting/mount_table.h"
#include "amd/tree/front_end.h"

namespace amd {

// What all mounts share; outlives them.
struct AutofsShared {
  Loop& loop;
  AutofsDevice& device;
  AutofsMounter& mounter;
  DescriptorKeep* keep = nullptr;  // null: nothing survives this process
  std::string state_dir;           // of the locks
  // The mount table as this process found it.
  const MountTable& found;
};

class AutofsMount {
 public:
  using Slot = PendingJournal::Slot;
  // Who decides about requests.  A request is named by its slot until it is
  // answered.
  class Host {
   public:
    virtual ~Host() = default;
    virtual void on_request(AutofsMount& mount, Slot slot,
                            const AutofsPacket& packet) = 0;
    // The requests that are open will not be answered through this mount any
    // more; their slots will be used again.
    virtual void on_requests_void(AutofsMount& mount) = 0;
    virtual void on_lost(AutofsMount& mount, const Error& why) = 0;
  };

  AutofsMount(AutofsShared& shared, Host& host, PointSpec spec);
  ~AutofsMount();

  const PointSpec& spec() const { return spec_; }

  // Makes it an autofs mount, or goes on with the one that is there.
  void start(FrontEnd::Done done);
  // Unmounts it.  EBUSY with the reason: it goes on as before.
  void stop(FrontEnd::Done done);
  // Lets it stand without anybody who serves it: names that are not mounted
  // do not exist.
  void leave();

  // 0 or an errno.  Answers a request that is open; ignores any other.
  void answer(Slot slot, int errno_value);

 private:
  bool adopt_kept();
  bool adopt_parts(std::vector<Kept> parts);
  bool is_found(std::uint64_t device) const;
  Result<void> check_owner(const MountEntry& entry) const;
  void adopt_mounted(std::uint64_t device, FrontEnd::Done done);
  void mount_new(FrontEnd::Done done);
  Result<UniqueFd> make_pipe();  // the write end
  void on_mounted(Result<AutofsMounted> mounted, bool is_new,
                  const FrontEnd::Done& done);
  void begin();
  void note_leftovers();
  std::string kept_name(const char* part) const;
  void keep_all();
  void drop_kept();
  void report_later(FrontEnd::Done done, Result<void> result);

  void watch();
  void on_readable();
  void on_packet(Slot slot);
  void on_pipe_closed();
  void send_answer(Slot slot, int errno_value);
  void answer_all(int errno_value);
  // Unmounts `rest` from its end on, then `last`; 0 or the first errno.
  void remove(std::vector<std::string> rest, std::function<void(int)> done);
  void expire_leftover(Slot slot, const std::string& name);

  void arm_scan(Instant when);
  void scan();
  void on_expired(int errno_value);
  void unmount(FrontEnd::Done done);
  void on_unmounted(Result<void> result, UniqueFd control,
                    const FrontEnd::Done& done);
  std::string why_busy() const;

  AutofsShared& shared_;
  Host& host_;
  PointSpec spec_;
  std::optional<DirectoryLock> lock_;
  std::optional<PendingJournal> journal_;
  UniqueFd pipe_;
  std::unique_ptr<Watch> watch_;  // of pipe_
  AutofsMounted mounted_;
  bool is_kept_ = false;      // a successor will find it
  bool is_ready_ = false;     // mounted, and not about to be unmounted
  bool is_scanning_ = false;  // a helper asks the kernel for idle names
  unsigned offers_ = 0;       // of this scan
  std::unique_ptr<Timer> scan_timer_;
  FrontEnd::Done stop_after_scan_;
  // After an adoption: mounts that a predecessor made, by name, the innermost
  // last; and the names that are ours since.
  bool is_adopted_ = false;
  std::map<std::string, std::vector<std::string>> leftovers_;
  std::unordered_set<std::string> ours_;
  std::shared_ptr<bool> alive_;
};

}  // namespace amd
