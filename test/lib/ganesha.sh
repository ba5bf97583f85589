# shellcheck shell=bash
# shellcheck disable=SC2154,SC2086 # servers_run, of servers.sh, holds no blanks
# The nfs-ganesha half of servers.sh.

servers_prepare() { modprobe -a veth 2>/dev/null || true; }

server_setup() {
	cat >"$servers_run/server$1/conf" <<-X
		NFS_CORE_PARAM { Bind_addr = 10.9.$1.2; Protocols = 3,4; Enable_NLM = false; Enable_RQUOTA = false; NFS_Port = 2049; MNT_Port = 20048; }
		NFSV4 { Graceless = true; }
		EXPORT { Export_Id = 1; Path = /share; Pseudo = /share; Access_Type = RW; Squash = No_root_squash; SecType = sys; Attr_Expiration_Time = 0; FSAL { Name = VFS; } }
	X
}

# rpcbind's socket is a path, so each server has a mount namespace with its own
# /run.  (ganesha exits if it cannot register NFSv3.)
server_start() { # server_start N [nowait]
	local dir=$servers_run/server$1
	setsid nsenter --net="/run/netns/server$1" unshare -m "$BASH" -c "
		mount --make-rprivate / && mkdir -p /share && mount --bind $dir/share /share
		cp $dir/conf /tmp/server$1.conf
		mount -t tmpfs run /run; mkdir -p /run/ganesha /run/rpcbind /var/lib/nfs/ganesha
		rpcbind -w
		exec ganesha.nfsd -F -f /tmp/server$1.conf -L /tmp/server$1.log \
			-N NIV_EVENT -p /run/ganesha/pid" \
		>"$dir/out" 2>&1 </dev/null &
	disown
	[ "${2-}" = nowait ] || server_wait "$1"
}

server_pids() { ip netns pids "server$1"; }
# shellcheck disable=SC2046 # a list of numbers
server_kill() {
	kill -KILL $(server_pids "$1") 2>/dev/null
	while [ -n "$(server_pids "$1")" ]; do sleep 0.01; done
}
# shellcheck disable=SC2046
server_stop() { kill -STOP $(server_pids "$1"); }
# shellcheck disable=SC2046
server_cont() { kill -CONT $(server_pids "$1"); }
server_complaints() { tail -n 5 "$servers_run/server$1/out" "/tmp/server$1.log"; }
