noinst_LIBRARIES += amd/fstypes/libfstypes.a
amd_fstypes_libfstypes_a_SOURCES = \
  %D%/candidates.cc %D%/candidates.h \
  %D%/disk.cc \
  %D%/link.cc \
  %D%/nfs.cc %D%/nfs.h \
  %D%/plan.h \
  %D%/program.cc %D%/program.h \
  %D%/type_rows.h \
  %D%/types.cc %D%/types.h

FSTYPES_LIBS = amd/fstypes/libfstypes.a amd/volumes/libvolumes.a \
  $(MAPLANG_LIBS) $(BASE_LIBS)

check_PROGRAMS += test/fstypes
test_fstypes_SOURCES = \
  test/amd/fstypes/candidates_test.cc \
  test/amd/fstypes/types_test.cc
test_fstypes_LDADD = test/libtestmain.a $(FSTYPES_LIBS)
EXTRA_DIST += %D%/README.md
