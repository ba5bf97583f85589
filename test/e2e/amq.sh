#!/bin/bash
# amq: the mounts, the servers with their states, flush, unmounting one node, over
# the Unix socket.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

amd_map m <<'X'
tree      -opts:=ro,soft;type:=nfs;rfs:=/share/file/tree rhost:=server1 rhost:=server2
local     type:=link;fs:=/run/local
busy      type:=link;fs:=/run/local
X
mkdir /run/local && echo here >/run/local/who
json() { # json PERL-EXPRESSION about $j, which must be true
	amq --json | perl -MJSON::PP -0777 -e 'my $j = decode_json(<STDIN>); exit !('"$1"')'
}
check 'two NFS servers start' server_new 1 2
check 'amq without an amd is an error' fails_with amq amq
check 'amd starts' amd_start -l "$amd_log" /file /etc/amd/m
check 'amq -p' says "$(amd_pid)" amq -p
check 'two names are served' eval 'ask /file/tree && read_file /file/local/who'
check 'the default listing shows them' eval \
	'amq | grep -qE "^/file/tree +nfs +server1:/share/file/tree" && amq | grep -qE "^/file/local +link"'
check 'amq -m shows mounts, servers and states' eval \
	'amq -m | grep -qE "^server1:/share/file/tree +/file/tree +nfs +1 +server1 is up"'
check 'amq -i shows the map' eval 'amq -i | grep -q "^/etc/amd/m "'
check 'amq -s and -v answer' eval 'amq -s && amq -v'
check 'JSON: the nodes' json '1 == grep { $_->{path} eq "/file/tree" && $_->{state} eq "ready" } @{$j->{nodes}}'
check 'JSON: the servers with states and times' json \
	'2 == grep { $_->{state} eq "up" && $_->{since} && @{$_->{history}} } @{$j->{servers}}'
check 'JSON: the pid' json "\$j->{pid} == $(amd_pid)"

echo "added type:=link;fs:=/run/local" >>/etc/amd/m
check 'amq -f reads the map again' eval 'amq -f && eventually 2000 says here read_file /file/added/who'
check 'amq -u unmounts one node' eval 'amq -u /file/tree && eventually 2000 not mounted /file/tree'
check 'and only that one' mounted /file/local
(cd /file/busy && exec sleep 1000) &
worker=$!
eventually 2000 mounted /file/busy
check 'amq -uu of a busy one says so' eval '! out=$(amq -uu /file/busy) || [ -n "$out" ]; mounted /file/busy'
kill $worker
check 'what is not automounted is an error' fails_with 'not automounted' amq /nowhere

check 'amd stops' amd_stop
finish
