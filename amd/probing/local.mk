noinst_LIBRARIES += amd/probing/libprobing.a
amd_probing_libprobing_a_SOURCES = \
  %D%/host_addresses.cc %D%/host_addresses.h \
  %D%/network_watch.cc %D%/network_watch.h \
  %D%/nfs_asker.cc %D%/nfs_asker.h \
  %D%/pinger.cc %D%/pinger.h
EXTRA_DIST += %D%/README.md
