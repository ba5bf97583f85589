#!/bin/bash
# amd is killed with SIGKILL under its mounts: the keeper starts it again and the
# directory works.  Killed together with its keeper and started by hand it works
# too; nothing needs a reboot, nobody waits for ever.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

amd_map m <<'X'
/defaults -opts:=ro,soft,intr;type:=nfs
tree      -rfs:=/share/file/tree rhost:=server1 rhost:=server2
other     -rfs:=/share/k1 rhost:=server1 rhost:=server2
third     -rfs:=/share/k2 rhost:=server1 rhost:=server2
local     type:=link;fs:=/run/local
second    type:=link;fs:=/run/second
X
mkdir /run/local /run/second && echo here | tee /run/local/who >/run/second/who
check 'two NFS servers start' server_new 1 2
start() { amd_start -l "$amd_log" -c 5 -w 2 -r /file /etc/amd/m; }
check 'amd starts' start
check 'a file is read' says server1 ask /file/tree
check 'a local one' says here read_file /file/local/who

old=$(amd_pid)
kill -KILL "$old"
check 'amd is killed: what is mounted is there' within 3000 says server1 ask /file/tree
check 'a new key is mounted' within 10000 eventually 10000 says server1 ask /file/other
check 'by a new amd' eval '[ -n "$(amd_pid)" ] && [ "$(amd_pid)" != $old ]'
check 'which answers amq' eventually 5000 eval '[ "$(amq -p)" = "$(amd_pid)" ]'

# shellcheck disable=SC2046 # a list of numbers
kill -KILL $(pgrep '^amd(-|$)')
while [ -n "$(amd_processes)" ]; do sleep 0.01; done
check 'all of amd is killed: an access ends' within 5000 eval 'read_file /file/third/who || true'
check 'amd is started by hand' start
check 'and serves what it served' eventually 10000 says server1 ask /file/tree
check 'and what it did not' eventually 10000 says server1 ask /file/third
check 'and local keys' eventually 5000 says here read_file /file/second/who
check 'amd stops, and cleans up after the dead one too' amd_stop
finish
