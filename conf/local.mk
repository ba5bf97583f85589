noinst_LIBRARIES += conf/libconf.a conf/libconfgrammar.a
conf_libconf_a_SOURCES = \
  %D%/address.cc %D%/address.h \
  %D%/admit_map.cc %D%/admit_map.h \
  %D%/amd_conf.cc %D%/amd_conf.h \
  %D%/amd_conf_syntax.cc %D%/amd_conf_syntax.h \
  %D%/changes.cc %D%/changes.h \
  %D%/command_line.cc %D%/command_line.h \
  %D%/libconfig_form.cc %D%/libconfig_form.h \
  %D%/load.cc %D%/load.h \
  %D%/nearest.cc %D%/nearest.h \
  %D%/print.cc %D%/print.h \
  %D%/shown.cc %D%/shown.h \
  %D%/nfs_retry.cc %D%/nfs_retry.h \
  %D%/parameter_table.cc \
  %D%/parameters.cc %D%/parameters.h \
  %D%/settings.cc %D%/settings.h \
  %D%/version_text.cc %D%/version_text.h

# The generated grammar and scanner, compiled with plain warnings.
conf_libconfgrammar_a_CXXFLAGS = $(GENERATED_CXXFLAGS)
nodist_conf_libconfgrammar_a_SOURCES = \
  %D%/amd_conf.lexer.cc %D%/amd_conf.parser.cc

# One run of Bison makes both files.
%D%/amd_conf.parser.cc: %D%/amd_conf.yy
	$(AM_V_GEN)$(MKDIR_P) %D% && $(BISON) -Wcounterexamples -Werror \
	  --header=%D%/amd_conf.parser.hh -o $@ $(srcdir)/%D%/amd_conf.yy
%D%/amd_conf.parser.hh: %D%/amd_conf.parser.cc
%D%/amd_conf.lexer.cc: %D%/amd_conf.ll %D%/amd_conf.parser.hh
	$(AM_V_GEN)$(MKDIR_P) %D% && $(FLEX) -o $@ $(srcdir)/%D%/amd_conf.ll

BUILT_SOURCES += %D%/amd_conf.parser.hh
CLEANFILES += %D%/amd_conf.parser.cc %D%/amd_conf.parser.hh \
  %D%/amd_conf.lexer.cc
EXTRA_DIST += %D%/amd_conf.yy %D%/amd_conf.ll %D%/README.md

# What a program that links the room must link as well, in this order.
CONF_LIBS = conf/libconf.a conf/libconfgrammar.a conf/libconf.a \
  maplang/syntax/libsyntax.a $(LIBCONFIG_LIBS) -lfmt

check_PROGRAMS += test/conf_test
test_conf_test_SOURCES = \
  test/conf/amd_conf_test.cc \
  test/conf/changes_test.cc \
  test/conf/command_line_test.cc \
  test/conf/documents.cc test/conf/documents.h \
  test/conf/documents_test.cc \
  test/conf/golden_test.cc \
  test/conf/libconfig_form_test.cc \
  test/conf/load_test.cc \
  test/conf/nearest_test.cc \
  test/conf/parameters_test.cc \
  test/conf/print_test.cc \
  test/conf/random_settings.cc test/conf/random_settings.h \
  test/conf/without_origins.h \
  test/conf/version_text_test.cc
test_conf_test_CPPFLAGS = $(AM_CPPFLAGS) -DSOURCE_DIR='"$(abs_top_srcdir)"'
test_conf_test_LDADD = test/libtestmain.a $(CONF_LIBS)
EXTRA_DIST += test/golden/conf

bash_completiondir = $(datadir)/bash-completion/completions
fish_completiondir = $(datadir)/fish/vendor_completions.d
zsh_completiondir = $(datadir)/zsh/site-functions
dist_bash_completion_DATA = completion/amd.bash completion/amdmap.bash \
  completion/amq.bash
dist_fish_completion_DATA = completion/amd.fish completion/amdmap.fish \
  completion/amq.fish
dist_zsh_completion_DATA = completion/_amd completion/_amdmap completion/_amq
EXTRA_DIST += doc/samples doc/config.md doc/compat.md

test_fuzz_amd_conf_SOURCES = test/fuzz/amd_conf_fuzz.cc
test_fuzz_amd_conf_LDADD = $(FUZZ_DRIVER) $(CONF_LIBS)
test_fuzz_amd_conf_LDFLAGS = $(FUZZ_LINK_FLAGS)
test_fuzz_command_line_SOURCES = test/fuzz/command_line_fuzz.cc
test_fuzz_command_line_LDADD = $(FUZZ_DRIVER) $(CONF_LIBS)
test_fuzz_command_line_LDFLAGS = $(FUZZ_LINK_FLAGS)
if FUZZ
FUZZ_TARGETS += test/fuzz/amd_conf test/fuzz/command_line
EXTRA_PROGRAMS += test/fuzz/amd_conf test/fuzz/command_line
else
check_PROGRAMS += test/fuzz/amd_conf test/fuzz/command_line
endif
