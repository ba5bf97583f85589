noinst_LIBRARIES += amd/helpers/libhelpers.a
amd_helpers_libhelpers_a_SOURCES = \
  %D%/fd_message.cc %D%/fd_message.h \
  %D%/helper_child.cc %D%/helper_child.h \
  %D%/helper_main.cc %D%/helper_main.h \
  %D%/helper_pool.cc %D%/helper_pool.h \
  %D%/wire.h

# What a program that links libhelpers.a must link as well.
HELPERS_LIBS = amd/helpers/libhelpers.a $(BASE_LIBS)

check_PROGRAMS += test/helpers
test_helpers_SOURCES = \
  test/amd/helpers/fd_message_test.cc \
  test/amd/helpers/helper_pool_test.cc \
  test/amd/helpers/wire_test.cc
test_helpers_LDADD = test/libtestmain.a $(HELPERS_LIBS)
EXTRA_test_helpers_DEPENDENCIES = test/helper-for-tests$(EXEEXT)

# A helper program that does what its request says; no test by itself.
noinst_PROGRAMS += test/helper-for-tests
test_helper_for_tests_SOURCES = test/amd/helpers/helper_for_tests.cc
test_helper_for_tests_LDADD = $(HELPERS_LIBS)
EXTRA_DIST += %D%/README.md
