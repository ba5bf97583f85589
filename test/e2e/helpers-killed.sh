#!/bin/bash
# Helper processes are killed in the middle of their work: others take their
# place, and no access waits longer than it must.  The keeper is killed:
# amd goes on, and is told to stop as ever.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

for i in $(seq 20); do
	mkdir -p "/run/by-key/k$i" && echo "k$i" >"/run/by-key/k$i/who"
done
amd_map m <<'X'
tree      -opts:=ro,soft;type:=nfs;rfs:=/share/file/tree rhost:=server1 rhost:=server2
*         type:=link;fs:=/run/by-key/${key}
X
check 'two NFS servers start' server_new 1 2
check 'amd starts' amd_start -l "$amd_log" -c 2 -w 1 /file /etc/amd/m
check 'a name is served' says k1 read_file /file/k1/who
# shellcheck disable=SC2046 # lists of numbers
kill -KILL $(pgrep -x amd-mounter) 2>/dev/null
check 'the mounters are killed: the next name' within 3000 says k2 read_file /file/k2/who
# shellcheck disable=SC2046
kill -KILL $(pgrep -x amd-asker) 2>/dev/null
check 'the askers are killed: a name with servers' within 5000 ask /file/tree
for i in 3 4 5 6; do
	# shellcheck disable=SC2046
	(read_file "/file/k$i/who" >"/run/said.$i" 2>&1 </dev/null) & kill -KILL $(pgrep -x amd-mounter) 2>/dev/null
	wait $!
	check "killed in the middle of the work: there is an answer ($i)" test -s "/run/said.$i"
done
check 'and the next access is good' eventually 3000 says k6 read_file /file/k6/who

check 'idle mounts are unmounted' eventually 30000 eval '! mounted /file/k1 && ! mounted /file/tree'

kill -KILL "$(pgrep -x amd-keeper)"
check 'the keeper is killed: a mounted name' within 3000 says k8 read_file /file/k8/who
check 'and a new one' within 5000 eventually 5000 says k9 read_file /file/k9/who
check 'amd stops' amd_stop
finish
