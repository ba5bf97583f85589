# What amd needs to talk to the engine.
noinst_LIBRARIES += amd/nfsfs/libnfsfsclient.a
amd_nfsfs_libnfsfsclient_a_SOURCES = \
  %D%/control.cc %D%/control.h \
  %D%/engine_client.cc %D%/engine_client.h
NFSFS_CLIENT_LIBS = amd/nfsfs/libnfsfsclient.a $(BASE_LIBS)

check_PROGRAMS += test/nfsfs
test_nfsfs_SOURCES = \
  test/amd/nfsfs/control_test.cc
test_nfsfs_LDADD = test/libtestmain.a $(NFSFS_CLIENT_LIBS)
EXTRA_DIST += %D%/README.md
