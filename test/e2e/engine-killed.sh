#!/bin/bash
# The process of the userspace NFS engine is killed: a message, the rest goes on,
# and NFS works again without anyone's help.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

amd_map m <<'X'
/defaults -opts:=ro,soft,intr;type:=nfs
tree      -rfs:=/share/file/tree rhost:=server1 rhost:=server2
other     -rfs:=/share/k1 rhost:=server1 rhost:=server2
local     type:=link;fs:=/run/local
X
mkdir /run/local && echo here >/run/local/who
check 'two NFS servers start' server_new 1 2
check 'amd starts' amd_start -l "$amd_log" -c 2 -w 2 /file /etc/amd/m
check 'a file is read' says server1 ask /file/tree
engine=$(pgrep -x amd-nfsfs)
check 'there is one engine process' test -n "$engine"
kill -KILL "$engine"
check 'it is killed: a local key is not delayed' within 300 says here read_file /file/local/who
check 'another NFS key works' eventually 5000 says server1 ask /file/other
check 'and the first one again' eventually 15000 says server1 ask /file/tree
check 'by a new engine' eval '[ -n "$(pgrep -x amd-nfsfs)" ] && [ "$(pgrep -x amd-nfsfs)" != $engine ]'
check 'amd is the same process' says "$(amd_pid)" amq -p
check 'the loss was logged' eval 'grep -qi "amd-nfsfs\|engine" "$amd_log"'
for i in 1 2 3; do
	kill -KILL "$(pgrep -x amd-nfsfs)"
	check "killed again ($i)" eventually 15000 says server1 ask /file/other
done
check 'amd stops' amd_stop
finish
