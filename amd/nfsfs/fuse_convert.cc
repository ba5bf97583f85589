// SPDX-License-Identifier: BSD-3-Clause
#include "amd/nfsfs/fuse_convert.h"

#include <dirent.h>
#include <sys/stat.h>

#include <chrono>

namespace amd::nfsfs {

namespace {

uint32_t mode_of(rpc::ftype3 type) {
  switch (type) {
    case rpc::NF3REG:
      return S_IFREG;
    case rpc::NF3DIR:
      return S_IFDIR;
    case rpc::NF3BLK:
      return S_IFBLK;
    case rpc::NF3CHR:
      return S_IFCHR;
    case rpc::NF3LNK:
      return S_IFLNK;
    case rpc::NF3SOCK:
      return S_IFSOCK;
    case rpc::NF3FIFO:
      return S_IFIFO;
  }
  return S_IFREG;
}

// The kernel's new_encode_dev().
uint32_t device_of(const rpc::specdata3& rdev) {
  const uint32_t major = rdev.specdata1;
  const uint32_t minor = rdev.specdata2;
  return (minor & 0xff) | (major << 8) | ((minor & ~0xffU) << 12);
}

}  // namespace

FuseTime::FuseTime(Duration d)
    : seconds(static_cast<uint64_t>(
          std::chrono::duration_cast<Seconds>(d).count())),
      nanoseconds(static_cast<uint32_t>(
          std::chrono::nanoseconds(d % Seconds(1)).count())) {
}

fuse_attr to_fuse_attr(const rpc::fattr3& a, uint32_t block_size) {
  fuse_attr out{};
  out.ino = a.fileid;
  out.size = a.size;
  out.blocks = (a.used + 511) / 512;
  out.atime = a.atime.seconds;
  out.atimensec = a.atime.nseconds;
  out.mtime = a.mtime.seconds;
  out.mtimensec = a.mtime.nseconds;
  out.ctime = a.ctime.seconds;
  out.ctimensec = a.ctime.nseconds;
  out.mode = mode_of(a.type) | (a.mode & 07777);
  out.nlink = a.nlink;
  out.uid = a.uid;
  out.gid = a.gid;
  out.rdev = device_of(a.rdev);
  out.blksize = block_size;
  return out;
}

uint32_t to_dirent_type(rpc::ftype3 type) {
  return IFTODT(mode_of(type));
}

}  // namespace amd::nfsfs
