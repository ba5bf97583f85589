#!/bin/bash
# amd started from an amd.conf: [ global ] and a section for each directory, as
# sites have them; a second form of the file; errors in it.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

amd_map m <<'X'
/defaults opts:=ro,soft;type:=nfs
tree      -rfs:=/share/file/tree rhost:=server1 rhost:=server2
local     type:=link;fs:=/run/local
here      host==${host};type:=link;fs:=/run/local host!=${host};type:=link;fs:=/nowhere
X
mkdir /run/local && echo here >/run/local/who
cat >/etc/amd.conf <<X
# as sites write it
[ global ]
log_file = $amd_log
log_options = all,nodebug
auto_dir = /.amd_mnt
cache_duration = 3
dismount_interval = 2
restart_mounts = yes
plock = no

[ /file ]
map_name = /etc/amd/m
map_type = file

[ /file2 ]
map_name = /etc/amd/m
map_options = cache:=all
X
check 'two NFS servers start' server_new 1 2
check 'amd starts from /etc/amd.conf' amd_start
check 'a name of the first directory' says server1 ask /file/tree
check 'a name of the second one' says here read_file /file2/local/who
check 'a selector' says here read_file /file2/here/who
check 'the cache duration is as configured' eventually 8000 not mounted /file/tree
check 'the log is where it was configured' test -s "$amd_log"
check 'amd stops' amd_stop

sed 's/^plock = no/plock = maybe/' /etc/amd.conf >/etc/bad.conf
check 'a bad value is an error' fails_with 'plock' amd_run -F /etc/bad.conf
check 'and a file that is not there' fails_with '/etc/none.conf' amd_run -F /etc/none.conf
check 'nothing was started' not amd_pid
finish
