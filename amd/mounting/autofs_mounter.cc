// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/autofs_mounter.h"

#include <fcntl.h>

#include <utility>

#include "amd/base/escape.h"

namespace amd {

void AutofsMounter::start(
    const MountRequest& request, UniqueFd fd, Instant deadline,
    std::function<void(Result<MountReply>, UniqueFd)> done) {
  HelperJob job;
  job.request = encode(request);
  if (fd) job.fds.push_back(std::move(fd));
  job.deadline = deadline;
  job.done = [done = std::move(done)](Result<HelperReply> result) {
    if (!result) return done(pass(result), UniqueFd());
    done(decode_reply(result->bytes), result->fds->take());
  };
  pool_.start(std::move(job));
}

void AutofsMounter::start_mounting(const MountRequest& request,
                                   const std::string& target, UniqueFd pipe,
                                   Instant deadline, Mounted done) {
  start(request, std::move(pipe), deadline,
        [target, done = std::move(done)](Result<MountReply> reply,
                                         UniqueFd control) {
          if (!reply) return done(pass(reply));
          if (reply->error != 0) {
            const std::string what =
                reply->what.empty() ? "" : " (" + reply->what + ")";
            return done(
                fail(reply->error, "mount autofs on " + escape(target) + what));
          }
          done(AutofsMounted{std::move(control), reply->device, reply->made,
                             reply->was_in_use});
        });
}

void AutofsMounter::start_mount(const AutofsMountRequest& request,
                                UniqueFd pipe, Instant deadline, Mounted done) {
  start_mounting(request, request.target, std::move(pipe), deadline,
                 std::move(done));
}

void AutofsMounter::start_adopt(const AutofsAdoptRequest& request,
                                UniqueFd pipe, Instant deadline, Mounted done) {
  start_mounting(request, request.target, std::move(pipe), deadline,
                 std::move(done));
}

void AutofsMounter::start_unmount(const AutofsUnmountRequest& request,
                                  Instant deadline, Unmounted done) {
  start(request, {}, deadline,
        [target = request.target, done = std::move(done)](
            Result<MountReply> reply, UniqueFd control) {
          if (!reply) return done(pass(reply), std::move(control));
          if (reply->error != 0)
            return done(fail(reply->error, "unmount " + escape(target)),
                        std::move(control));
          done({}, UniqueFd());
        });
}

void AutofsMounter::start_remove(const std::string& target, Instant deadline,
                                 std::function<void(int errno_value)> done) {
  UnmountRequest request;
  request.target = target;
  request.may_be_link = true;
  start(request, {}, deadline,
        [done = std::move(done)](Result<MountReply> reply, UniqueFd) {
          done(reply ? reply->error : reply.error().code.value());
        });
}

void AutofsMounter::start_expire(int control, std::uint32_t how,
                                 Instant deadline, Expired done) {
  UniqueFd lent(::fcntl(control, F_DUPFD_CLOEXEC, 0));
  start(AutofsExpireRequest{how}, std::move(lent), deadline,
        [done = std::move(done)](Result<MountReply> reply, UniqueFd) {
          done(reply ? reply->error : reply.error().code.value());
        });
}

}  // namespace amd
