#!/bin/bash
# The main job in a real NFS kernel: two nfsd servers, the kernel's NFSv3 client.
# Runs in a user-mode Linux guest that boots in under a second and sees this
# build tree as it is.
if [ -z "${UML_GUEST-}" ]; then
	here=$(cd "$(dirname "$0")" && pwd)
	command -v linux.uml >/dev/null || {
		echo 'linux.uml (package user-mode-linux) is not installed'
		exit 77
	}
	exec "$here/run-uml" -t 240 -e UML_GUEST=1 -e SANDBOX_INSIDE=1 -e SERVER_KIND=nfsd \
		-M autofs4 "$here/$(basename "$0")"
fi
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

amd_map m <<'X'
/defaults -opts:=ro,soft,intr,timeo=10,retrans=2;type:=nfs
tree      -rfs:=/share/file/tree rhost:=server1 rhost:=server2
other     -rfs:=/share/k1 rhost:=server1 rhost:=server2
third     -rfs:=/share/k2 rhost:=server1 rhost:=server2
local     type:=link;fs:=/run/local
X
cat >/etc/amd.conf <<X
[ global ]
log_file = $amd_log
cache_duration = 2
dismount_interval = 2
nfs_engine = kernel

[ /file ]
map_name = /etc/amd/m
mount_type = autofs
X
mkdir /run/local && echo here >/run/local/who
uname -r
check 'two kernel NFS servers start' server_new 1 2
check 'amd starts from amd.conf' amd_start -F /etc/amd.conf
check 'an access mounts from server1' within 10000 says server1 ask /file/tree
check 'through the kernel NFS client' grep -qE ' - nfs server1:/share/file/tree .*vers=3' /proc/self/mountinfo
check 'a big file is read whole' cmp /file/tree/big "$(server_share 1)/file/tree/big"
check 'it is read-only' fails_with 'Read-only file system' touch /file/tree/new
check 'a name without an entry' within 2000 fails_with 'No such file' ls /file/nothing
check 'an idle mount is unmounted' eventually 30000 not mounted /file/tree

server_kill 1
check 'server1 is killed: a new access goes to server2' \
	within 15000 says server2 ask /file/other
check 'server1 is started again' server_start 1
check 'and is used again' eventually 15000 says server1 ask /file/third
check 'idle mounts are unmounted' eventually 30000 not mounted /file/third

server_stop 1
check 'server1 hangs: a new access goes to server2' \
	within 15000 says server2 ask /file/tree
check 'a local key is not delayed' within 1500 says here read_file /file/local/who
server_cont 1
check 'all idle mounts go' eventually 40000 eval '! mounted /file/other && ! mounted /file/tree'
check 'server1 is used again' eventually 15000 says server1 ask /file/tree
check 'amd stops' amd_stop TERM
check 'the automount point is gone' not trigger /file
finish
