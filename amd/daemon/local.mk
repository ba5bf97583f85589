sbin_PROGRAMS += amd/daemon/amd
amd_daemon_amd_SOURCES = \
  %D%/daemon.cc %D%/daemon.h \
  %D%/engine_adapter.cc %D%/engine_adapter.h \
  %D%/launch.cc %D%/launch.h \
  %D%/main.cc \
  %D%/notify.cc %D%/notify.h \
  %D%/port_mapping.cc %D%/port_mapping.h \
  %D%/room_settings.cc %D%/room_settings.h \
  %D%/server_uses.cc %D%/server_uses.h
# Each archive stands before those that it uses.
amd_daemon_amd_LDADD = amd/status/libstatus.a \
  amd/autofs/libautofs.a amd/mounting/libmounting.a \
  amd/sources/libsources.a amd/tree/libtree.a amd/fstypes/libfstypes.a \
  amd/probing/libprobing.a amd/servers/libservers.a \
  amd/volumes/libvolumes.a amd/nfsfs/libnfsfsclient.a \
  amd/keeper/libkeeper.a amd/helpers/libhelpers.a $(RPC_LIBS) $(CONF_LIBS) \
  $(SUN_LIBS) $(MAPLANG_LIBS) $(TIRPC_LIBS) $(LIBCONFIG_LIBS) $(BASE_LIBS)
EXTRA_DIST += %D%/README.md
