# The main function of every test program, compiled once (Catch2's takes 13 s).
check_LIBRARIES += test/libtestmain.a
test_libtestmain_a_SOURCES = %D%/support/main.cc %D%/support/printers.h

# A fuzz target is test/fuzz/NAME, from NAME_fuzz.cc, linked with $(FUZZ_DRIVER)
# and $(FUZZ_LINK_FLAGS): with --enable-fuzz a libFuzzer program in EXTRA_PROGRAMS
# and FUZZ_TARGETS, else a test in check_PROGRAMS that replays the seeds in
# test/fuzz/seeds/NAME.  See conf/local.mk.
FUZZ_TARGETS =
EXTRA_PROGRAMS =
EXTRA_DIST += test/fuzz/seeds test/support/real_kernel.h
if FUZZ
FUZZ_DRIVER =
FUZZ_LINK_FLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
else
FUZZ_DRIVER = test/fuzz/libreplay.a
FUZZ_LINK_FLAGS = $(AM_LDFLAGS)
check_LIBRARIES += test/fuzz/libreplay.a
test_fuzz_libreplay_a_SOURCES = test/fuzz/replay.cc
test_fuzz_libreplay_a_CPPFLAGS = $(AM_CPPFLAGS) \
  -DSOURCE_DIR='"$(abs_top_srcdir)"'
endif
