noinst_LIBRARIES += amd/tree/libtree.a
amd_tree_libtree_a_SOURCES = \
  %D%/attempt.cc %D%/attempt.h \
  %D%/contest.cc %D%/contest.h \
  %D%/errno_for.cc %D%/errno_for.h \
  %D%/front_end.h \
  %D%/lookup_reply.cc %D%/lookup_reply.h \
  %D%/map_source.h %D%/names.h %D%/node.h %D%/point.h \
  %D%/server_probe.h %D%/settings.h \
  %D%/shutdown.cc \
  %D%/snapshot.cc %D%/snapshot.h \
  %D%/tree.cc %D%/tree.h \
  %D%/world.h

TREE_LIBS = amd/tree/libtree.a $(FSTYPES_LIBS)

check_PROGRAMS += test/tree
test_tree_SOURCES = \
  test/amd/tree/answers_test.cc \
  test/amd/tree/contest_test.cc \
  test/amd/tree/promises_test.cc \
  test/amd/tree/tree_test.cc
test_tree_LDADD = test/libtestmain.a $(TREE_LIBS)
EXTRA_DIST += test/support/fake_seams.h test/support/sim.h %D%/README.md
