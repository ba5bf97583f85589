// SPDX-License-Identifier: BSD-3-Clause
// Arguments and results of the NFS version 3 procedures (RFC 1813 3.3), for
// clients and servers: encode() and decode() work on each of them.
//
// A result is a status with `resok` (used when it is NFS3_OK) and `resfail`
// (used otherwise); where the RFC's resfail is void there is none.  Decoding
// refuses unknown enumerators, lengths above the limits of nfs3_types.h, a READ
// or WRITE whose `count` is not the length of its data, and bytes left over.

#pragma once

#include <vector>

#include "amd/rpc/codec.h"
#include "amd/rpc/nfs3_types.h"

namespace amd::rpc {

inline constexpr uint32_t NFS_PROGRAM = 100003;
inline constexpr uint32_t NFS_V3 = 3;
inline constexpr uint16_t NFS_PORT = 2049;

enum nfsproc3 : uint32_t {
  NFSPROC3_NULL = 0,
  NFSPROC3_GETATTR = 1,
  NFSPROC3_SETATTR = 2,
  NFSPROC3_LOOKUP = 3,
  NFSPROC3_ACCESS = 4,
  NFSPROC3_READLINK = 5,
  NFSPROC3_READ = 6,
  NFSPROC3_WRITE = 7,
  NFSPROC3_CREATE = 8,
  NFSPROC3_MKDIR = 9,
  NFSPROC3_SYMLINK = 10,
  NFSPROC3_MKNOD = 11,
  NFSPROC3_REMOVE = 12,
  NFSPROC3_RMDIR = 13,
  NFSPROC3_RENAME = 14,
  NFSPROC3_LINK = 15,
  NFSPROC3_READDIR = 16,
  NFSPROC3_READDIRPLUS = 17,
  NFSPROC3_FSSTAT = 18,
  NFSPROC3_FSINFO = 19,
  NFSPROC3_PATHCONF = 20,
  NFSPROC3_COMMIT = 21,
};

// Several results have one shape; the RFC's names are aliases of these.
struct attr_resok {
  post_op_attr obj_attributes;
};
using attr_resfail = attr_resok;
struct wcc_res {
  nfsstat3 status = NFS3_OK;
  wcc_data wcc;  // in resok and resfail alike
};

struct GETATTR3args {
  nfs_fh3 object;
};
struct GETATTR3resok {
  fattr3 obj_attributes;
};
struct GETATTR3res {
  nfsstat3 status = NFS3_OK;
  GETATTR3resok resok;
};

struct SETATTR3args {
  nfs_fh3 object;
  sattr3 new_attributes;
  std::optional<nfstime3> guard;  // sattrguard3
};
using SETATTR3res = wcc_res;  // obj_wcc

struct LOOKUP3args {
  diropargs3 what;
};
struct LOOKUP3resok {
  nfs_fh3 object;
  post_op_attr obj_attributes;
  post_op_attr dir_attributes;
};
struct LOOKUP3res {
  nfsstat3 status = NFS3_OK;
  LOOKUP3resok resok;
  attr_resfail resfail;  // dir_attributes
};

struct ACCESS3args {
  nfs_fh3 object;
  uint32_t access = 0;
};
struct ACCESS3resok {
  post_op_attr obj_attributes;
  uint32_t access = 0;
};
struct ACCESS3res {
  nfsstat3 status = NFS3_OK;
  ACCESS3resok resok;
  attr_resfail resfail;
};

struct READLINK3args {
  nfs_fh3 symlink;
};
struct READLINK3resok {
  post_op_attr symlink_attributes;
  nfspath3 data;
};
struct READLINK3res {
  nfsstat3 status = NFS3_OK;
  READLINK3resok resok;
  attr_resfail resfail;
};

struct READ3args {
  nfs_fh3 file;
  uint64_t offset = 0;
  uint32_t count = 0;
};
struct READ3resok {
  post_op_attr file_attributes;
  uint32_t count = 0;
  bool eof = false;
  std::string_view data;
};
struct READ3res {
  nfsstat3 status = NFS3_OK;
  READ3resok resok;
  attr_resfail resfail;
};

enum stable_how : uint32_t { UNSTABLE = 0, DATA_SYNC = 1, FILE_SYNC = 2 };

struct WRITE3args {
  nfs_fh3 file;
  uint64_t offset = 0;
  uint32_t count = 0;
  stable_how stable = UNSTABLE;
  std::string_view data;
};
struct WRITE3resok {
  wcc_data file_wcc;
  uint32_t count = 0;
  stable_how committed = UNSTABLE;
  writeverf3 verf{};
};
struct WRITE3res {
  nfsstat3 status = NFS3_OK;
  WRITE3resok resok;
  wcc_data resfail;
};

enum createmode3 : uint32_t { UNCHECKED = 0, GUARDED = 1, EXCLUSIVE = 2 };

struct createhow3 {
  createmode3 mode = UNCHECKED;
  sattr3 obj_attributes;  // with UNCHECKED and GUARDED
  createverf3 verf{};     // with EXCLUSIVE
};
struct CREATE3args {
  diropargs3 where;
  createhow3 how;
};
// CREATE, MKDIR, SYMLINK and MKNOD.
struct CREATE3resok {
  post_op_fh3 obj;
  post_op_attr obj_attributes;
  wcc_data dir_wcc;
};
struct CREATE3res {
  nfsstat3 status = NFS3_OK;
  CREATE3resok resok;
  wcc_data resfail;
};

struct MKDIR3args {
  diropargs3 where;
  sattr3 attributes;
};
using MKDIR3res = CREATE3res;

struct SYMLINK3args {
  diropargs3 where;
  sattr3 symlink_attributes;
  nfspath3 symlink_data;
};
using SYMLINK3res = CREATE3res;

struct MKNOD3args {
  diropargs3 where;
  ftype3 type = NF3FIFO;
  sattr3 attributes;  // of devices, sockets and FIFOs
  specdata3 spec;     // of devices
};
using MKNOD3res = CREATE3res;

struct REMOVE3args {
  diropargs3 object;
};
using REMOVE3res = wcc_res;  // dir_wcc
using RMDIR3args = REMOVE3args;
using RMDIR3res = wcc_res;  // dir_wcc

struct RENAME3args {
  diropargs3 from;
  diropargs3 to;
};
struct RENAME3res {
  nfsstat3 status = NFS3_OK;
  wcc_data fromdir_wcc;  // in resok and resfail alike
  wcc_data todir_wcc;    // likewise
};

struct LINK3args {
  nfs_fh3 file;
  diropargs3 link;
};
struct LINK3res {
  nfsstat3 status = NFS3_OK;
  post_op_attr file_attributes;  // in resok and resfail alike
  wcc_data linkdir_wcc;          // likewise
};

struct READDIR3args {
  nfs_fh3 dir;
  uint64_t cookie = 0;
  cookieverf3 cookieverf{};
  uint32_t count = 0;
};
struct entry3 {
  uint64_t fileid = 0;
  filename3 name;
  uint64_t cookie = 0;
};
struct READDIR3resok {
  post_op_attr dir_attributes;
  cookieverf3 cookieverf{};
  std::vector<entry3> entries;
  bool eof = false;
};
struct READDIR3res {
  nfsstat3 status = NFS3_OK;
  READDIR3resok resok;
  attr_resfail resfail;
};

struct READDIRPLUS3args {
  nfs_fh3 dir;
  uint64_t cookie = 0;
  cookieverf3 cookieverf{};
  uint32_t dircount = 0;
  uint32_t maxcount = 0;
};
struct entryplus3 {
  uint64_t fileid = 0;
  filename3 name;
  uint64_t cookie = 0;
  post_op_attr name_attributes;
  post_op_fh3 name_handle;
};
struct READDIRPLUS3resok {
  post_op_attr dir_attributes;
  cookieverf3 cookieverf{};
  std::vector<entryplus3> entries;
  bool eof = false;
};
struct READDIRPLUS3res {
  nfsstat3 status = NFS3_OK;
  READDIRPLUS3resok resok;
  attr_resfail resfail;
};

struct FSSTAT3args {
  nfs_fh3 fsroot;
};
struct FSSTAT3resok {
  post_op_attr obj_attributes;
  uint64_t tbytes = 0;
  uint64_t fbytes = 0;
  uint64_t abytes = 0;
  uint64_t tfiles = 0;
  uint64_t ffiles = 0;
  uint64_t afiles = 0;
  uint32_t invarsec = 0;
};
struct FSSTAT3res {
  nfsstat3 status = NFS3_OK;
  FSSTAT3resok resok;
  attr_resfail resfail;
};

using FSINFO3args = FSSTAT3args;
struct FSINFO3resok {
  post_op_attr obj_attributes;
  uint32_t rtmax = 0;
  uint32_t rtpref = 0;
  uint32_t rtmult = 0;
  uint32_t wtmax = 0;
  uint32_t wtpref = 0;
  uint32_t wtmult = 0;
  uint32_t dtpref = 0;
  uint64_t maxfilesize = 0;
  nfstime3 time_delta;
  uint32_t properties = 0;
};
struct FSINFO3res {
  nfsstat3 status = NFS3_OK;
  FSINFO3resok resok;
  attr_resfail resfail;
};

using PATHCONF3args = GETATTR3args;
struct PATHCONF3resok {
  post_op_attr obj_attributes;
  uint32_t linkmax = 0;
  uint32_t name_max = 0;
  bool no_trunc = false;
  bool chown_restricted = false;
  bool case_insensitive = false;
  bool case_preserving = false;
};
struct PATHCONF3res {
  nfsstat3 status = NFS3_OK;
  PATHCONF3resok resok;
  attr_resfail resfail;
};

struct COMMIT3args {
  nfs_fh3 file;
  uint64_t offset = 0;
  uint32_t count = 0;
};
struct COMMIT3resok {
  wcc_data file_wcc;
  writeverf3 verf{};
};
struct COMMIT3res {
  nfsstat3 status = NFS3_OK;
  COMMIT3resok resok;
  wcc_data resfail;
};

// For every ...3args and ...3res above.  A READ or WRITE whose `count` is not
// the length of its data is refused by decode().
// "GETATTR"; "?" for a number above COMMIT.
const char* nfsproc3_name(uint32_t proc);

}  // namespace amd::rpc
