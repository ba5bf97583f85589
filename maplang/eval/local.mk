noinst_LIBRARIES += maplang/eval/libeval.a
maplang_eval_libeval_a_SOURCES = \
  %D%/answer_book.h \
  %D%/check.cc %D%/check.h \
  %D%/choose.cc %D%/choose.h \
  %D%/defaults.cc %D%/defaults.h \
  %D%/expand.cc %D%/expand.h \
  %D%/facts.cc %D%/facts.h \
  %D%/fs_types.cc %D%/fs_types.h \
  %D%/host_facts.cc %D%/host_facts.h \
  %D%/in_network.cc %D%/in_network.h \
  %D%/key_order.cc %D%/key_order.h \
  %D%/known_mount_options.cc %D%/known_mount_options.h \
  %D%/location.cc %D%/location.h \
  %D%/mount_options.cc %D%/mount_options.h \
  %D%/questions.h \
  %D%/resolve.cc %D%/resolve.h \
  %D%/selectors.cc %D%/selectors.h \
  %D%/slashes.cc %D%/slashes.h \
  %D%/variables.cc %D%/variables.h
EXTRA_DIST += %D%/README.md

# What a program that evaluates maps links.
MAPLANG_LIBS = maplang/eval/libeval.a $(SYNTAX_LIBS)

check_PROGRAMS += test/maplang_eval
test_maplang_eval_SOURCES = \
  test/maplang/eval/choose_test.cc \
  test/maplang/limits_test.cc
test_maplang_eval_LDADD = test/libtestmain.a $(MAPLANG_LIBS)


check_PROGRAMS += test/maplang_compat
test_maplang_compat_SOURCES = test/maplang/compat_test.cc
test_maplang_compat_CPPFLAGS = $(AM_CPPFLAGS) \
  -DGOLDEN_DIR='"$(abs_top_srcdir)/test/golden"'
test_maplang_compat_LDADD = test/libtestmain.a $(MAPLANG_LIBS)
EXTRA_DIST += test/golden/compat

check_PROGRAMS += test/maplang_golden
test_maplang_golden_SOURCES = \
  test/maplang/doc_test.cc \
  test/maplang/golden_test.cc \
  test/maplang/test_host.h
test_maplang_golden_CPPFLAGS = $(test_maplang_compat_CPPFLAGS)
test_maplang_golden_LDADD = test/libtestmain.a maplang/sun/libsun.a \
  maplang/eval/libeval.a $(SYNTAX_LIBS) $(CONF_LIBS)
EXTRA_DIST += test/golden/maplang scripts/update-golden doc/map-language.md

test_fuzz_map_entry_SOURCES = test/fuzz/map_entry_fuzz.cc
test_fuzz_map_entry_LDADD = $(FUZZ_DRIVER) $(MAPLANG_LIBS) $(CONF_LIBS)
test_fuzz_map_entry_LDFLAGS = $(FUZZ_LINK_FLAGS)
test_fuzz_sun_entry_SOURCES = test/fuzz/sun_entry_fuzz.cc
test_fuzz_sun_entry_LDADD = $(FUZZ_DRIVER) $(SUN_LIBS)
test_fuzz_sun_entry_LDFLAGS = $(FUZZ_LINK_FLAGS)
test_fuzz_expansion_SOURCES = test/fuzz/expansion_fuzz.cc
test_fuzz_expansion_LDADD = $(FUZZ_DRIVER) $(MAPLANG_LIBS)
test_fuzz_expansion_LDFLAGS = $(FUZZ_LINK_FLAGS)
if FUZZ
FUZZ_TARGETS += test/fuzz/map_entry test/fuzz/sun_entry test/fuzz/expansion
EXTRA_PROGRAMS += test/fuzz/map_entry test/fuzz/sun_entry test/fuzz/expansion
else
check_PROGRAMS += test/fuzz/map_entry test/fuzz/sun_entry test/fuzz/expansion
endif
