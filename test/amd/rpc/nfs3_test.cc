// SPDX-License-Identifier: BSD-3-Clause
#include "amd/rpc/nfs3.h"

#include <cerrno>

#include "test/support/bytes.h"
#include "test/support/printers.h"

using namespace amd;
using namespace amd::rpc;
using amd::test::hex;
using amd::test::to_hex;

namespace {

const std::string kFh = "00000004 66683031";  // "fh01"

// RFC 1813 2.6, fattr3, by hand: a directory.
const std::string kAttr =
    "00000002 000001ed 00000003 000003e8 000003e9"  // type mode nlink uid gid
    "00000000 00001000 00000000 00002000"           // size used
    "00000008 00000001"                             // rdev
    "00000000 0000000a 00000000 0000000b"           // fsid fileid
    "00000001 00000002 00000003 00000004 00000005 00000006";
const fattr3 kDir{.type = NF3DIR,
                  .mode = 0755,
                  .nlink = 3,
                  .uid = 1000,
                  .gid = 1001,
                  .size = 4096,
                  .used = 8192,
                  .rdev = {8, 1},
                  .fsid = 10,
                  .fileid = 11,
                  .atime = {1, 2},
                  .mtime = {3, 4},
                  .ctime = {5, 6}};

const std::string kWccBefore =
    "00000001 00000000 00000064 00000003 00000004 00000005 00000006";
const wcc_data kWcc{.before = wcc_attr{100, {3, 4}, {5, 6}}, .after = kDir};
const std::string kWccText = kWccBefore + "00000001" + kAttr;

// The bytes decode, encode again to themselves, and no shorter or longer form
// of them decodes.  Returns the message; its views are of a static copy.
template <class T>
T both_ways(std::string_view text) {
  static std::string bytes;
  bytes = hex(text);
  const auto message = decode<T>(bytes);
  REQUIRE(message);
  CHECK(to_hex(encoded(*message)) == to_hex(bytes));
  for (size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode<T>(std::string_view(bytes).substr(0, size)));
  CHECK_FALSE(decode<T>(bytes + std::string(4, '\0')));
  return *message;
}

// Attributes, when they are the only thing a failure carries.
template <class T>
void failure_with_attributes() {
  const T res = both_ways<T>("00000046 00000001" + kAttr);
  CHECK(res.status == NFS3ERR_STALE);
  CHECK(res.resfail.obj_attributes == kDir);
  both_ways<T>("00000002 00000000");
}

}  // namespace

TEST_CASE("GETATTR is read and written as in RFC 1813", "[rpc][nfs3]") {
  CHECK(both_ways<GETATTR3args>(kFh).object == nfs_fh3("fh01"));
  CHECK(both_ways<GETATTR3res>("00000000" + kAttr).resok.obj_attributes ==
        kDir);
  CHECK(both_ways<GETATTR3res>("00000046").status == NFS3ERR_STALE);
}

TEST_CASE("SETATTR carries each attribute only when it is set", "[rpc][nfs3]") {
  const auto all = both_ways<SETATTR3args>(
      kFh +
      "00000001 000001a4 00000001 00000005 00000001 00000006"
      "00000001 00000001 00000000"  // size 1 << 32
      "00000002 00000007 00000008"  // atime: SET_TO_CLIENT_TIME
      "00000001"                    // mtime: SET_TO_SERVER_TIME
      "00000001 00000009 0000000a");
  CHECK(all.new_attributes == sattr3{0644,
                                     5,
                                     6,
                                     uint64_t{1} << 32,
                                     {SET_TO_CLIENT_TIME, {7, 8}},
                                     {SET_TO_SERVER_TIME, {}}});
  CHECK(all.guard == nfstime3{9, 10});
  const auto none = both_ways<SETATTR3args>(
      kFh + "00000000 00000000 00000000 00000000 00000000 00000000 00000000");
  CHECK(none.new_attributes == sattr3{});
  CHECK_FALSE(none.guard);
  CHECK_FALSE(decode<SETATTR3args>(
      hex(kFh + "00000000 00000000 00000000 00000000 00000003 00000000 "
                "00000000")));
  CHECK(both_ways<SETATTR3res>("00000000" + kWccText).wcc == kWcc);
  both_ways<SETATTR3res>("00000001 00000000 00000000");
}

TEST_CASE("LOOKUP is read and written as in RFC 1813", "[rpc][nfs3]") {
  const auto args = both_ways<LOOKUP3args>(kFh + "00000003 61626300");
  CHECK(args.what == diropargs3{nfs_fh3("fh01"), "abc"});
  const auto res =
      both_ways<LOOKUP3res>("00000000" + kFh + "00000001" + kAttr + "00000000");
  CHECK(res.resok.object == nfs_fh3("fh01"));
  CHECK(res.resok.obj_attributes == kDir);
  CHECK_FALSE(res.resok.dir_attributes);
  failure_with_attributes<LOOKUP3res>();
}

TEST_CASE("ACCESS and READLINK are read and written as in RFC 1813",
          "[rpc][nfs3]") {
  CHECK(both_ways<ACCESS3args>(kFh + "0000003f").access == 0x3f);
  CHECK(both_ways<ACCESS3res>("00000000 00000000 00000003").resok.access == 3);
  failure_with_attributes<ACCESS3res>();
  CHECK(both_ways<READLINK3args>(kFh).symlink == nfs_fh3("fh01"));
  CHECK(both_ways<READLINK3res>("00000000 00000000 00000005 2e2e2f61 62000000")
            .resok.data == "../ab");
  failure_with_attributes<READLINK3res>();
}

TEST_CASE("READ hands out the data in place", "[rpc][nfs3]") {
  const auto args = both_ways<READ3args>(kFh + "00000001 00000002 00010000");
  CHECK(args.offset == 0x100000002);
  CHECK(args.count == 65536);

  const std::string bytes =
      hex("00000000 00000000 00000005 00000001 00000005 68656c6c 6f000000");
  const auto res = decode<READ3res>(bytes);
  REQUIRE(res);
  CHECK(res->resok.data == "hello");
  CHECK(res->resok.eof);
  CHECK(res->resok.data.data() == bytes.data() + 20);
  both_ways<READ3res>(
      "00000000 00000000 00000005 00000001 00000005 68656c6c 6f000000");
  // A count that is not the data's, and a length that claims 4 GiB.
  CHECK_FALSE(decode<READ3res>(
      hex("00000000 00000000 00000004 00000001 00000005 68656c6c 6f000000")));
  CHECK_FALSE(decode<READ3res>(
      hex("00000000 00000000 ffffffff 00000001 ffffffff 68656c6c 6f000000")));
  failure_with_attributes<READ3res>();
}

TEST_CASE("WRITE and COMMIT are read and written as in RFC 1813",
          "[rpc][nfs3]") {
  const auto args = both_ways<WRITE3args>(
      kFh + "00000000 00000010 00000002 00000002 00000002 68690000");
  CHECK(args.data == "hi");
  CHECK(args.stable == FILE_SYNC);
  CHECK_FALSE(decode<WRITE3args>(
      hex(kFh + "00000000 00000010 00000002 00000003 00000002 68690000")));
  const auto res = both_ways<WRITE3res>("00000000" + kWccText +
                                        "00000002 00000001 3132333435363738");
  CHECK(res.resok.file_wcc == kWcc);
  CHECK(res.resok.committed == DATA_SYNC);
  CHECK(res.resok.verf == writeverf3{'1', '2', '3', '4', '5', '6', '7', '8'});
  CHECK(both_ways<WRITE3res>("0000001c" + kWccText).resfail == kWcc);
  both_ways<COMMIT3args>(kFh + "00000000 00000000 00000000");
  both_ways<COMMIT3res>("00000000 00000000 00000000 3132333435363738");
  both_ways<COMMIT3res>("00000005 00000000 00000000");
}

TEST_CASE("the creating procedures are read and written as in RFC 1813",
          "[rpc][nfs3]") {
  const std::string where = kFh + "00000001 61000000";
  const std::string no_attributes =
      "00000000 00000000 00000000 00000000 00000000 00000000";

  CHECK(both_ways<CREATE3args>(where + "00000000" + no_attributes).how.mode ==
        UNCHECKED);
  both_ways<CREATE3args>(where + "00000001" + no_attributes);
  CHECK(both_ways<CREATE3args>(where + "00000002 3132333435363738").how.verf ==
        createverf3{'1', '2', '3', '4', '5', '6', '7', '8'});
  CHECK_FALSE(decode<CREATE3args>(hex(where + "00000003" + no_attributes)));
  both_ways<MKDIR3args>(where + no_attributes);
  CHECK(both_ways<SYMLINK3args>(where + no_attributes + "00000001 2e000000")
            .symlink_data == ".");
  CHECK(both_ways<MKNOD3args>(where + "00000004" + no_attributes +
                              "00000001 00000003")
            .spec == specdata3{1, 3});
  both_ways<MKNOD3args>(where + "00000007" + no_attributes);
  both_ways<MKNOD3args>(where + "00000002");
  const auto res = both_ways<CREATE3res>("00000000 00000001" + kFh +
                                         "00000001" + kAttr + kWccText);
  CHECK(res.resok.obj == nfs_fh3("fh01"));
  CHECK(res.resok.dir_wcc == kWcc);
  both_ways<CREATE3res>("00000011" + kWccText);
}

TEST_CASE("the removing procedures are read and written as in RFC 1813",
          "[rpc][nfs3]") {
  const std::string where = kFh + "00000001 61000000";

  CHECK(both_ways<REMOVE3args>(where).object.name == "a");
  CHECK(both_ways<REMOVE3res>("00000042" + kWccText).wcc == kWcc);
  CHECK(both_ways<RENAME3args>(where + where).to.name == "a");
  CHECK(both_ways<RENAME3res>("00000000" + kWccText + kWccText).todir_wcc ==
        kWcc);
  CHECK(both_ways<LINK3args>(kFh + where).link.name == "a");
  CHECK(both_ways<LINK3res>("00000000 00000000" + kWccText).linkdir_wcc ==
        kWcc);
}

TEST_CASE("READDIR lists entries until the list ends", "[rpc][nfs3]") {
  both_ways<READDIR3args>(kFh + "00000000 00000005 3132333435363738 00001000");
  const std::string start = "00000000 00000000 3132333435363738";
  const std::string entry =
      "00000001 00000000 0000000b 00000001 61000000 00000000 00000001";
  const auto res =
      both_ways<READDIR3res>(start + entry + entry + "00000000 00000001");
  REQUIRE(res.resok.entries.size() == 2);
  CHECK(res.resok.entries[1].fileid == 11);
  CHECK(res.resok.entries[1].name == "a");
  CHECK(res.resok.entries[1].cookie == 1);
  CHECK(res.resok.eof);
  CHECK(both_ways<READDIR3res>(start + "00000000 00000000")
            .resok.entries.empty());
  // The boolean before an entry is 2; a name claims a gigabyte.
  CHECK_FALSE(decode<READDIR3res>(hex(start + "00000002")));
  CHECK_FALSE(decode<READDIR3res>(
      hex(start + "00000001 00000000 0000000b 40000000 61000000")));
  failure_with_attributes<READDIR3res>();
}

TEST_CASE("READDIRPLUS carries attributes and handles", "[rpc][nfs3]") {
  both_ways<READDIRPLUS3args>(
      kFh + "00000000 00000005 3132333435363738 00000400 00001000");
  const auto res = both_ways<READDIRPLUS3res>(
      "00000000 00000000 3132333435363738"
      "00000001 00000000 0000000b 00000001 61000000 00000000 00000001"
      "00000001" +
      kAttr + "00000001" + kFh +
      "00000001 00000000 0000000c 00000001 62000000 00000000 00000002"
      "00000000 00000000"
      "00000000 00000001");
  REQUIRE(res.resok.entries.size() == 2);
  CHECK(res.resok.entries[0].name_attributes == kDir);
  CHECK(res.resok.entries[0].name_handle == nfs_fh3("fh01"));
  CHECK_FALSE(res.resok.entries[1].name_handle);
  failure_with_attributes<READDIRPLUS3res>();
}

TEST_CASE("FSSTAT, FSINFO and PATHCONF are read and written as in RFC 1813",
          "[rpc][nfs3]") {
  both_ways<FSSTAT3args>(kFh);
  CHECK(both_ways<FSSTAT3res>(
            "00000000 00000000 0000000000000001 0000000000000002"
            "0000000000000003 0000000000000004 0000000000000005"
            "0000000000000006 00000007")
            .resok.invarsec == 7);
  failure_with_attributes<FSSTAT3res>();
  const auto info = both_ways<FSINFO3res>(
      "00000000 00000000 00000001 00000002 00000003 00000004 00000005"
      "00000006 00000007 00000000 00000008 00000009 0000000a 0000001b");
  CHECK(info.resok.wtmult == 6);
  CHECK(info.resok.maxfilesize == 8);
  CHECK(info.resok.properties == 0x1b);
  failure_with_attributes<FSINFO3res>();
  CHECK(both_ways<PATHCONF3res>("00000000 00000000 00000001 000000ff 00000001"
                                "00000001 00000000 00000001")
            .resok.name_max == 255);
  failure_with_attributes<PATHCONF3res>();
}

TEST_CASE(
    "a file handle above 64 bytes, an unknown status and an unknown "
    "file type are refused",
    "[rpc][nfs3]") {
  CHECK(decode<GETATTR3args>(hex("00000040") + std::string(64, 'h')));
  CHECK_FALSE(decode<GETATTR3args>(hex("00000041") + std::string(68, 'h')));
  CHECK_FALSE(decode<GETATTR3res>(hex("00000063")));
  CHECK_FALSE(decode<GETATTR3res>(hex("00000000 00000008" + kAttr.substr(8))));
}

TEST_CASE("each status has a name and an errno", "[rpc][nfs3]") {
  CHECK(std::string(name_of(NFS3ERR_STALE)) == "NFS3ERR_STALE");
  CHECK(errno_of(NFS3_OK) == 0);
  CHECK(errno_of(NFS3ERR_BADHANDLE) == ESTALE);
  CHECK(errno_of(NFS3ERR_DQUOT) == EDQUOT);
  CHECK(nfsstat3_of(ENOENT) == NFS3ERR_NOENT);
  CHECK(nfsstat3_of(ESTALE) == NFS3ERR_STALE);
  CHECK(nfsstat3_of(EBUSY) == NFS3ERR_IO);
  CHECK(std::string(nfsproc3_name(NFSPROC3_COMMIT)) == "COMMIT");
  CHECK(std::string(nfsproc3_name(22)) == "?");
}
