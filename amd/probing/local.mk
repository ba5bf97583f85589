noinst_LIBRARIES += amd/probing/libprobing.a
amd_probing_libprobing_a_SOURCES = \
  %D%/host_addresses.cc %D%/host_addresses.h \
  %D%/network_watch.cc %D%/network_watch.h \
  %D%/nfs_asker.cc %D%/nfs_asker.h \
  %D%/pinger.cc %D%/pinger.h
EXTRA_DIST += %D%/README.md

PROBING_LIBS = amd/probing/libprobing.a amd/servers/libservers.a $(RPC_LIBS)

check_PROGRAMS += test/probing
test_probing_SOURCES = \
  test/amd/probing/probing_test.cc \
  test/support/run_loop.cc test/support/run_loop.h
test_probing_LDADD = test/libtestmain.a $(PROBING_LIBS)
