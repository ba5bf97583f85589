noinst_LIBRARIES += amd/servers/libservers.a
amd_servers_libservers_a_SOURCES = \
  %D%/prober.h \
  %D%/rank.cc %D%/rank.h \
  %D%/server.cc %D%/server.h \
  %D%/server_order.h %D%/server_outlook.h %D%/server_snapshot.h \
  %D%/server_table.cc %D%/server_table.h

# What a program that links libservers.a must link as well.
SERVERS_LIBS = amd/servers/libservers.a $(RPC_LIBS)

check_PROGRAMS += test/servers
test_servers_SOURCES = \
  test/amd/servers/network.h \
  test/amd/servers/random_events_test.cc \
  test/amd/servers/rank_test.cc \
  test/amd/servers/server_table_test.cc \
  test/amd/servers/server_test.cc
test_servers_LDADD = test/libtestmain.a $(SERVERS_LIBS)
EXTRA_DIST += %D%/README.md
