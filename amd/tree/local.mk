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
