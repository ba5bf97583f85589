#!/bin/bash
# A server that accepts connections and says nothing, or whose packets vanish,
# delays only the accesses that need it.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

amd_map m <<'X'
/defaults -opts:=ro,soft,intr;type:=nfs
both      -rfs:=/share/file/tree rhost:=server1 rhost:=server2
other     rfs:=/share/k1;rhost:=server2
third     rfs:=/share/k4;rhost:=server2
local     type:=link;fs:=/run/local
hung      rfs:=/share/k2;rhost:=server1
later     -rfs:=/share/k3 rhost:=server1 rhost:=server2
again     -rfs:=/share/k5 rhost:=server1 rhost:=server2
X
mkdir /run/local && echo here >/run/local/who
check 'two NFS servers start' server_new 1 2
check 'amd starts' amd_start -l "$amd_log" /file /etc/amd/m

server_stop 1
read_file /file/hung/who >/run/hung 2>&1 </dev/null &
hung=$!
check 'server1 hangs: an access with a second server takes that one' \
	within 2500 says server2 ask /file/both
check 'a key of the other server is not delayed' within 1000 says server2 ask /file/other
check 'a local key is not delayed' within 300 says here read_file /file/local/who
check 'the next key of both knows already' within 1000 says server2 ask /file/later
check 'fifty accesses to a server that hangs delay nobody' eval '
	for i in $(seq 50); do read_file /file/hung/who >/dev/null 2>&1 </dev/null & done
	within 1000 says server2 ask /file/third'
check 'amq answers meanwhile' within 500 says "$(amd_pid)" amq -p
server_cont 1
check 'server1 goes on: who waited gets its file, or its error' within 20000 wait $hung
check 'and server1 is used' eventually 3000 says server1 ask /file/hung

server_drop 1
check 'packets vanish: the second server is taken' \
	within 2500 says server2 ask /file/again
check 'a local key is not delayed by that' within 300 says here read_file /file/local/who
server_undrop 1
check 'amd stops' amd_stop
finish
