#!/bin/bash
# A thousand processes wait at the same time, for one key, for twenty keys, for
# a thousand keys: each is answered exactly once, and well.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

amd_map m <<'X'
/defaults -opts:=ro,soft,intr
tree      -type:=nfs;rfs:=/share/file/tree rhost:=server1 rhost:=server2
*         type:=link;fs:=/run/by-key/${key}
X
for i in $(seq 20); do
	echo "k$i	-type:=nfs;rfs:=/share/k$i rhost:=server1 rhost:=server2"
done >>/etc/amd/m
for i in $(seq 0 999); do
	mkdir -p "/run/by-key/b$i" && echo "b$i" >"/run/by-key/b$i/who"
done
check 'two NFS servers start' server_new 1 2
check 'amd starts' amd_start -l "$amd_log" /file /etc/amd/m
check 'a thousand at once for one key' says 1000 crowd 1000 /file/tree/who
tail -n 1 "$claim_said"
mapfile -t paths < <(seq -f '/file/k%g/who' 20)
check 'a thousand at once for twenty keys' says 1000 crowd 1000 "${paths[@]}"
tail -n 1 "$claim_said"
check 'a thousand at once for a thousand keys' says 1000 crowd 1000 /file/b%d/who
tail -n 1 "$claim_said"
check 'a thousand for the mounts that are there' says 1000 crowd 1000 /file/b%d/who
check 'amd still answers amq' says "$(amd_pid)" amq -p
check 'amd stops' amd_stop
finish
