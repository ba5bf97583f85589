// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/carry_out.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include "amd/mounting/autofs_device.h"
#include "amd/mounting/run_program.h"
#include "amd/mounting/target.h"

namespace amd {

namespace {

MountReply failed(int error, std::string what = {}) {
  MountReply reply;
  reply.error = error;
  reply.what = std::move(what);
  return reply;
}

// Makes the target, calls `mount` (0 or an errno), and takes the target away
// again if that failed.
template <class Mount>
MountReply mount_on(const std::string& target, Mount mount) {
  MountReply reply;
  reply.error = make_target(target, reply.made);
  if (reply.error != 0) {
    reply.what = "mkdir";
  } else {
    reply.error = mount();
  }
  if (reply.error != 0) {
    remove_target(target, reply.made);
    reply.made = 0;
  }
  return reply;
}

int errno_if(bool is_failure) {
  return is_failure ? errno : 0;
}

// st_dev without asking the file system anything.
int device_of(const std::string& path, std::uint64_t& device) {
  struct statx status {};
  if (::statx(AT_FDCWD, path.c_str(),
              AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, 0,
              &status) != 0)
    return errno;
  device = makedev(status.stx_dev_major, status.stx_dev_minor);
  return 0;
}

// --- bind and link -----------------------------------------------------------

std::uint64_t attributes_of(std::uint64_t flags) {
  std::uint64_t attributes = 0;
  if (flags & MS_RDONLY) attributes |= MOUNT_ATTR_RDONLY;
  if (flags & MS_NOSUID) attributes |= MOUNT_ATTR_NOSUID;
  if (flags & MS_NODEV) attributes |= MOUNT_ATTR_NODEV;
  if (flags & MS_NOEXEC) attributes |= MOUNT_ATTR_NOEXEC;
  if (flags & MS_NODIRATIME) attributes |= MOUNT_ATTR_NODIRATIME;
  return attributes;
}

// A bind mount with attributes of its own, in place only once it has them.
int bind_with(const BindRequest& r, std::uint64_t attributes) {
  const UniqueFd tree(::open_tree(AT_FDCWD, r.source.c_str(),
                                  OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));
  if (!tree) return errno;
  mount_attr set{};
  set.attr_set = attributes;
  if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH, &set, sizeof set) != 0)
    return errno;
  return errno_if(::move_mount(tree.get(), "", AT_FDCWD, r.target.c_str(),
                               MOVE_MOUNT_F_EMPTY_PATH) != 0);
}

int bind(const BindRequest& r) {
  if (const auto attributes = attributes_of(r.flags))
    return bind_with(r, attributes);
  return errno_if(::mount(r.source.c_str(), r.target.c_str(), nullptr, MS_BIND,
                          nullptr) != 0);
}

bool is_link_to(const std::string& target, const std::string& text) {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t n = ::readlink(target.c_str(), buffer.data(), buffer.size());
  return n >= 0 && std::string_view(buffer.data(), static_cast<size_t>(n)) ==
                       std::string_view(text);
}

// Whatever a former life left there that can be removed without loss.
bool remove_leftover(const std::string& target) {
  if (!is_in_autofs(target)) return false;
  return ::unlink(target.c_str()) == 0 || ::rmdir(target.c_str()) == 0;
}

MountReply make_link(const std::string& text, const std::string& target) {
  MountReply reply;
  const auto link = [&] {
    return errno_if(::symlink(text.c_str(), target.c_str()) != 0);
  };
  reply.error = link();
  if (reply.error == ENOENT) {
    reply.error = make_parents(target, reply.made);
    if (reply.error == 0) reply.error = link();
    if (reply.error == 0 && reply.made != 0) ++reply.made;
  }
  if (reply.error == EEXIST) {
    if (is_link_to(target, text))
      reply.error = 0;
    else if (remove_leftover(target))
      reply.error = link();
  }
  if (reply.error != 0) reply.what = "symlink";
  return reply;
}

bool is_bad_bind_source(int error) {
  return error == ENOENT || error == ENOTDIR || error == ELOOP ||
         error == EINVAL;
}

MountReply perform(const BindRequest& r, UniqueFd&, UniqueFd&) {
  struct stat status {};
  // amd shows a link that leads to a link as a link.
  if (r.link_instead && ::lstat(r.source.c_str(), &status) == 0 &&
      S_ISLNK(status.st_mode))
    return make_link(r.source, r.target);
  MountReply reply = mount_on(r.target, [&] { return bind(r); });
  if (r.link_instead && is_bad_bind_source(reply.error))
    return make_link(r.source, r.target);
  return reply;
}

MountReply perform(const LinkRequest& r, UniqueFd&, UniqueFd&) {
  return make_link(r.text, r.target);
}

// --- file systems of the kernel ----------------------------------------------

bool is_statd_running() {
  const auto close = [](FILE* f) { std::fclose(f); };
  const std::unique_ptr<FILE, decltype(close)> file(
      std::fopen("/run/rpc.statd.pid", "re"), close);
  std::array<char, 32> line{};
  if (!file || std::fgets(line.data(), line.size(), file.get()) == nullptr)
    return false;
  const int pid = std::atoi(line.data());
  return pid > 0 && ::kill(pid, 0) == 0;
}

// This host's address towards `server`; nothing is sent.
std::string address_towards(const std::string& server) {
  sockaddr_storage address{};
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address);
  const bool is_v4 = ::inet_pton(AF_INET, server.c_str(), &v4->sin_addr) == 1;
  if (!is_v4 && ::inet_pton(AF_INET6, server.c_str(), &v6->sin6_addr) != 1)
    return {};
  address.ss_family = is_v4 ? AF_INET : AF_INET6;
  (is_v4 ? v4->sin_port : v6->sin6_port) = htons(2049);
  const UniqueFd fd(::socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (::connect(fd.get(), any, is_v4 ? sizeof *v4 : sizeof *v6) != 0 ||
      ::getsockname(fd.get(), any, &size) != 0)
    return {};
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = is_v4 ? static_cast<const void*>(&v4->sin_addr)
                            : static_cast<const void*>(&v6->sin6_addr);
  if (::inet_ntop(address.ss_family, bytes, text.data(), text.size()) ==
      nullptr)
    return {};
  return text.data();
}

MountReply perform(const KernelRequest& r, UniqueFd&, UniqueFd&) {
  std::string more;
  if (r.nolock_without_statd && !is_statd_running()) more += ",nolock";
  if (!r.client_address_for.empty()) {
    const std::string own = address_towards(r.client_address_for);
    if (!own.empty()) more += ",clientaddr=" + own;
  }
  return mount_on(r.target, [&] {
    int error = EINVAL;
    for (const std::string& data : r.data) {
      error =
          errno_if(::mount(r.source.c_str(), r.target.c_str(), r.fstype.c_str(),
                           r.flags, (data + more).c_str()) != 0);
      if (error != EPROTONOSUPPORT && error != EINVAL) break;
    }
    return error;
  });
}

MountReply perform(const FuseRequest& r, UniqueFd&, UniqueFd& returned) {
  UniqueFd fuse(::open("/dev/fuse", O_RDWR | O_CLOEXEC));
  if (!fuse) return failed(errno, "open /dev/fuse");
  const std::string data = "fd=" + std::to_string(fuse.get()) +
                           ",rootmode=40000,user_id=0,group_id=0,allow_other,"
                           "default_permissions";
  MountReply reply = mount_on(r.target, [&] {
    return errno_if(::mount(r.source.c_str(), r.target.c_str(), "fuse.amd2",
                            r.flags, data.c_str()) != 0);
  });
  if (reply.error != 0) return reply;
  // The root of a FUSE mount is known without a question to its server.
  if (const int e = device_of(r.target, reply.device)) {
    ::umount2(r.target.c_str(), MNT_DETACH);
    remove_target(r.target, reply.made);
    return failed(e, "statx");
  }
  returned = std::move(fuse);
  return reply;
}

MountReply perform(const ProgramRequest& r, UniqueFd&, UniqueFd&) {
  MountReply reply;
  reply.error = run_program(r.words, Milliseconds(r.timeout_ms), reply.output);
  return reply;
}

// --- unmounting --------------------------------------------------------------

MountReply perform(const UnmountRequest& r, UniqueFd&, UniqueFd&) {
  int error = errno_if(::umount2(r.target.c_str(), static_cast<int>(r.flags) |
                                                       UMOUNT_NOFOLLOW) != 0);
  // Not a mount point, or not there: that is what was wanted.
  if (error == EINVAL || error == ENOENT) {
    struct stat status {};
    const bool is_link = error == EINVAL && r.may_be_link &&
                         ::lstat(r.target.c_str(), &status) == 0 &&
                         S_ISLNK(status.st_mode);
    error = is_link ? errno_if(::unlink(r.target.c_str()) != 0) : 0;
    if (is_link && r.made > 1) {
      remove_target(r.target.substr(0, r.target.rfind('/')),
                    static_cast<std::uint8_t>(r.made - 1));
    }
    if (is_link) return failed(error, "unlink");
  }
  if (error != 0) return failed(error);
  // What stands in an autofs directory is ours, whoever made it.
  const bool is_ours = r.made != 0 || is_in_autofs(r.target);
  remove_target(r.target, is_ours ? std::max<std::uint8_t>(r.made, 1) : 0);
  return {};
}

// --- autofs ------------------------------------------------------------------

// Opened once: a helper process lives for many requests.
AutofsDevice* autofs_device(MountReply& reply) {
  static std::optional<AutofsDevice> device;
  if (!device) {
    auto opened = AutofsDevice::open();
    if (!opened) {
      reply.error = opened.error().code.value();
      reply.what = opened.error().context;
      return nullptr;
    }
    device = std::move(*opened);
  }
  return &*device;
}

bool is_empty_directory(const std::string& path) {
  DIR* dir = ::opendir(path.c_str());
  if (dir == nullptr) return true;
  int entries = 0;
  while (entries <= 2 && ::readdir(dir) != nullptr) ++entries;
  ::closedir(dir);
  return entries <= 2;
}

void open_control(AutofsDevice& device, const std::string& target,
                  MountReply& reply, UniqueFd& returned) {
  auto control = device.open_mount(target, reply.device);
  if (control) {
    returned = std::move(*control);
  } else {
    reply.error = control.error().code.value();
    reply.what = "open its control";
  }
}

MountReply perform(const AutofsMountRequest& r, UniqueFd& sent,
                   UniqueFd& returned) {
  MountReply reply;
  AutofsDevice* const device = autofs_device(reply);
  if (device == nullptr) return reply;
  const std::string data = "fd=" + std::to_string(sent.get()) +
                           ",pgrp=" + std::to_string(r.process_group) +
                           ",minproto=5,maxproto=5,indirect";
  bool was_in_use = false;
  reply = mount_on(r.target, [&] {
    was_in_use = !is_empty_directory(r.target);
    return errno_if(::mount(r.source.c_str(), r.target.c_str(), "autofs", 0,
                            data.c_str()) != 0);
  });
  reply.was_in_use = was_in_use;
  if (reply.error != 0) return reply;
  reply.error = device_of(r.target, reply.device);
  if (reply.error == 0) open_control(*device, r.target, reply, returned);
  if (reply.error != 0) {
    ::umount2(r.target.c_str(), MNT_DETACH);
    remove_target(r.target, reply.made);
  }
  return reply;
}

MountReply perform(const AutofsAdoptRequest& r, UniqueFd& sent,
                   UniqueFd& returned) {
  MountReply reply;
  AutofsDevice* const device = autofs_device(reply);
  if (device == nullptr) return reply;
  reply.device = r.device;
  open_control(*device, r.target, reply, returned);
  if (reply.error != 0) return reply;
  reply.error = device->set_catatonic(returned.get());
  if (reply.error == 0)
    reply.error = device->set_pipe(returned.get(), sent.get());
  if (reply.error != 0) reply.what = "give it a new pipe";
  return reply;
}

MountReply perform(const AutofsUnmountRequest& r, UniqueFd&,
                   UniqueFd& returned) {
  MountReply reply;
  reply.error = errno_if(::umount2(r.target.c_str(), UMOUNT_NOFOLLOW) != 0);
  if (reply.error == EINVAL || reply.error == ENOENT) reply.error = 0;
  if (reply.error == 0) {
    const bool is_ours = r.made != 0 || is_in_autofs(r.target);
    remove_target(r.target, is_ours ? std::max<std::uint8_t>(r.made, 1) : 0);
    return reply;
  }
  MountReply again;
  again.device = r.device;
  AutofsDevice* const device = autofs_device(again);
  if (device != nullptr) open_control(*device, r.target, again, returned);
  return reply;
}

MountReply perform(const AutofsExpireRequest& r, UniqueFd& sent, UniqueFd&) {
  MountReply reply;
  AutofsDevice* const device = autofs_device(reply);
  if (device != nullptr) reply.error = device->expire(sent.get(), r.how);
  return reply;
}

}  // namespace

MountReply carry_out(const MountRequest& request, UniqueFd sent,
                     UniqueFd& returned) {
  return std::visit([&](const auto& r) { return perform(r, sent, returned); },
                    request);
}

}  // namespace amd
