// SPDX-License-Identifier: BSD-3-Clause
#include "amd/mounting/autofs_device.h"

#include <fcntl.h>
#include <linux/auto_fs.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <vector>

namespace amd {

namespace {

// struct autofs_dev_ioctl; every member of its union is at most 8 bytes long.
struct ControlBlock {
  std::uint32_t major_version = 1;
  std::uint32_t minor_version = 0;
  std::uint32_t size = sizeof(ControlBlock);
  std::int32_t control = -1;
  union {
    std::uint32_t words[2];
    std::uint64_t wide;
  } value{{0, 0}};
};
static_assert(sizeof(ControlBlock) == 24);
static_assert(offsetof(ControlBlock, size) == 8);
static_assert(offsetof(ControlBlock, control) == 12);
static_assert(offsetof(ControlBlock, value) == 16);

// The kernel's numbers of the commands that we use.
enum class Command : unsigned {
  Version = 0x71,
  OpenMount = 0x74,
  Ready = 0x76,
  Fail = 0x77,
  SetPipe = 0x78,
  Catatonic = 0x79,
  Timeout = 0x7a,
  Expire = 0x7c,
};

unsigned long request_of(Command c) {
  return _IOC(_IOC_READ | _IOC_WRITE, AUTOFS_IOCTL, static_cast<unsigned>(c),
              sizeof(ControlBlock));
}

// 0 or an errno.
int call(int device, Command command, void* block) {
  int r = 0;
  do {
    r = ::ioctl(device, request_of(command), block);
  } while (r < 0 && errno == EINTR);
  return r < 0 ? errno : 0;
}

int call(int device, Command command, int control, std::uint32_t first = 0,
         std::uint32_t second = 0) {
  ControlBlock block;
  block.control = control;
  block.value.words[0] = first;
  block.value.words[1] = second;
  return call(device, command, &block);
}

// The kernel's own encoding (new_encode_dev).
std::uint32_t kernel_device(std::uint64_t device) {
  const unsigned minor = minor(device);
  const unsigned major = major(device);
  return (minor & 0xff) | (major << 8) | ((minor & ~0xffU) << 12);
}

}  // namespace

AutofsFailure::AutofsFailure(int errno_value)
    : status_(errno_value > 0 && errno_value < 4096 ? -errno_value : -ENOENT) {
}

Result<AutofsDevice> AutofsDevice::open() {
  UniqueFd fd(::open("/dev/autofs", O_RDWR | O_CLOEXEC));
  if (!fd) return amd::fail(errno, "open /dev/autofs");
  if (const int e = call(fd.get(), Command::Version, -1))
    return amd::fail(e, "/dev/autofs version");
  return AutofsDevice(std::move(fd));
}

Result<UniqueFd> AutofsDevice::open_mount(const std::string& path,
                                          std::uint64_t device) {
  std::vector<char> bytes(sizeof(ControlBlock) + path.size() + 1);
  ControlBlock block;
  block.size = static_cast<std::uint32_t>(bytes.size());
  block.value.words[0] = kernel_device(device);
  std::memcpy(bytes.data(), &block, sizeof block);
  std::memcpy(bytes.data() + sizeof block, path.c_str(), path.size() + 1);
  if (const int e = call(fd_.get(), Command::OpenMount, bytes.data()))
    return amd::fail(e, "open autofs mount " + path);
  std::memcpy(&block, bytes.data(), sizeof block);
  return UniqueFd(block.control);
}

int AutofsDevice::ready(int control, std::uint32_t token) {
  return call(fd_.get(), Command::Ready, control, token);
}

int AutofsDevice::fail(int control, std::uint32_t token,
                       AutofsFailure failure) {
  return call(fd_.get(), Command::Fail, control, token,
              static_cast<std::uint32_t>(failure.status()));
}

int AutofsDevice::set_catatonic(int control) {
  return call(fd_.get(), Command::Catatonic, control);
}

int AutofsDevice::set_pipe(int control, int pipe) {
  return call(fd_.get(), Command::SetPipe, control,
              static_cast<std::uint32_t>(pipe));
}

int AutofsDevice::set_timeout(int control, std::uint64_t seconds) {
  ControlBlock block;
  block.control = control;
  block.value.wide = seconds;
  return call(fd_.get(), Command::Timeout, &block);
}

int AutofsDevice::expire(int control, std::uint32_t how) {
  ControlBlock block;
  block.control = control;
  block.value.words[0] = how;
  // Not repeated when interrupted: the packet was sent.
  return ::ioctl(fd_.get(), request_of(Command::Expire), &block) < 0 ? errno
                                                                     : 0;
}

}  // namespace amd
