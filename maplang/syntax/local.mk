noinst_LIBRARIES += maplang/syntax/libsyntax.a maplang/syntax/libgrammar.a
maplang_syntax_libsyntax_a_SOURCES = \
  %D%/ast.cc %D%/ast.h \
  %D%/builder.cc %D%/builder.h \
  %D%/cut.cc %D%/cut.h \
  %D%/diagnostic.h \
  %D%/dump.cc %D%/dump.h \
  %D%/map_index.cc %D%/map_index.h \
  %D%/map_lines.cc %D%/map_lines.h \
  %D%/parse.cc %D%/parse.h \
  %D%/source_text.cc %D%/source_text.h \
  %D%/white_space.h

# What Flex and Bison write stays in the build tree and is compiled with plain
# warnings, so that hand-written code keeps the full set.
nodist_maplang_syntax_libgrammar_a_SOURCES = \
  maplang/syntax/grammar.cc maplang/syntax/lexer.cc
maplang_syntax_libgrammar_a_SOURCES =
maplang_syntax_libgrammar_a_CXXFLAGS = $(GENERATED_CXXFLAGS)
EXTRA_DIST += %D%/grammar.yy %D%/lexer.ll %D%/README.md
BUILT_SOURCES += maplang/syntax/grammar.hh maplang/syntax/lexer.hh
CLEANFILES += maplang/syntax/grammar.cc maplang/syntax/grammar.hh \
  maplang/syntax/lexer.cc maplang/syntax/lexer.hh

maplang/syntax/grammar.cc: %D%/grammar.yy
	@$(MKDIR_P) maplang/syntax
	$(AM_V_GEN)$(BISON) -Wall -Werror -Wcounterexamples -o $@ \
	  $(srcdir)/maplang/syntax/grammar.yy
maplang/syntax/grammar.hh: maplang/syntax/grammar.cc
	@test -f $@ || { rm -f maplang/syntax/grammar.cc; \
	  $(MAKE) $(AM_MAKEFLAGS) maplang/syntax/grammar.cc; }
maplang/syntax/lexer.cc: %D%/lexer.ll
	@$(MKDIR_P) maplang/syntax
	$(AM_V_GEN)$(FLEX) -o $@ $(srcdir)/maplang/syntax/lexer.ll
maplang/syntax/lexer.hh: maplang/syntax/lexer.cc
	@test -f $@ || { rm -f maplang/syntax/lexer.cc; \
	  $(MAKE) $(AM_MAKEFLAGS) maplang/syntax/lexer.cc; }

# A build of one target does not make BUILT_SOURCES first.
maplang/syntax/builder.$(OBJEXT) maplang/syntax/parse.$(OBJEXT): \
  maplang/syntax/grammar.hh
maplang/syntax/libgrammar_a-lexer.$(OBJEXT): maplang/syntax/grammar.hh

SYNTAX_LIBS = maplang/syntax/libsyntax.a maplang/syntax/libgrammar.a \
  maplang/syntax/libsyntax.a

check_PROGRAMS += test/maplang_syntax
test_maplang_syntax_SOURCES = \
  test/maplang/syntax/map_lines_test.cc \
  test/maplang/syntax/parse_test.cc \
  test/maplang/syntax/source_text_test.cc
test_maplang_syntax_LDADD = test/libtestmain.a $(SYNTAX_LIBS)
