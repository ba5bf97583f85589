noinst_LIBRARIES += amd/tree/libtree.a
amd_tree_libtree_a_SOURCES = \
  %D%/front_end.h \
  %D%/lookup_reply.cc %D%/lookup_reply.h \
  %D%/map_source.h %D%/names.h %D%/server_probe.h %D%/world.h
