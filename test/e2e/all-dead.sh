#!/bin/bash
# When no server of an entry lives, an access ends with a clear error in a
# bounded time, amq says why, and the first server that returns is used at once.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

amd_map m <<'X'
/defaults -opts:=ro,soft,intr;type:=nfs
tree      -rfs:=/share/file/tree rhost:=server1 rhost:=server2
silent    -rfs:=/share/k1 rhost:=server1 rhost:=server2
nohost    rhost:=no-such-host;rfs:=/share
noexport  rhost:=server2;rfs:=/no/such/export
X
check 'two NFS servers start' server_new 1 2
check 'amd starts' amd_start -l "$amd_log" /file /etc/amd/m

unreachable() { # the errors that an access may end with
	local said
	said=$("$@" 2>&1) && return 1
	echo "$said"
	[[ $said == *'timed out'* || $said == *'No route to host'* || $said == *'Host is down'* ]]
}

server_kill 1
server_kill 2
check 'both refuse connections: an access ends with an error' \
	within 10000 unreachable ask /file/tree
check 'so does the next, sooner or as soon' within 10000 unreachable ask /file/tree
check 'amq tells which servers are down' eval \
	'amq --json | grep -q "\"server1\"" && amq --json | grep -qi "\"down\""'
check 'server2 returns' server_start 2
check 'and is used at once' within 3000 says server2 ask /file/tree
check 'server1 returns' server_start 1

server_drop 1
server_drop 2
check 'both are silent: an access ends with an error' \
	within 20000 unreachable ask /file/silent
server_undrop 1
server_undrop 2
check 'they answer again, and are used' \
	eventually 5000 says server1 ask /file/silent

check 'a host without an address is an error' within 10000 not read_file /file/nohost/who
check 'an export that does not exist is an error' within 10000 not read_file /file/noexport/who
check 'the good entries go on' says 'the quick brown fox' read_file /file/tree/readme
check 'amd stops' amd_stop
finish
