# shellcheck shell=bash
# Real NFS servers, to be killed, hung, cut off and revived one by one.  To be
# sourced in a sandbox or a guest (it makes networks, and edits /etc/hosts).
#
#   server_new N...      makes and starts servers: server1, server2 ... with the
#                        address 10.9.N.2; this host is 10.9.N.1.  Each has a
#                        network, an rpcbind, and a /share of its own
#   server_kill N        connections are refused      server_start N   revives it
#   server_stop N        hung: the kernel accepts connections, nobody answers
#   server_cont N        goes on after that
#   server_drop N        all packets to it vanish      server_undrop N  pass again
#   server_share N       the folder that it exports as /share
#   now                  milliseconds since some moment (no program is started)
#
# Each exports /share (NFSv3 and v4 over TCP and UDP, MOUNT at port 20048) with
# file/tree/{readme,big,who,ask/1 ... ask/50} and k1 ... k20/{who,ask/...}.  "who" and
# the files of "ask" hold the server's name; all else is the same, times and sizes
# included, so that the servers are replicas.  ask DIR reads the next file of
# DIR/ask: which server is it today, whatever was read before and may be cached?
#
# SERVER_KIND: ganesha (default), nfs-ganesha, anywhere; nfsd, the kernel's.

servers_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
servers_run=/run/servers
: "${SERVER_KIND:=ganesha}"
# shellcheck source=test/lib/ganesha.sh
. "$servers_lib/$SERVER_KIND.sh"

now() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

server_share() { echo "$servers_run/server$1/share"; }

server_new() {
	local n
	servers_prepare
	for n; do
		server_network "$n"
		server_fill "$n"
		server_setup "$n"
		server_start "$n" nowait
	done
	for n; do server_wait "$n" || return; done
}

server_network() {
	local n=$1
	ip netns add "server$n" || return
	ip link add "v$n" type veth peer name eth0 netns "server$n"
	ip addr add "10.9.$n.1/24" dev "v$n"
	ip link set "v$n" up
	ip -n "server$n" addr add "10.9.$n.2/24" dev eth0
	ip -n "server$n" link set eth0 up
	ip -n "server$n" link set lo up
	nsenter --net="/run/netns/server$n" \
		sysctl -qw net.ipv4.tcp_congestion_control=reno 2>/dev/null
	echo "10.9.$n.2 server$n" >>/etc/hosts
}

server_fill() {
	local dir=$servers_run/server$1 tree folder file
	mkdir -p "$dir"
	mount -t tmpfs "server$1" "$dir"
	mkdir -p "$dir/share/file/tree/folder"
	tree=$dir/share/file/tree
	echo 'the quick brown fox' >"$tree/readme"
	echo 'a file in a folder' >"$tree/folder/file"
	yes 'four and twenty blackbirds' | head -c 4194304 >"$tree/big"
	mkdir -p "$tree/ask" "$dir/share"/k{1..20}/ask
	for folder in "$tree" "$dir/share"/k*; do
		for file in "$folder/who" "$folder/ask/"{1..50}; do echo "server$1" >"$file"; done
	done
	find "$dir/share" -exec touch -d '2026-01-01 00:00:00 UTC' {} +
}

# True once NFS and MOUNT answer; gives up after 15 s.
server_wait() {
	local end=$(($(now) + 15000))
	until server_answers "$1"; do
		if [ "$(now)" -gt $end ]; then
			echo "server$1 does not answer" >&2
			server_complaints "$1" >&2
			return 1
		fi
		sleep 0.02
	done
}
server_answers() {
	rpcinfo -n 2049 -t "10.9.$1.2" 100003 3 >/dev/null 2>&1 &&
		rpcinfo -n 20048 -t "10.9.$1.2" 100005 3 >/dev/null 2>&1
}

ask() {
	local n=0
	[ ! -e /run/asked ] || n=$(</run/asked)
	echo $((n + 1)) >/run/asked
	timeout -k 1 30 cat "$1/ask/$((n % 50 + 1))"
}

# The packet filter: nft where it works, else the older one.
server_filter() {
	local n=$1
	shift
	nsenter --net="/run/netns/server$n" "$@"
}
server_drop() {
	server_filter "$1" nft 'add table inet cut; add chain inet cut in { type filter hook input priority 0; }; add rule inet cut in iif eth0 drop' 2>/dev/null ||
		server_filter "$1" iptables-legacy -w -I INPUT -i eth0 -j DROP
}
server_undrop() {
	server_filter "$1" nft delete table inet cut 2>/dev/null ||
		server_filter "$1" iptables-legacy -w -F INPUT
}
