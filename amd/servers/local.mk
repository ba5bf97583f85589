EXTRA_DIST += %D%/server_order.h
