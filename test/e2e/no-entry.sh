#!/bin/bash
# A name without an entry is refused at once with ENOENT, every time, however
# many ask, and whatever happens to the servers meanwhile.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

amd_map m <<'X'
tree      -opts:=ro;type:=nfs;rfs:=/share/file/tree rhost:=server1
elsewhere host!=${host};type:=link;fs:=/run
local     -type:=link host==nobody;fs:=/nowhere fs:=/run/local
X
amd_map wild <<'X'
known     type:=link;fs:=/run/local
*         type:=link;fs:=/run/by-key/${key}
X
mkdir -p /run/local /run/by-key/one && echo here | tee /run/local/who >/run/by-key/one/who
check 'an NFS server starts' server_new 1
check 'amd starts' amd_start -l "$amd_log" /file /etc/amd/m /wild /etc/amd/wild
check 'a name without an entry is refused at once' \
	within 200 fails_with 'No such file' ls /file/nothing
check 'and again' within 200 fails_with 'No such file' ls /file/nothing
check 'an entry whose selectors do not match is refused' \
	within 500 fails_with 'No such file' ls /file/elsewhere
check 'of two locations the one that matches is taken' says here read_file /file/local/who
check 'a wildcard stands for every other key' says here read_file /wild/one/who
check 'a key of its own comes before the wildcard' says here read_file /wild/known/who
check 'a wildcard that leads nowhere is an error' within 2000 not ls /wild/two/
server_stop 1
(read_file /file/tree/who >/run/late 2>&1 </dev/null) &
check 'a server that hangs does not delay the refusal' \
	within 200 fails_with 'No such file' ls /file/nothing
server_cont 1
check 'the access to the hung server ends well' eventually 15000 says server1 cat /run/late
check '500 refusals at once' says 0 crowd 500 /file/nothing%d
check 'amd stops' amd_stop
finish
