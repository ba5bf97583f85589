# What amd needs to talk to the engine.
noinst_LIBRARIES += amd/nfsfs/libnfsfsclient.a
amd_nfsfs_libnfsfsclient_a_SOURCES = \
  %D%/control.cc %D%/control.h \
  %D%/engine_client.cc %D%/engine_client.h
NFSFS_CLIENT_LIBS = amd/nfsfs/libnfsfsclient.a $(BASE_LIBS)

noinst_LIBRARIES += amd/nfsfs/libnfsfs.a
amd_nfsfs_libnfsfs_a_SOURCES = \
  %D%/caller.cc %D%/caller.h \
  %D%/connection.cc %D%/connection.h \
  %D%/engine.cc %D%/engine.h \
  %D%/file_system.cc %D%/file_system.h \
  %D%/file_system_dirs.cc \
  %D%/file_system_ops.cc \
  %D%/fuse_channel.cc %D%/fuse_channel.h \
  %D%/fuse_convert.cc %D%/fuse_convert.h \
  %D%/fuse_protocol.h \
  %D%/latency.cc %D%/latency.h \
  %D%/listing.cc %D%/listing.h \
  %D%/mount_options.cc %D%/mount_options.h \
  %D%/mount_protocol.cc %D%/mount_protocol.h \
  %D%/node_log.cc %D%/node_log.h \
  %D%/node_table.cc %D%/node_table.h \
  %D%/reactor.cc %D%/reactor.h \
  %D%/replica_call.h \
  %D%/replica_choice.cc \
  %D%/replica_find.cc \
  %D%/replica_prepare.cc \
  %D%/replica_set.cc %D%/replica_set.h \
  %D%/sameness.cc %D%/sameness.h \
  %D%/server.cc %D%/server.h \
  %D%/server_pool.cc %D%/server_pool.h \
  %D%/task.h
NFSFS_LIBS = amd/nfsfs/libnfsfs.a amd/nfsfs/libnfsfsclient.a \
  amd/keeper/libkeeper.a $(RPC_LIBS) -lpthread

pkglibexec_PROGRAMS += amd/nfsfs/amd-nfsfs
amd_nfsfs_amd_nfsfs_SOURCES = %D%/main.cc
amd_nfsfs_amd_nfsfs_LDADD = $(NFSFS_LIBS)

check_PROGRAMS += test/nfsfs
test_nfsfs_SOURCES = \
  test/amd/nfsfs/control_test.cc \
  test/amd/nfsfs/file_system_test.cc \
  test/support/fake_kernel.h \
  test/support/scripted_nfs3.cc test/support/scripted_nfs3.h
test_nfsfs_LDADD = test/libtestmain.a $(NFSFS_LIBS)

noinst_PROGRAMS += test/nfsfs-mount
test_nfsfs_mount_SOURCES = test/support/nfsfs_mount.cc
test_nfsfs_mount_LDADD = $(NFSFS_CLIENT_LIBS) amd/keeper/libkeeper.a $(BASE_LIBS)
noinst_PROGRAMS += test/gap-reader
test_gap_reader_SOURCES = test/support/gap_reader.cc
EXTRA_DIST += %D%/README.md
