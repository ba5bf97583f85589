noinst_LIBRARIES += amd/keeper/libkeeper.a
amd_keeper_libkeeper_a_SOURCES = \
  %D%/client.cc %D%/keeper.h \
  %D%/packet.cc %D%/packet.h

# What a program that talks to the keeper must link as well.
KEEPER_LIBS = amd/keeper/libkeeper.a $(BASE_LIBS)

pkglibexec_PROGRAMS += amd/keeper/amd-keeper
amd_keeper_amd_keeper_SOURCES = %D%/main.cc
amd_keeper_amd_keeper_LDADD = $(KEEPER_LIBS)

check_PROGRAMS += test/keeper
test_keeper_SOURCES = test/amd/keeper/keeper_test.cc
test_keeper_LDADD = test/libtestmain.a $(KEEPER_LIBS)
EXTRA_test_keeper_DEPENDENCIES = amd/keeper/amd-keeper
EXTRA_DIST += %D%/README.md
