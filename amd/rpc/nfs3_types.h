// SPDX-License-Identifier: BSD-3-Clause
// The data of NFS version 3 in the spelling of RFC 1813, so that it and this
// file can be held side by side.  Arguments and results: nfs3.h.
//
// Names, paths and data are views: of the message when decoded, of the
// caller's memory when encoded.  Optional structures are std::optional.

#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string_view>

namespace amd::rpc {

// RFC 1813 2.4.
inline constexpr uint32_t NFS3_FHSIZE = 64;
inline constexpr uint32_t NFS3_COOKIEVERFSIZE = 8;
inline constexpr uint32_t NFS3_CREATEVERFSIZE = 8;
inline constexpr uint32_t NFS3_WRITEVERFSIZE = 8;
// The RFC leaves these open; what is longer is refused.
inline constexpr uint32_t kMaxFilename = 1024;
inline constexpr uint32_t kMaxNfspath = 8192;
inline constexpr uint32_t kMaxNfsData = 8 * 1024 * 1024;

using filename3 = std::string_view;
using nfspath3 = std::string_view;
using cookieverf3 = std::array<char, NFS3_COOKIEVERFSIZE>;
using createverf3 = std::array<char, NFS3_CREATEVERFSIZE>;
using writeverf3 = std::array<char, NFS3_WRITEVERFSIZE>;

enum nfsstat3 : uint32_t {
  NFS3_OK = 0,
  NFS3ERR_PERM = 1,
  NFS3ERR_NOENT = 2,
  NFS3ERR_IO = 5,
  NFS3ERR_NXIO = 6,
  NFS3ERR_ACCES = 13,
  NFS3ERR_EXIST = 17,
  NFS3ERR_XDEV = 18,
  NFS3ERR_NODEV = 19,
  NFS3ERR_NOTDIR = 20,
  NFS3ERR_ISDIR = 21,
  NFS3ERR_INVAL = 22,
  NFS3ERR_FBIG = 27,
  NFS3ERR_NOSPC = 28,
  NFS3ERR_ROFS = 30,
  NFS3ERR_MLINK = 31,
  NFS3ERR_NAMETOOLONG = 63,
  NFS3ERR_NOTEMPTY = 66,
  NFS3ERR_DQUOT = 69,
  NFS3ERR_STALE = 70,
  NFS3ERR_REMOTE = 71,
  NFS3ERR_BADHANDLE = 10001,
  NFS3ERR_NOT_SYNC = 10002,
  NFS3ERR_BAD_COOKIE = 10003,
  NFS3ERR_NOTSUPP = 10004,
  NFS3ERR_TOOSMALL = 10005,
  NFS3ERR_SERVERFAULT = 10006,
  NFS3ERR_BADTYPE = 10007,
  NFS3ERR_JUKEBOX = 10008,
};

enum ftype3 : uint32_t {
  NF3REG = 1,
  NF3DIR = 2,
  NF3BLK = 3,
  NF3CHR = 4,
  NF3LNK = 5,
  NF3SOCK = 6,
  NF3FIFO = 7,
};

// RFC 1813 3.3.4: bits of ACCESS.
inline constexpr uint32_t ACCESS3_READ = 0x0001;
inline constexpr uint32_t ACCESS3_LOOKUP = 0x0002;
inline constexpr uint32_t ACCESS3_MODIFY = 0x0004;
inline constexpr uint32_t ACCESS3_EXTEND = 0x0008;
inline constexpr uint32_t ACCESS3_DELETE = 0x0010;
inline constexpr uint32_t ACCESS3_EXECUTE = 0x0020;

// RFC 1813 3.3.19: FSINFO properties.
inline constexpr uint32_t FSF3_LINK = 0x0001;
inline constexpr uint32_t FSF3_SYMLINK = 0x0002;
inline constexpr uint32_t FSF3_HOMOGENEOUS = 0x0008;
inline constexpr uint32_t FSF3_CANSETTIME = 0x0010;

// A file handle by value: opaque, at most 64 bytes, comparable, hashable.
struct nfs_fh3 {
  uint32_t size = 0;
  std::array<char, NFS3_FHSIZE> data{};

  nfs_fh3() = default;
  // Requires: bytes.size() <= NFS3_FHSIZE.
  explicit nfs_fh3(std::string_view bytes)
      : size(static_cast<uint32_t>(bytes.size())) {
    std::copy_n(bytes.data(), size, data.data());
  }
  std::string_view view() const { return {data.data(), size}; }
  bool operator==(const nfs_fh3& o) const { return view() == o.view(); }
};

struct specdata3 {
  uint32_t specdata1 = 0;
  uint32_t specdata2 = 0;
  bool operator==(const specdata3&) const = default;
};

struct nfstime3 {
  uint32_t seconds = 0;
  uint32_t nseconds = 0;
  auto operator<=>(const nfstime3&) const = default;
};

struct fattr3 {
  ftype3 type = NF3REG;
  uint32_t mode = 0;
  uint32_t nlink = 0;
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint64_t size = 0;
  uint64_t used = 0;
  specdata3 rdev;
  uint64_t fsid = 0;
  uint64_t fileid = 0;
  nfstime3 atime;
  nfstime3 mtime;
  nfstime3 ctime;
  bool operator==(const fattr3&) const = default;
};

struct wcc_attr {
  uint64_t size = 0;
  nfstime3 mtime;
  nfstime3 ctime;
  bool operator==(const wcc_attr&) const = default;
};

using post_op_attr = std::optional<fattr3>;
using pre_op_attr = std::optional<wcc_attr>;
using post_op_fh3 = std::optional<nfs_fh3>;

struct wcc_data {
  pre_op_attr before;
  post_op_attr after;
  bool operator==(const wcc_data&) const = default;
};

enum time_how : uint32_t {
  DONT_CHANGE = 0,
  SET_TO_SERVER_TIME = 1,
  SET_TO_CLIENT_TIME = 2,
};

struct set_time {
  time_how set_it = DONT_CHANGE;
  nfstime3 time;  // with SET_TO_CLIENT_TIME
  bool operator==(const set_time&) const = default;
};

struct sattr3 {
  std::optional<uint32_t> mode;
  std::optional<uint32_t> uid;
  std::optional<uint32_t> gid;
  std::optional<uint64_t> size;
  set_time atime;
  set_time mtime;
  bool operator==(const sattr3&) const = default;
};

struct diropargs3 {
  nfs_fh3 dir;
  filename3 name;
  bool operator==(const diropargs3&) const = default;
};

// "NFS3ERR_STALE"; "unknown nfsstat3" for a number that RFC 1813 lacks.
const char* name_of(nfsstat3 status);

// The errno that a process sees for `status`; 0 for NFS3_OK.
int errno_of(nfsstat3 status);

// The status that tells a client about `errno_value`.
nfsstat3 nfsstat3_of(int errno_value);

}  // namespace amd::rpc

template <>
struct std::hash<amd::rpc::nfs_fh3> {
  size_t operator()(const amd::rpc::nfs_fh3& fh) const noexcept {
    return std::hash<std::string_view>()(fh.view());
  }
};
