#!/bin/bash
# The main job: the map of the article that amd2 was started from, on the
# command line as in amd.  An access finds a living server; when that one dies,
# the next; when it comes back, it again; idle mounts go, and so does amd,
# leaving nothing behind.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

amd_map file_map <<'X'
tree	-opts:=ro,soft,intr;type:=nfs;rfs:=/share/file/tree rhost:=server1 rhost:=server2
X
check 'two NFS servers start' server_new 1 2
check 'amd starts from the command line' \
	amd_start -l "$amd_log" -c 2 -w 2 -a /.amd_mnt /file /etc/amd/file_map
check 'the automount point is there' trigger /file
check 'an access mounts from server1' within 2000 says server1 ask /file/tree
check 'a second access is served by the mount' within 500 says server1 ask /file/tree
check 'a file in a folder of it is read' says 'a file in a folder' read_file /file/tree/folder/file
check 'a big file is read whole' cmp /file/tree/big "$(server_share 1)/file/tree/big"
check 'it is read-only' fails_with 'Read-only file system' touch /file/tree/new
check 'a file that the server does not have is missing' \
	fails_with 'No such file' read_file /file/tree/nothing
check 'amq lists the mount' eval 'amq -m | grep -q "server1:/share/file/tree"'
check 'amq prints the process id' says "$(amd_pid)" amq -p

server_kill 1
check 'server1 is killed: an access goes to server2' \
	within 5000 says server2 ask /file/tree
check 'and the next one as well, without delay' within 1000 says server2 ask /file/tree

check 'an idle mount is unmounted' eventually 15000 not mounted /file/tree
check 'server1 is started again' server_start 1
# An access in the moment of its return may still be given to server2, which is
# well; one that mounts after it was seen is not.
check 'it is used again, with no restart of amd' eventually 10000 eval \
	'says server1 ask /file/tree || { amq -u /file/tree; sleep 0.5; false; }'

check 'amd stops when told' amd_stop TERM
check 'the automount point is gone' not trigger /file
finish
