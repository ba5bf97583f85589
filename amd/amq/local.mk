noinst_LIBRARIES += amd/amq/libamq.a
amd_amq_libamq_a_SOURCES = \
  %D%/client.cc %D%/client.h \
  %D%/formats.cc %D%/formats.h \
  %D%/options.cc %D%/options.h

AMQ_LIBS = amd/amq/libamq.a $(RPC_LIBS)

bin_PROGRAMS += amd/amq/amq
amd_amq_amq_SOURCES = %D%/main.cc
amd_amq_amq_LDADD = $(AMQ_LIBS)
EXTRA_DIST += %D%/README.md
