noinst_LIBRARIES += amd/volumes/libvolumes.a
amd_volumes_libvolumes_a_SOURCES = \
  %D%/mount_spec.cc %D%/mount_spec.h \
  %D%/mounter.h
EXTRA_DIST += test/support/fake_clock.h
