noinst_LIBRARIES += maplang/sun/libsun.a
maplang_sun_libsun_a_SOURCES = \
  %D%/master_map.cc %D%/master_map.h \
  %D%/sun_entry.cc %D%/sun_entry.h \
  %D%/sun_map.cc %D%/sun_map.h \
  %D%/sun_words.cc %D%/sun_words.h
EXTRA_DIST += %D%/README.md

SUN_LIBS = maplang/sun/libsun.a $(SYNTAX_LIBS)

check_PROGRAMS += test/maplang_sun
test_maplang_sun_SOURCES = test/maplang/sun/sun_test.cc
test_maplang_sun_LDADD = test/libtestmain.a $(SUN_LIBS)
