#!/bin/bash
# A mount that nobody uses goes after the cache duration; one in use stays, and
# goes when it is no longer used.  amq -u unmounts at once what is not in use.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

amd_map m <<'X'
/defaults -opts:=ro,soft,intr
tree      type:=nfs;rfs:=/share/file/tree;rhost:=server1
busy      type:=nfs;rfs:=/share/k1;rhost:=server1
opened    type:=nfs;rfs:=/share/k2;rhost:=server1
local     type:=link;fs:=/run/local
X
mkdir /run/local && echo here >/run/local/who
check 'an NFS server starts' server_new 1
check 'amd starts' amd_start -l "$amd_log" -c 2 -w 2 /file /etc/amd/m

check 'tree is mounted by an access' read_file /file/tree/who
check 'busy is mounted by an access' read_file /file/busy/who
check 'opened is mounted by an access' read_file /file/opened/who
check 'local is reached' says here read_file /file/local/who
(cd /file/busy && exec sleep 1000) &
worker=$!
exec {held}</file/opened/who
check 'the idle one is unmounted' eventually 15000 not mounted /file/tree
sleep 3
check 'a working folder keeps a mount' mounted /file/busy
check 'an open file keeps a mount' mounted /file/opened
check 'the open file is readable still' eval 'read -r line <&$held && [ "$line" = server1 ]'
check 'amq -u leaves a busy one' eval 'amq -u /file/busy; sleep 0.5; mounted /file/busy'
kill $worker
exec {held}<&-
check 'the working folder left: unmounted' eventually 15000 not mounted /file/busy
check 'the open file closed: unmounted' eventually 15000 not mounted /file/opened

check 'an access mounts it again' says server1 ask /file/tree
check 'amq -u unmounts what is idle' eval \
	'amq -u /file/tree && eventually 1500 not mounted /file/tree'
check 'amd stops' amd_stop
finish
