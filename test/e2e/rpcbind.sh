#!/bin/bash
# amd registers amq with rpcbind where there is one, and takes it back when it
# stops; without one amq finds it by its socket, or by a port that it is told.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

mkdir /run/local && echo here >/run/local/who
echo 'key type:=link;fs:=/run/local' | amd_map m
printf '[ global ]\nlog_file = %s\npreferred_amq_port = 4711\n[ /file ]\nmap_name = /etc/amd/m\n' \
	"$amd_log" | amd_map amd.conf
registered() { rpcinfo -p 127.0.0.1 | awk '$1 == 300019 { print $2, $3, $4 }' | sort; }

check 'amd starts without rpcbind' amd_start -F /etc/amd/amd.conf
check 'and says so' eventually 2000 logged 'no rpcbind to register with'
check 'amq finds it by its socket' says "$(amd_pid)" amq -p
check 'over TCP amq says what is missing' fails_with 'Port mapper failure' amq -T -p
check 'amq finds it by its port, over TCP' says "$(amd_pid)" amq -T --port 4711 -p
check 'and over UDP' says "$(amd_pid)" amq -h localhost -U --port 4711 -p
check 'amd stops' within 5000 amd_stop
check 'amq says that there is none' fails_with 'no amd answers at /run/amd/amq.sock' amq

rpcbind -w 2>/dev/null || rpcbind
check 'rpcbind runs' eventually 3000 rpcinfo -p 127.0.0.1
check 'amq says that nothing is registered' \
	fails_with 'amq: localhost: RPC: Program not registered' amq
check 'amd starts with rpcbind' amd_start -F /etc/amd/amd.conf
check 'and registers both versions, TCP and UDP' eventually 2000 eval \
	'[ "$(registered)" = "$(printf "%s\n" "1 tcp 4711" "1 udp 4711" "2 tcp 4711" "2 udp 4711")" ]'
check 'amq finds it through rpcbind, over TCP' says "$(amd_pid)" amq -h localhost -T -p
check 'over UDP' says "$(amd_pid)" amq -U -p
check 'and may change something, as root' amq -T -f
check 'amd stops with rpcbind' within 5000 amd_stop
check 'and nothing is registered any more' says '' registered

kill -STOP "$(pgrep -x rpcbind)"
check 'amd starts while rpcbind hangs' within 5000 amd_start -F /etc/amd/amd.conf
check 'and serves' says here read_file /file/key/who
check 'and stops within a bounded time' within 8000 amd_stop
kill -KILL "$(pgrep -x rpcbind)"
finish
