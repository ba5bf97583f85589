noinst_LIBRARIES += amd/mounting/libmounting.a
amd_mounting_libmounting_a_SOURCES = \
  %D%/answer_world.cc %D%/answer_world.h \
  %D%/autofs_device.cc %D%/autofs_device.h \
  %D%/autofs_mounter.cc %D%/autofs_mounter.h \
  %D%/engine_link.h \
  %D%/helper_mounter.cc %D%/helper_mounter.h \
  %D%/helper_world.cc %D%/helper_world.h \
  %D%/mount_options.cc %D%/mount_options.h \
  %D%/mount_request.cc %D%/mount_request.h \
  %D%/mount_table.cc %D%/mount_table.h

# What a program that links libmounting.a must link as well.
MOUNTING_LIBS = amd/mounting/libmounting.a amd/volumes/libvolumes.a \
  $(HELPERS_LIBS)

pkglibexec_PROGRAMS += amd/mounting/amd-mounter amd/mounting/amd-asker
amd_mounting_amd_mounter_SOURCES = \
  %D%/carry_out.cc %D%/carry_out.h \
  %D%/mounter_main.cc \
  %D%/run_program.cc %D%/run_program.h \
  %D%/target.cc %D%/target.h
amd_mounting_amd_mounter_LDADD = $(MOUNTING_LIBS)
amd_mounting_amd_asker_SOURCES = %D%/asker_main.cc
amd_mounting_amd_asker_LDADD = $(MOUNTING_LIBS)

check_PROGRAMS += test/mounting
test_mounting_SOURCES = \
  test/amd/mounting/helper_mounter_test.cc \
  test/amd/mounting/helper_world_test.cc \
  test/amd/mounting/mount_options_test.cc \
  test/amd/mounting/mount_request_test.cc \
  test/amd/mounting/mount_table_test.cc \
  test/amd/mounting/real_mount_test.cc
test_mounting_LDADD = test/libtestmain.a $(MOUNTING_LIBS)
EXTRA_test_mounting_DEPENDENCIES = \
  amd/mounting/amd-mounter amd/mounting/amd-asker
EXTRA_DIST += %D%/README.md

test_fuzz_mountinfo_SOURCES = test/fuzz/mountinfo_fuzz.cc
test_fuzz_mountinfo_LDADD = $(FUZZ_DRIVER) $(MOUNTING_LIBS)
test_fuzz_mountinfo_LDFLAGS = $(FUZZ_LINK_FLAGS)
if FUZZ
FUZZ_TARGETS += test/fuzz/mountinfo
EXTRA_PROGRAMS += test/fuzz/mountinfo
else
check_PROGRAMS += test/fuzz/mountinfo
endif
