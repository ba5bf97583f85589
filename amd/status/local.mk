noinst_LIBRARIES += amd/status/libstatus.a
amd_status_libstatus_a_SOURCES = \
  %D%/amq_service.cc %D%/amq_service.h \
  %D%/amq_views.cc %D%/amq_views.h \
  %D%/status_json.cc %D%/status_json.h \
  %D%/status_source.h

# What a program that links libstatus.a must link as well.
STATUS_LIBS = amd/status/libstatus.a amd/servers/libservers.a \
  amd/volumes/libvolumes.a $(RPC_LIBS)

check_PROGRAMS += test/status
test_status_SOURCES = \
  test/amd/status/amq_service_test.cc \
  test/amd/status/amq_views_test.cc \
  test/amd/status/status_json_test.cc \
  test/support/fake_status.cc test/support/fake_status.h
test_status_LDADD = test/libtestmain.a $(STATUS_LIBS)
EXTRA_DIST += %D%/README.md
