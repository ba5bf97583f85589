# shellcheck shell=bash
# shellcheck disable=SC2154,SC2086 # servers_run, of servers.sh, holds no blanks
# The half of servers.sh for the kernel's own NFS server: each server is a mount
# namespace with a root of its own, kernel nfsd threads, mountd and rpcbind.

servers_prepare() {
	modprobe -a veth nfs nfsv3 nfsd autofs4 iptable_filter
	mkdir -p $servers_run/freezer
	mountpoint -q $servers_run/freezer || mount -t cgroup -o freezer freezer $servers_run/freezer
}

server_setup() {
	local dir=$servers_run/server$1
	setsid nsenter --net="/run/netns/server$1" unshare -m "$BASH" -c "
		mount --make-rprivate / && cd $dir && mkdir root && mount -t tmpfs root root && cd root
		mkdir -p share proc sys usr etc dev run/rpcbind tmp var/lib/nfs/{rpc_pipefs,sm,v4recovery}
		for l in bin sbin lib lib32 lib64 libx32; do ln -s usr/\$l \$l; done
		mount --bind $dir/share share
		mount --rbind /usr usr; mount --bind /etc etc; mount --rbind /dev dev
		mount -t proc proc proc && mount -t nfsd nfsd proc/fs/nfsd
		touch var/lib/nfs/etab var/lib/nfs/rmtab
		echo \$\$ >$dir/holder
		exec chroot . sleep 1000000" >"$dir/out" 2>&1 </dev/null &
	disown
	until [ -s "$dir/holder" ] &&
		[ "$(readlink "/proc/$(cat "$dir/holder")/root")" = "$dir/root" ]; do
		sleep 0.01
	done
}

server_inside() {
	local n=$1
	shift
	nsenter -t "$(cat "$servers_run/server$n/holder")" -n -m -r -w "$@"
}

nfsd_threads() { pgrep -x nfsd | sort; }

server_start() { # server_start N [nowait]
	nfsd_threads >$servers_run/before
	server_inside "$1" sh -c '
		rpcbind -w
		exportfs -o rw,no_root_squash,insecure,no_subtree_check,fsid=1 "*:/share"
		rpc.mountd -p 20048
		echo 10 >/proc/fs/nfsd/nfsv4leasetime; echo 10 >/proc/fs/nfsd/nfsv4gracetime
		rpc.nfsd 2' >>"$servers_run/server$1/out" 2>&1
	nfsd_threads | comm -13 $servers_run/before - >"$servers_run/server$1/threads"
	[ "${2-}" = nowait ] || server_wait "$1"
}

server_pids() { # user processes of the server, but the holder
	local holder pid
	holder=$(cat "$servers_run/server$1/holder")
	for pid in $(ip netns pids "server$1"); do [ "$pid" = "$holder" ] || echo "$pid"; done
}
# shellcheck disable=SC2046 # a list of numbers
server_kill() {
	server_inside "$1" rpc.nfsd 0
	kill -KILL $(server_pids "$1") 2>/dev/null
	while [ -n "$(server_pids "$1")" ]; do sleep 0.01; done
}
# shellcheck disable=SC2046
server_stop() {
	local group=$servers_run/freezer/server$1 thread
	mkdir -p "$group"
	while read -r thread; do echo "$thread" >"$group/tasks"; done <"$servers_run/server$1/threads"
	echo FROZEN >"$group/freezer.state"
	kill -STOP $(server_pids "$1")
}
# shellcheck disable=SC2046
server_cont() {
	kill -CONT $(server_pids "$1")
	echo THAWED >"$servers_run/freezer/server$1/freezer.state"
}
server_complaints() { tail -n 5 "$servers_run/server$1/out"; }
