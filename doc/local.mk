# Manual pages are listed here by name.
