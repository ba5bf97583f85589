noinst_LIBRARIES += amd/rpc/librpc.a amd/rpc/libwire.a
amd_rpc_librpc_a_SOURCES = \
  %D%/address.cc %D%/address.h \
  %D%/amq_protocol.cc %D%/amq_protocol.h \
  %D%/codec.h \
  %D%/mount_client.cc %D%/mount_client.h \
  %D%/mount_protocol.cc %D%/mount_protocol.h \
  %D%/nfs3.cc %D%/nfs3.h %D%/nfs3_types.h \
  %D%/nfs_ping.cc %D%/nfs_ping.h \
  %D%/pending_calls.cc %D%/pending_calls.h \
  %D%/portmap_client.cc %D%/portmap_client.h \
  %D%/portmap_protocol.cc %D%/portmap_protocol.h \
  %D%/record.cc %D%/record.h \
  %D%/reserved_port.cc %D%/reserved_port.h \
  %D%/rpc_message.cc %D%/rpc_message.h \
  %D%/rtt.cc %D%/rtt.h \
  %D%/service.cc %D%/service.h \
  %D%/service_sockets.cc %D%/service_sockets.h \
  %D%/socket_transport.h %D%/stream_transport.cc %D%/udp_transport.cc \
  %D%/transport.h %D%/wire.h \
  %D%/xdr.cc %D%/xdr.h

# What rpcgen makes, in a library of its own: its C leaves variables unused.
nodist_amd_rpc_libwire_a_SOURCES = \
  %D%/amq.h %D%/amq_xdr.c \
  %D%/mount.h %D%/mount_xdr.c \
  %D%/portmap.h %D%/portmap_xdr.c
amd_rpc_libwire_a_SOURCES =
amd_rpc_libwire_a_CFLAGS = $(AM_CFLAGS) -Wno-unused-variable

rpcgen_headers = %D%/amq.h %D%/mount.h %D%/portmap.h
rpcgen_sources = %D%/amq_xdr.c %D%/mount_xdr.c %D%/portmap_xdr.c
BUILT_SOURCES += $(rpcgen_headers)
CLEANFILES += $(rpcgen_headers) $(rpcgen_sources)
EXTRA_DIST += %D%/amq.x %D%/mount.x %D%/portmap.x

# rpcgen writes the header's name as it was given the .x file's, so it runs
# beside that; it refuses to replace a file.
$(rpcgen_headers): %D%/%.h: %D%/%.x
	$(AM_V_GEN)$(MKDIR_P) %D% && rm -f $@ && out=`pwd`/$@ && \
	cd $(srcdir)/%D% && $(RPCGEN) -h -o $$out $*.x
$(rpcgen_sources): %D%/%_xdr.c: %D%/%.x %D%/%.h
	$(AM_V_GEN)$(MKDIR_P) %D% && rm -f $@ && out=`pwd`/$@ && \
	cd $(srcdir)/%D% && $(RPCGEN) -c -o $$out $*.x
%D%/amq_protocol.$(OBJEXT): %D%/amq.h
%D%/mount_protocol.$(OBJEXT): %D%/mount.h
%D%/portmap_protocol.$(OBJEXT): %D%/portmap.h

# What a program that links librpc.a must link as well.
RPC_LIBS = amd/rpc/librpc.a amd/rpc/libwire.a $(TIRPC_LIBS) $(BASE_LIBS)

check_PROGRAMS += test/rpc
test_rpc_SOURCES = \
  test/amd/rpc/amq_protocol_test.cc \
  test/amd/rpc/clients_test.cc \
  test/amd/rpc/mount_protocol_test.cc \
  test/amd/rpc/nfs3_test.cc \
  test/amd/rpc/record_test.cc \
  test/amd/rpc/rpc_message_test.cc \
  test/amd/rpc/rtt_test.cc \
  test/amd/rpc/service_sockets_test.cc \
  test/amd/rpc/service_test.cc \
  test/amd/rpc/socket_transport_test.cc \
  test/amd/rpc/xdr_test.cc \
  test/support/bytes.h test/support/fake_rpc.h \
  test/support/run_loop.cc test/support/run_loop.h \
  test/support/scripted_server.cc test/support/scripted_server.h
test_rpc_LDADD = test/libtestmain.a $(RPC_LIBS)
EXTRA_DIST += %D%/README.md

test_fuzz_rpc_decode_SOURCES = test/fuzz/rpc_decode_fuzz.cc
test_fuzz_rpc_decode_LDADD = $(FUZZ_DRIVER) $(RPC_LIBS)
test_fuzz_rpc_decode_LDFLAGS = $(FUZZ_LINK_FLAGS)
if FUZZ
FUZZ_TARGETS += test/fuzz/rpc_decode
EXTRA_PROGRAMS += test/fuzz/rpc_decode
else
check_PROGRAMS += test/fuzz/rpc_decode
endif
