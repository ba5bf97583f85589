// SPDX-License-Identifier: BSD-3-Clause
// One description per structure serves both directions: code(x, v) reads or
// writes the members in RFC 1813's order, depending on what x is.
#include "amd/rpc/nfs3.h"

#include <array>
#include <type_traits>

namespace amd::rpc {

namespace {

class In {
 public:
  static constexpr bool kReading = true;
  explicit In(XdrReader& reader) : reader_(reader) {}

  void word(uint32_t& v) { v = reader_.u32(); }
  void hyper(uint64_t& v) { v = reader_.u64(); }
  void flag(bool& v) { v = reader_.boolean(); }
  void bytes(std::string_view& v, uint32_t max) { v = reader_.opaque(max); }
  void handle(nfs_fh3& v) { v = nfs_fh3(reader_.opaque(NFS3_FHSIZE)); }
  template <size_t N>
  void fixed(std::array<char, N>& v) {
    const std::string_view from = reader_.fixed(N);
    std::copy(from.begin(), from.end(), v.begin());
  }
  void fail(const char* why) { reader_.fail(why); }
  bool ok() const { return reader_.ok(); }

 private:
  XdrReader& reader_;
};

class Out {
 public:
  static constexpr bool kReading = false;
  explicit Out(XdrWriter& writer) : writer_(writer) {}

  void word(uint32_t v) { writer_.u32(v); }
  void hyper(uint64_t v) { writer_.u64(v); }
  void flag(bool v) { writer_.boolean(v); }
  void bytes(std::string_view v, uint32_t) { writer_.opaque(v); }
  void handle(const nfs_fh3& v) { writer_.opaque(v.view()); }
  template <size_t N>
  void fixed(const std::array<char, N>& v) {
    writer_.fixed({v.data(), v.size()});
  }

 private:
  XdrWriter& writer_;
};

// T when X reads into it, const T when X writes it out.
template <class X, class T>
using Of = std::conditional_t<X::kReading, T, const T>;

bool is_known(nfsstat3 status);
bool is_known(ftype3 type) {
  return type >= NF3REG && type <= NF3FIFO;
}
bool is_known(time_how how) {
  return how <= SET_TO_CLIENT_TIME;
}
bool is_known(stable_how how) {
  return how <= FILE_SYNC;
}
bool is_known(createmode3 mode) {
  return mode <= EXCLUSIVE;
}

template <class X>
void code(X& x, Of<X, uint32_t>& v) {
  x.word(v);
}
template <class X>
void code(X& x, Of<X, uint64_t>& v) {
  x.hyper(v);
}
template <class X>
void code(X& x, Of<X, bool>& v) {
  x.flag(v);
}
template <class X>
void code(X& x, Of<X, nfs_fh3>& v) {
  x.handle(v);
}
template <class X>
void code(X& x, Of<X, cookieverf3>& v) {
  x.fixed(v);
}

// Enumerators.
template <class X, class E>
requires std::is_enum_v<E>
void code(X& x, E& v) {
  if constexpr (X::kReading) {
    uint32_t number = 0;
    x.word(number);
    v = static_cast<E>(number);
    if (!is_known(v)) x.fail("holds an unknown enumerator");
  } else {
    x.word(static_cast<uint32_t>(v));
  }
}

// Optional members: a boolean, then the value.
template <class X, class T>
void code_optional(X& x, T& v) {
  bool follows = false;
  if constexpr (!X::kReading) follows = v.has_value();
  code(x, follows);
  if (!follows) return;
  if constexpr (X::kReading) v.emplace();
  code(x, *v);
}
template <class X, class T>
void code(X& x, std::optional<T>& v) {
  code_optional(x, v);
}
template <class X, class T>
void code(X& x, const std::optional<T>& v) {
  code_optional(x, v);
}

template <class X, class... Members>
void all(X& x, Members&... members) {
  (code(x, members), ...);
}

template <class X>
void code(X& x, Of<X, nfstime3>& v) {
  all(x, v.seconds, v.nseconds);
}
template <class X>
void code(X& x, Of<X, specdata3>& v) {
  all(x, v.specdata1, v.specdata2);
}
template <class X>
void code(X& x, Of<X, fattr3>& v) {
  all(x, v.type, v.mode, v.nlink, v.uid, v.gid, v.size, v.used, v.rdev, v.fsid,
      v.fileid, v.atime, v.mtime, v.ctime);
}
template <class X>
void code(X& x, Of<X, wcc_attr>& v) {
  all(x, v.size, v.mtime, v.ctime);
}
template <class X>
void code(X& x, Of<X, wcc_data>& v) {
  all(x, v.before, v.after);
}
template <class X>
void code(X& x, Of<X, set_time>& v) {
  code(x, v.set_it);
  if (v.set_it == SET_TO_CLIENT_TIME) code(x, v.time);
}
template <class X>
void code(X& x, Of<X, sattr3>& v) {
  all(x, v.mode, v.uid, v.gid, v.size, v.atime, v.mtime);
}
template <class X>
void code(X& x, Of<X, diropargs3>& v) {
  code(x, v.dir);
  x.bytes(v.name, kMaxFilename);
}
template <class X>
void code(X& x, Of<X, attr_resok>& v) {
  code(x, v.obj_attributes);
}

// Arguments.
template <class X>
void code(X& x, Of<X, GETATTR3args>& v) {
  code(x, v.object);
}
template <class X>
void code(X& x, Of<X, SETATTR3args>& v) {
  all(x, v.object, v.new_attributes, v.guard);
}
template <class X>
void code(X& x, Of<X, LOOKUP3args>& v) {
  code(x, v.what);
}
template <class X>
void code(X& x, Of<X, ACCESS3args>& v) {
  all(x, v.object, v.access);
}
template <class X>
void code(X& x, Of<X, READLINK3args>& v) {
  code(x, v.symlink);
}
template <class X>
void code(X& x, Of<X, READ3args>& v) {
  all(x, v.file, v.offset, v.count);
}
template <class X>
void code(X& x, Of<X, WRITE3args>& v) {
  all(x, v.file, v.offset, v.count, v.stable);
  x.bytes(v.data, kMaxNfsData);
  if constexpr (X::kReading)
    if (v.count != v.data.size())
      x.fail("holds a count that is not its data's");
}
template <class X>
void code(X& x, Of<X, createhow3>& v) {
  code(x, v.mode);
  if (v.mode == EXCLUSIVE)
    code(x, v.verf);
  else
    code(x, v.obj_attributes);
}
template <class X>
void code(X& x, Of<X, CREATE3args>& v) {
  all(x, v.where, v.how);
}
template <class X>
void code(X& x, Of<X, MKDIR3args>& v) {
  all(x, v.where, v.attributes);
}
template <class X>
void code(X& x, Of<X, SYMLINK3args>& v) {
  all(x, v.where, v.symlink_attributes);
  x.bytes(v.symlink_data, kMaxNfspath);
}
template <class X>
void code(X& x, Of<X, MKNOD3args>& v) {
  all(x, v.where, v.type);
  const bool is_device = v.type == NF3CHR || v.type == NF3BLK;
  if (is_device || v.type == NF3SOCK || v.type == NF3FIFO)
    code(x, v.attributes);
  if (is_device) code(x, v.spec);
}
template <class X>
void code(X& x, Of<X, REMOVE3args>& v) {
  code(x, v.object);
}
template <class X>
void code(X& x, Of<X, RENAME3args>& v) {
  all(x, v.from, v.to);
}
template <class X>
void code(X& x, Of<X, LINK3args>& v) {
  all(x, v.file, v.link);
}
template <class X>
void code(X& x, Of<X, READDIR3args>& v) {
  all(x, v.dir, v.cookie, v.cookieverf, v.count);
}
template <class X>
void code(X& x, Of<X, READDIRPLUS3args>& v) {
  all(x, v.dir, v.cookie, v.cookieverf, v.dircount, v.maxcount);
}
template <class X>
void code(X& x, Of<X, FSSTAT3args>& v) {
  code(x, v.fsroot);
}
template <class X>
void code(X& x, Of<X, COMMIT3args>& v) {
  all(x, v.file, v.offset, v.count);
}

// Successful results.
template <class X>
void code(X& x, Of<X, GETATTR3resok>& v) {
  code(x, v.obj_attributes);
}
template <class X>
void code(X& x, Of<X, LOOKUP3resok>& v) {
  all(x, v.object, v.obj_attributes, v.dir_attributes);
}
template <class X>
void code(X& x, Of<X, ACCESS3resok>& v) {
  all(x, v.obj_attributes, v.access);
}
template <class X>
void code(X& x, Of<X, READLINK3resok>& v) {
  code(x, v.symlink_attributes);
  x.bytes(v.data, kMaxNfspath);
}
template <class X>
void code(X& x, Of<X, READ3resok>& v) {
  all(x, v.file_attributes, v.count, v.eof);
  x.bytes(v.data, kMaxNfsData);
  if constexpr (X::kReading)
    if (v.count != v.data.size())
      x.fail("holds a count that is not its data's");
}
template <class X>
void code(X& x, Of<X, WRITE3resok>& v) {
  all(x, v.file_wcc, v.count, v.committed, v.verf);
}
template <class X>
void code(X& x, Of<X, CREATE3resok>& v) {
  all(x, v.obj, v.obj_attributes, v.dir_wcc);
}
template <class X>
void code(X& x, Of<X, entry3>& v) {
  code(x, v.fileid);
  x.bytes(v.name, kMaxFilename);
  code(x, v.cookie);
}
template <class X>
void code(X& x, Of<X, entryplus3>& v) {
  code(x, v.fileid);
  x.bytes(v.name, kMaxFilename);
  all(x, v.cookie, v.name_attributes, v.name_handle);
}

// A list as RFC 1813 sends it: TRUE before each entry, FALSE at the end.  Its
// length is bounded by the bytes present, 24 or more an entry.
template <class X, class T>
void code_entries(X& x, T& entries) {
  bool more = true;
  if constexpr (X::kReading) {
    for (;;) {
      code(x, more);
      if (!more || !x.ok()) return;
      code(x, entries.emplace_back());
    }
  } else {
    for (const auto& entry : entries) {
      code(x, more);
      code(x, entry);
    }
    more = false;
    code(x, more);
  }
}
template <class X>
void code(X& x, Of<X, READDIR3resok>& v) {
  all(x, v.dir_attributes, v.cookieverf);
  code_entries(x, v.entries);
  code(x, v.eof);
}
template <class X>
void code(X& x, Of<X, READDIRPLUS3resok>& v) {
  all(x, v.dir_attributes, v.cookieverf);
  code_entries(x, v.entries);
  code(x, v.eof);
}
template <class X>
void code(X& x, Of<X, FSSTAT3resok>& v) {
  all(x, v.obj_attributes, v.tbytes, v.fbytes, v.abytes, v.tfiles, v.ffiles,
      v.afiles, v.invarsec);
}
template <class X>
void code(X& x, Of<X, FSINFO3resok>& v) {
  all(x, v.obj_attributes, v.rtmax, v.rtpref, v.rtmult, v.wtmax, v.wtpref,
      v.wtmult, v.dtpref, v.maxfilesize, v.time_delta, v.properties);
}
template <class X>
void code(X& x, Of<X, PATHCONF3resok>& v) {
  all(x, v.obj_attributes, v.linkmax, v.name_max, v.no_trunc,
      v.chown_restricted, v.case_insensitive, v.case_preserving);
}
template <class X>
void code(X& x, Of<X, COMMIT3resok>& v) {
  all(x, v.file_wcc, v.verf);
}

// Results: those with the same members either way, GETATTR's, and the rest.
template <class X>
void code(X& x, Of<X, wcc_res>& v) {
  all(x, v.status, v.wcc);
}
template <class X>
void code(X& x, Of<X, RENAME3res>& v) {
  all(x, v.status, v.fromdir_wcc, v.todir_wcc);
}
template <class X>
void code(X& x, Of<X, LINK3res>& v) {
  all(x, v.status, v.file_attributes, v.linkdir_wcc);
}
template <class X>
void code(X& x, Of<X, GETATTR3res>& v) {
  code(x, v.status);
  if (v.status == NFS3_OK) code(x, v.resok);
}
template <class X, class Res>
requires requires(Res& r) {
  r.resok;
  r.resfail;
}
void code(X& x, Res& v) {
  code(x, v.status);
  if (v.status == NFS3_OK)
    code(x, v.resok);
  else
    code(x, v.resfail);
}

struct StatusRow {
  nfsstat3 status;
  const char* name;
  int errno_value;
};

// RFC 1813 2.6.  JUKEBOX asks the client to try again later, as EAGAIN does.
constexpr std::array<StatusRow, 29> kStatuses = {{
    {NFS3_OK, "NFS3_OK", 0},
    {NFS3ERR_PERM, "NFS3ERR_PERM", EPERM},
    {NFS3ERR_NOENT, "NFS3ERR_NOENT", ENOENT},
    {NFS3ERR_IO, "NFS3ERR_IO", EIO},
    {NFS3ERR_NXIO, "NFS3ERR_NXIO", ENXIO},
    {NFS3ERR_ACCES, "NFS3ERR_ACCES", EACCES},
    {NFS3ERR_EXIST, "NFS3ERR_EXIST", EEXIST},
    {NFS3ERR_XDEV, "NFS3ERR_XDEV", EXDEV},
    {NFS3ERR_NODEV, "NFS3ERR_NODEV", ENODEV},
    {NFS3ERR_NOTDIR, "NFS3ERR_NOTDIR", ENOTDIR},
    {NFS3ERR_ISDIR, "NFS3ERR_ISDIR", EISDIR},
    {NFS3ERR_INVAL, "NFS3ERR_INVAL", EINVAL},
    {NFS3ERR_FBIG, "NFS3ERR_FBIG", EFBIG},
    {NFS3ERR_NOSPC, "NFS3ERR_NOSPC", ENOSPC},
    {NFS3ERR_ROFS, "NFS3ERR_ROFS", EROFS},
    {NFS3ERR_MLINK, "NFS3ERR_MLINK", EMLINK},
    {NFS3ERR_NAMETOOLONG, "NFS3ERR_NAMETOOLONG", ENAMETOOLONG},
    {NFS3ERR_NOTEMPTY, "NFS3ERR_NOTEMPTY", ENOTEMPTY},
    {NFS3ERR_DQUOT, "NFS3ERR_DQUOT", EDQUOT},
    {NFS3ERR_STALE, "NFS3ERR_STALE", ESTALE},
    {NFS3ERR_REMOTE, "NFS3ERR_REMOTE", EREMOTE},
    {NFS3ERR_BADHANDLE, "NFS3ERR_BADHANDLE", ESTALE},
    {NFS3ERR_NOT_SYNC, "NFS3ERR_NOT_SYNC", EINVAL},
    {NFS3ERR_BAD_COOKIE, "NFS3ERR_BAD_COOKIE", EINVAL},
    {NFS3ERR_NOTSUPP, "NFS3ERR_NOTSUPP", EOPNOTSUPP},
    {NFS3ERR_TOOSMALL, "NFS3ERR_TOOSMALL", EINVAL},
    {NFS3ERR_SERVERFAULT, "NFS3ERR_SERVERFAULT", EIO},
    {NFS3ERR_BADTYPE, "NFS3ERR_BADTYPE", EINVAL},
    {NFS3ERR_JUKEBOX, "NFS3ERR_JUKEBOX", EAGAIN},
}};

const StatusRow* find_row(nfsstat3 status) {
  for (const StatusRow& row : kStatuses)
    if (row.status == status) return &row;
  return nullptr;
}

bool is_known(nfsstat3 status) {
  return find_row(status) != nullptr;
}

constexpr std::array<const char*, NFSPROC3_COMMIT + 1> kProcedures = {
    "NULL",   "GETATTR", "SETATTR",  "LOOKUP", "ACCESS",  "READLINK",
    "READ",   "WRITE",   "CREATE",   "MKDIR",  "SYMLINK", "MKNOD",
    "REMOVE", "RMDIR",   "RENAME",   "LINK",   "READDIR", "READDIRPLUS",
    "FSSTAT", "FSINFO",  "PATHCONF", "COMMIT"};

}  // namespace

template <class T>
void encode(XdrWriter& out, const T& message) {
  Out x(out);
  code(x, message);
}

template <class T>
Result<T> decode(std::string_view bytes) {
  XdrReader reader(bytes);
  In x(reader);
  T message;
  code(x, message);
  if (auto end = reader.finish(); !end) return pass(end);
  return message;
}

#define NFS3_MESSAGE(T)                       \
  template void encode(XdrWriter&, const T&); \
  template Result<T> decode(std::string_view)
NFS3_MESSAGE(GETATTR3args);
NFS3_MESSAGE(GETATTR3res);
NFS3_MESSAGE(SETATTR3args);
NFS3_MESSAGE(wcc_res);
NFS3_MESSAGE(LOOKUP3args);
NFS3_MESSAGE(LOOKUP3res);
NFS3_MESSAGE(ACCESS3args);
NFS3_MESSAGE(ACCESS3res);
NFS3_MESSAGE(READLINK3args);
NFS3_MESSAGE(READLINK3res);
NFS3_MESSAGE(READ3args);
NFS3_MESSAGE(READ3res);
NFS3_MESSAGE(WRITE3args);
NFS3_MESSAGE(WRITE3res);
NFS3_MESSAGE(CREATE3args);
NFS3_MESSAGE(CREATE3res);
NFS3_MESSAGE(MKDIR3args);
NFS3_MESSAGE(SYMLINK3args);
NFS3_MESSAGE(MKNOD3args);
NFS3_MESSAGE(REMOVE3args);
NFS3_MESSAGE(RENAME3args);
NFS3_MESSAGE(RENAME3res);
NFS3_MESSAGE(LINK3args);
NFS3_MESSAGE(LINK3res);
NFS3_MESSAGE(READDIR3args);
NFS3_MESSAGE(READDIR3res);
NFS3_MESSAGE(READDIRPLUS3args);
NFS3_MESSAGE(READDIRPLUS3res);
NFS3_MESSAGE(FSSTAT3args);
NFS3_MESSAGE(FSSTAT3res);
NFS3_MESSAGE(FSINFO3res);
NFS3_MESSAGE(PATHCONF3res);
NFS3_MESSAGE(COMMIT3args);
NFS3_MESSAGE(COMMIT3res);
#undef NFS3_MESSAGE

const char* name_of(nfsstat3 status) {
  const StatusRow* row = find_row(status);
  return row != nullptr ? row->name : "unknown nfsstat3";
}

int errno_of(nfsstat3 status) {
  const StatusRow* row = find_row(status);
  return row != nullptr ? row->errno_value : EIO;
}

nfsstat3 nfsstat3_of(int errno_value) {
  for (const StatusRow& row : kStatuses)
    if (row.errno_value == errno_value) return row.status;
  return NFS3ERR_IO;
}

const char* nfsproc3_name(uint32_t proc) {
  return proc < kProcedures.size() ? kProcedures.at(proc) : "?";
}

}  // namespace amd::rpc
