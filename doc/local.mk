# Manual pages are listed here by name.
dist_man_MANS += doc/man/amd.8 doc/man/amd.conf.5 doc/man/amd.map.5 \
  doc/man/amdmap.1 doc/man/amq.8
EXTRA_DIST += doc/protocols.md
