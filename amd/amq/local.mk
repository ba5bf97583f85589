noinst_LIBRARIES += amd/amq/libamq.a
amd_amq_libamq_a_SOURCES = \
  %D%/client.cc %D%/client.h \
  %D%/formats.cc %D%/formats.h \
  %D%/options.cc %D%/options.h

AMQ_LIBS = amd/amq/libamq.a $(RPC_LIBS)

bin_PROGRAMS += amd/amq/amq
amd_amq_amq_SOURCES = %D%/main.cc
amd_amq_amq_LDADD = $(AMQ_LIBS)

check_PROGRAMS += test/amq
test_amq_SOURCES = \
  test/amd/amq/amq_test.cc \
  test/amd/amq/formats_test.cc \
  test/amd/amq/options_test.cc \
  test/support/fake_status.cc test/support/fake_status.h
test_amq_CPPFLAGS = $(AM_CPPFLAGS) \
  -DAMQ='"$(abs_top_builddir)/amd/amq/amq"'
test_amq_LDADD = test/libtestmain.a amd/amq/libamq.a $(STATUS_LIBS)
EXTRA_DIST += %D%/README.md
