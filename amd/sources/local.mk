noinst_LIBRARIES += amd/sources/libsources.a
amd_sources_libsources_a_SOURCES = \
  %D%/file_source.cc %D%/file_source.h \
  %D%/map_check.cc %D%/map_check.h \
  %D%/maps.cc %D%/maps.h \
  %D%/sun_lookup.cc %D%/sun_lookup.h

check_PROGRAMS += test/sources
test_sources_SOURCES = \
  test/amd/sources/file_source_test.cc \
  test/amd/sources/maps_test.cc \
  test/amd/sources/sun_lookup_test.cc
test_sources_LDADD = test/libtestmain.a amd/sources/libsources.a \
  $(TREE_LIBS) $(SUN_LIBS)
EXTRA_DIST += %D%/README.md
