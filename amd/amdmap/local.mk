bin_PROGRAMS += amdmap
amdmap_SOURCES = \
  %D%/arguments.cc %D%/arguments.h \
  %D%/asked_world.cc %D%/asked_world.h \
  %D%/check.cc \
  %D%/commands.h \
  %D%/convert.cc \
  %D%/explain.cc \
  %D%/facts_for.cc %D%/facts_for.h \
  %D%/flat_location.cc %D%/flat_location.h \
  %D%/graph.cc \
  %D%/main.cc \
  %D%/map_file.cc %D%/map_file.h \
  %D%/show.cc \
  %D%/to_sun.cc %D%/to_sun.h
amdmap_LDADD = maplang/sun/libsun.a $(MAPLANG_LIBS) $(CONF_LIBS) $(BASE_LIBS)
EXTRA_DIST += %D%/README.md

check_PROGRAMS += test/amdmap_test
test_amdmap_test_SOURCES = test/amd/amdmap/amdmap_test.cc
test_amdmap_test_CPPFLAGS = $(AM_CPPFLAGS) \
  -DAMDMAP='"$(abs_top_builddir)/amdmap"'
test_amdmap_test_LDADD = test/libtestmain.a
