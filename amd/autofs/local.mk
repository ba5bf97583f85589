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
