// SPDX-License-Identifier: BSD-3-Clause
#include "amd/autofs/autofs_front_end.h"

#include <cerrno>
#include <utility>

#include "amd/base/escape.h"
#include "amd/base/log.h"

namespace amd {

AutofsFrontEnd::AutofsFrontEnd(Loop& loop, AutofsDevice device,
                               HelperPool& pool, DescriptorKeep* keep,
                               MountTable found, Settings settings)
    : device_(std::move(device)),
      mounter_(pool),
      found_(std::move(found)),
      shared_{loop,  device_, mounter_, keep, std::move(settings.state_dir),
              found_},
      alive_(std::make_shared<bool>(true)) {
}

AutofsFrontEnd::~AutofsFrontEnd() = default;

void AutofsFrontEnd::start_attach(const PointSpec& spec, Done done) {
  const auto key = static_cast<std::uint32_t>(spec.id);
  auto mount = std::make_unique<AutofsMount>(
      shared_, static_cast<AutofsMount::Host&>(*this), spec);
  AutofsMount& ref = *mount;
  mounts_[key] = std::move(mount);
  const std::weak_ptr<bool> alive = alive_;
  ref.start([this, alive, key, done = std::move(done)](Result<void> result) {
    if (alive.expired()) return;
    if (!result) bury(key);
    done(std::move(result));
  });
}

void AutofsFrontEnd::start_detach(PointId point, Done done) {
  const auto key = static_cast<std::uint32_t>(point);
  const auto found = mounts_.find(key);
  const std::weak_ptr<bool> alive = alive_;
  if (found == mounts_.end()) {
    shared_.loop.post([alive, done = std::move(done)] {
      if (!alive.expired()) done({});
    });
    return;
  }
  found->second->stop(
      [this, alive, key, done = std::move(done)](Result<void> result) {
        if (alive.expired()) return;
        if (result) bury(key);
        done(std::move(result));
      });
}

void AutofsFrontEnd::leave_all() {
  for (const auto& [key, mount] : mounts_) mount->leave();
  requests_.clear();
}

void AutofsFrontEnd::on_request(AutofsMount& mount, AutofsMount::Slot slot,
                                const AutofsPacket& packet) {
  const std::uint64_t token = ++last_token_;
  requests_.emplace(token, Request{&mount, slot});
  LookupReply reply(*this, token);
  const PointId point = mount.spec().id;
  if (packet.kind == AutofsPacket::Kind::Expire) {
    names_->expire(point, packet.name, std::move(reply));
    return;
  }
  Requester who;
  who.uid = packet.uid;
  who.gid = packet.gid;
  names_->lookup(point, packet.name, who, std::move(reply));
}

void AutofsFrontEnd::on_requests_void(AutofsMount& mount) {
  std::erase_if(requests_,
                [&](const auto& r) { return r.second.mount == &mount; });
}

void AutofsFrontEnd::on_lost(AutofsMount& mount, const Error& why) {
  const PointId point = mount.spec().id;
  bury(static_cast<std::uint32_t>(point));
  names_->on_point_lost(point, why);
}

void AutofsFrontEnd::bury(std::uint32_t key) {
  auto ended = mounts_.extract(key);
  if (ended.empty()) return;
  on_requests_void(*ended.mapped());
  ended_.push_back(std::move(ended.mapped()));
  const std::weak_ptr<bool> alive = alive_;
  shared_.loop.post([this, alive] {
    if (!alive.expired()) ended_.clear();
  });
}

void AutofsFrontEnd::answer(std::uint64_t token, int errno_value) {
  const auto found = requests_.find(token);
  if (found == requests_.end()) return;  // its mount is gone, and who waited
  const Request request = found->second;
  requests_.erase(found);
  request.mount->answer(request.slot, errno_value);
}

}  // namespace amd
