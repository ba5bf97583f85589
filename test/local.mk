# The main function of every test program, compiled once (Catch2's takes 13 s).
check_LIBRARIES += test/libtestmain.a
test_libtestmain_a_SOURCES = %D%/support/main.cc %D%/support/printers.h
