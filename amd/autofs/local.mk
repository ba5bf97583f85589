noinst_LIBRARIES += amd/autofs/libautofs.a
amd_autofs_libautofs_a_SOURCES = \
  %D%/autofs_front_end.cc %D%/autofs_front_end.h \
  %D%/autofs_mount.cc %D%/autofs_mount.h \
  %D%/descriptor_keep.h \
  %D%/directory_lock.cc %D%/directory_lock.h \
  %D%/packet.cc %D%/packet.h \
  %D%/pending_journal.cc %D%/pending_journal.h

# What a program that links libautofs.a must link as well.
AUTOFS_LIBS = amd/autofs/libautofs.a amd/tree/libtree.a \
  amd/keeper/libkeeper.a $(MOUNTING_LIBS)

check_PROGRAMS += test/autofs
test_autofs_SOURCES = \
  test/amd/autofs/directory_lock_test.cc \
  test/amd/autofs/packet_test.cc \
  test/amd/autofs/pending_journal_test.cc \
  test/amd/autofs/real_autofs_test.cc
test_autofs_LDADD = test/libtestmain.a $(AUTOFS_LIBS)
EXTRA_test_autofs_DEPENDENCIES = amd/mounting/amd-mounter
EXTRA_DIST += %D%/README.md

test_fuzz_autofs_packet_SOURCES = test/fuzz/autofs_packet_fuzz.cc
test_fuzz_autofs_packet_LDADD = $(FUZZ_DRIVER) $(AUTOFS_LIBS)
test_fuzz_autofs_packet_LDFLAGS = $(FUZZ_LINK_FLAGS)
if FUZZ
FUZZ_TARGETS += test/fuzz/autofs_packet
EXTRA_PROGRAMS += test/fuzz/autofs_packet
else
check_PROGRAMS += test/fuzz/autofs_packet
endif

# For the benchmarks; no test.
noinst_PROGRAMS += test/first-access
test_first_access_SOURCES = test/bench/first_access.cc
test_first_access_LDADD = $(AUTOFS_LIBS)
