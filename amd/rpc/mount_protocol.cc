// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/mount_protocol.h"

#include <algorithm>
#include <utility>

// Last: see wire.h.
#include "amd/rpc/wire.h"
//
#include "amd/rpc/mount.h"

namespace amd::rpc {

static_assert(kMountProgram == MOUNT_PROGRAM);
static_assert(kMountV1 == MOUNT_V1 && kMountV3 == MOUNT_V3);
static_assert(static_cast<uint32_t>(MountProc::Export) == MOUNTPROC3_EXPORT);
static_assert(FHSIZE3 == NFS3_FHSIZE);

namespace {

// More than any server has; the bytes present bound the lists as well.
constexpr size_t kMaxExports = 200000;
constexpr size_t kMaxGroups = 100000;

std::string get_name(XdrReader& in, uint32_t max) {
  const std::string_view name = in.opaque(max);
  if (name.find('\0') != std::string_view::npos)
    in.fail("holds a name with a NUL inside");
  return std::string(name);
}

void put_name(XdrWriter& out, const std::string& name, uint32_t max) {
  out.opaque(std::string_view(name).substr(0, max));
}

std::vector<std::string> get_groups(XdrReader& in) {
  std::vector<std::string> groups;
  while (in.ok() && in.boolean()) {
    if (groups.size() == kMaxGroups) in.fail("holds too many groups");
    groups.push_back(get_name(in, MNTNAMLEN));
  }
  return groups;
}

bool is_known(uint32_t mountstat3) {
  switch (mountstat3) {
    case MNT3_OK:
    case MNT3ERR_PERM:
    case MNT3ERR_NOENT:
    case MNT3ERR_IO:
    case MNT3ERR_ACCES:
    case MNT3ERR_NOTDIR:
    case MNT3ERR_INVAL:
    case MNT3ERR_NAMETOOLONG:
    case MNT3ERR_NOTSUPP:
    case MNT3ERR_SERVERFAULT:
      return true;
    default:
      return false;
  }
}

template <class T>
Result<T> finished(XdrReader& in, T message) {
  if (auto end = in.finish(); !end) return pass(end);
  return message;
}

}  // namespace

template <>
void encode(XdrWriter& out, const MountPath& message) {
  put_name(out, message.path, MNTPATHLEN);
}
template <>
Result<MountPath> decode(std::string_view bytes) {
  XdrReader in(bytes);
  MountPath message{get_name(in, MNTPATHLEN)};
  return finished(in, std::move(message));
}

template <>
void encode(XdrWriter& out, const MountResult3& m) {
  ::mountres3 wire{};
  wire.fhs_status = static_cast<::mountstat3>(m.status);
  std::string handle(m.root.view());
  std::vector<int> flavors(m.auth_flavors.begin(), m.auth_flavors.end());
  ::mountres3_ok& ok = wire.mountres3_u.mountinfo;
  ok.fh.fhandle3_len = m.root.size;
  ok.fh.fhandle3_val = handle.data();
  ok.auth_flavors.auth_flavors_len = static_cast<unsigned>(flavors.size());
  ok.auth_flavors.auth_flavors_val = flavors.data();
  put_wire(out, xdr_mountres3, wire);
}
template <>
Result<MountResult3> decode(std::string_view bytes) {
  XdrReader in(bytes);
  const Wire<::mountres3, xdr_mountres3> wire(in);
  MountResult3 m{.status = number_of(wire.get().fhs_status),
                 .root = {},
                 .auth_flavors = {}};
  if (!is_known(m.status)) in.fail("holds an unknown mountstat3");
  if (in.ok() && m.status == MNT3_OK) {
    const ::mountres3_ok& ok = wire.get().mountres3_u.mountinfo;
    m.root = nfs_fh3({ok.fh.fhandle3_val, ok.fh.fhandle3_len});
    const int* flavors = ok.auth_flavors.auth_flavors_val;
    m.auth_flavors.assign(flavors, flavors + ok.auth_flavors.auth_flavors_len);
  }
  return finished(in, std::move(m));
}

template <>
void encode(XdrWriter& out, const MountResult1& m) {
  ::fhstatus wire{};
  wire.status = m.status;
  std::copy_n(m.root.data.begin(), std::min<size_t>(m.root.size, FHSIZE),
              wire.fhstatus_u.directory);
  put_wire(out, xdr_fhstatus, wire);
}
template <>
Result<MountResult1> decode(std::string_view bytes) {
  XdrReader in(bytes);
  const Wire<::fhstatus, xdr_fhstatus> wire(in);
  MountResult1 m{.status = wire.get().status, .root = {}};
  if (m.status == 0)
    m.root = nfs_fh3({wire.get().fhstatus_u.directory, FHSIZE});
  return finished(in, m);
}

template <>
void encode(XdrWriter& out, const MountExports& message) {
  for (const MountExport& e : message.list) {
    out.boolean(true);
    put_name(out, e.directory, MNTPATHLEN);
    for (const std::string& group : e.groups) {
      out.boolean(true);
      put_name(out, group, MNTNAMLEN);
    }
    out.boolean(false);
  }
  out.boolean(false);
}
template <>
Result<MountExports> decode(std::string_view bytes) {
  XdrReader in(bytes);
  MountExports exports;
  while (in.ok() && in.boolean()) {
    if (exports.list.size() == kMaxExports) in.fail("holds too many exports");
    MountExport& added = exports.list.emplace_back();
    added.directory = get_name(in, MNTPATHLEN);
    added.groups = get_groups(in);
  }
  return finished(in, std::move(exports));
}

}  // namespace amd::rpc
