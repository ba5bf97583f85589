noinst_LIBRARIES += amd/rpc/librpc.a
amd_rpc_librpc_a_SOURCES = \
  %D%/address.cc %D%/address.h \
  %D%/nfs3.cc %D%/nfs3.h %D%/nfs3_types.h \
  %D%/pending_calls.cc %D%/pending_calls.h \
  %D%/record.cc %D%/record.h \
  %D%/reserved_port.cc %D%/reserved_port.h \
  %D%/rpc_message.cc %D%/rpc_message.h \
  %D%/rtt.cc %D%/rtt.h \
  %D%/socket_transport.h %D%/stream_transport.cc %D%/udp_transport.cc \
  %D%/transport.h \
  %D%/xdr.cc %D%/xdr.h

# What a program that links librpc.a must link as well.
RPC_LIBS = amd/rpc/librpc.a $(TIRPC_LIBS) $(BASE_LIBS)

check_PROGRAMS += test/rpc
test_rpc_SOURCES = \
  test/amd/rpc/nfs3_test.cc \
  test/amd/rpc/record_test.cc \
  test/amd/rpc/rpc_message_test.cc \
  test/amd/rpc/rtt_test.cc \
  test/amd/rpc/socket_transport_test.cc \
  test/amd/rpc/xdr_test.cc \
  test/support/bytes.h test/support/fake_rpc.h \
  test/support/run_loop.cc test/support/run_loop.h \
  test/support/scripted_server.cc test/support/scripted_server.h
test_rpc_LDADD = test/libtestmain.a $(RPC_LIBS)
EXTRA_DIST += %D%/README.md
