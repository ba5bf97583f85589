noinst_LIBRARIES += maplang/syntax/libsyntax.a
maplang_syntax_libsyntax_a_SOURCES = \
  %D%/diagnostic.h \
  %D%/source_text.cc %D%/source_text.h

check_PROGRAMS += test/maplang_syntax
test_maplang_syntax_SOURCES = \
  test/maplang/syntax/source_text_test.cc
test_maplang_syntax_LDADD = test/libtestmain.a maplang/syntax/libsyntax.a
