# shellcheck shell=bash
# The shell of test/demo --enter: the servers' functions at hand.
. test/lib/servers.sh
PS1='(inside the demo) \w\$ '
echo 'Inside the demo.  The automounter is at /file, its log is /run/amd.log.'
echo 'amq, amq -m, amq --json; server_kill N, server_start N, server_stop N,'
echo 'server_cont N, server_drop N, server_undrop N (N: 1 or 2); exit.'
