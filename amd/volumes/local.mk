noinst_LIBRARIES += amd/volumes/libvolumes.a
amd_volumes_libvolumes_a_SOURCES = \
  %D%/mount_spec.cc %D%/mount_spec.h \
  %D%/mounter.h \
  %D%/volume.cc %D%/volume.h \
  %D%/volume_table.cc %D%/volume_table.h

check_PROGRAMS += test/volumes
test_volumes_SOURCES = \
  test/amd/volumes/mount_spec_test.cc \
  test/amd/volumes/volume_table_test.cc
test_volumes_LDADD = test/libtestmain.a amd/volumes/libvolumes.a $(BASE_LIBS)
EXTRA_DIST += test/support/fake_clock.h test/support/fake_mounter.h \
  %D%/README.md
