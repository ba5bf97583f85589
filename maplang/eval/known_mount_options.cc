// SPDX-License-Identifier: BSD-3-Clause
// The list.

#include "maplang/eval/known_mount_options.h"

namespace amd::maplang {
namespace {

constexpr std::string_view kWords[] = {
    // what amd itself acts on
    "ping", "unmount", "umount", "nounmount", "noumount", "utimeout",
    "browsable", "fullybrowsable", "retry", "softlookup", "nosoftlookup",
    "mountport", "port", "public", "vers", "proto", "nfsv2",
    // any file system
    "ro", "rw", "suid", "nosuid", "dev", "nodev", "exec", "noexec", "atime",
    "noatime", "relatime", "norelatime", "strictatime", "diratime",
    "nodiratime", "sync", "async", "dirsync", "mand", "nomand", "defaults",
    "remount", "bind", "quota", "noquota", "grpid", "nogrpid", "loop", "type",
    "sub", "nosub", "multi", "overlay", "union", "lazytime", "nosymfollow",
    // NFS
    "rsize", "wsize", "timeo", "retrans", "acregmin", "acregmax", "acdirmin",
    "acdirmax", "actimeo", "ac", "noac", "soft", "softerr", "hard", "intr",
    "nointr", "bg", "fg", "lock", "nolock", "local_lock", "acl", "noacl", "cto",
    "nocto", "rdirplus", "nordirplus", "lookupcache", "sharecache",
    "nosharecache", "resvport", "noresvport", "sec", "nfsvers", "minorversion",
    "mounthost", "mountproto", "mountvers", "namlen", "fsc", "nofsc",
    "migration", "clientaddr", "addr", "nconnect", "max_connect", "xprtsec",
    "tcp", "udp", "rdma", "posix", "conn", "noconn", "biods", "nfsv3", "nfsv4",
    "dumbtimr", "spongy", "compress", "private", "proplist", "xlatecookie",
    "symttl", "maxgroups", "pgthresh", "deadthresh", "leaseterm", "readahead",
    "nqnfs", "dumbtcp", "nodumbtcp", "nodevs", "noint", "int",
    // discs and local file systems
    "norock", "nojoliet", "map", "block", "uid", "gid", "mode", "session",
    "umask", "fmask", "dmask", "cruft", "unhide", "conv", "check", "debug",
    "fat", "quiet", "blocksize", "size", "nr_inodes", "nr_blocks", "mpol",
    "huge", "norrip", "gens", "extatt", "rrip", "rrcaseins", "defperm",
    "nodefperm", "nocasetrans", "noversion", "longnames", "shortnames",
    "nowin95", "user", "group", "mask", "dirmask", "gmtoff", "sessionnr",
    "closesession", "flock", "localflock", "errors", "data", "barrier",
    "commit", "acl", "user_xattr", "nouser_xattr", "journal", "discard",
    "nodiscard", "cachedir", "codepage", "iocharset", "charset", "utf8"};

}  // namespace

std::span<const std::string_view> known_mount_options() {
  return kWords;
}

}  // namespace amd::maplang
