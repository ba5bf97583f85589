noinst_LIBRARIES += amd/base/libbase.a
amd_base_libbase_a_SOURCES = \
  %D%/clock.cc %D%/clock.h \
  %D%/deadlines.h \
  %D%/error.cc %D%/error.h \
  %D%/escape.cc %D%/escape.h \
  %D%/fd_packet.cc %D%/fd_packet.h \
  %D%/log.cc %D%/log.h \
  %D%/loop.cc %D%/loop.h \
  %D%/named.h %D%/result.h \
  %D%/program_path.cc %D%/program_path.h \
  %D%/unique_fd.cc %D%/unique_fd.h

# What a program that links libbase.a must link as well.
BASE_LIBS = amd/base/libbase.a $(SPDLOG_LIBS) -lfmt

check_PROGRAMS += test/base
test_base_SOURCES = test/amd/base/base_test.cc
test_base_LDADD = test/libtestmain.a $(BASE_LIBS)
EXTRA_DIST += %D%/README.md
