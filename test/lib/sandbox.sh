# shellcheck shell=bash
# A throw-away machine inside this one, for scripts that need root.
#
#   sandbox_enter "$0" "$@"    starts the script again inside, waits for it and
#                              exits with its status; inside it does nothing
#
# Inside, the script is process 1 of process, mount, network, IPC and host name
# namespaces of its own: it sees an overlay of the machine's files, empty /run
# and /tmp, and a network with "lo" only.  It may write anywhere (but in the
# project's own folder) and leave anything behind: processes, mounts, links and
# files end with it, even when it is killed with SIGKILL.
#
#   SANDBOX_LIMIT   seconds until it is ended from outside       (default 120)
#   SANDBOX_OUT     a folder that is writable inside and kept    (default none)

sandbox_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

# Each process of the chain dies with the one before it; process 1 takes all
# others inside with it.
sandbox_enter() {
	[ -z "${SANDBOX_INSIDE-}" ] || return 0
	local status=0 runner
	local -a die=(setpriv --pdeathsig KILL)
	if [ "$(id -u)" != 0 ]; then
		echo 'needs root'
		exit 77
	fi
	"${die[@]}" timeout --foreground -s KILL "${SANDBOX_LIMIT:-120}" \
		"${die[@]}" unshare --mount --net --pid --ipc --uts --fork --kill-child=KILL \
		"$BASH" -c '. "$1"; shift; sandbox_make; exec setsid "$BASH" "$@"' sandbox \
		"$sandbox_top/test/lib/sandbox.sh" "$(realpath "$1")" "${@:2}" &
	runner=$!
	# shellcheck disable=SC2064
	trap "sandbox_end $runner; exit 143" INT TERM HUP
	wait $runner || status=$?
	trap - INT TERM HUP
	[ $status != 137 ] || echo "the limit of ${SANDBOX_LIMIT:-120} s was reached, or it was killed"
	exit $status
}

# Kills what sandbox_enter started, and waits until it is gone.
sandbox_end() {
	local inner
	inner=$(pgrep -P "$(pgrep -P "$1")")
	kill -KILL "$1" 2>/dev/null
	for _ in $(seq 100); do
		[ -n "$inner" ] && kill -0 "$inner" 2>/dev/null || return 0
		sleep 0.05
	done
}

sandbox_make() {
	set -e
	local new=/tmp top=$sandbox_top out=${SANDBOX_OUT:-} dir
	exec {keep_top}<"$top"
	[ -z "$out" ] || exec {keep_out}<"$out"
	mount --make-rprivate /
	mount -t tmpfs sandbox $new
	mkdir $new/up $new/work $new/root
	mount -t overlay overlay -o lowerdir=/,upperdir=$new/up,workdir=$new/work $new/root
	new=$new/root
	for dir in /usr /var /opt /home /root; do
		! mountpoint -q "$dir" || mount --rbind "$dir" "$new$dir"
	done
	mount --rbind /dev $new/dev
	mount --rbind /sys $new/sys
	mount -t proc proc $new/proc
	for dir in run tmp mnt; do mount -t tmpfs -o mode=1777 "$dir" "$new/$dir"; done
	sandbox_keep "$keep_top" "$new$top"
	mount -o remount,bind,ro "$new$top"
	[ -z "$out" ] || sandbox_keep "$keep_out" "$new$out"
	exec {keep_top}<&-
	mkdir $new/mnt/old
	cd $new
	pivot_root . mnt/old
	umount -l /mnt/old
	rmdir /mnt/old
	cd "$top"
	hostname client
	printf '127.0.0.1 localhost client\n' >/etc/hosts
	sed -i 's/^hosts:.*/hosts: files/' /etc/nsswitch.conf
	rm -f /etc/amd.conf
	ip link set lo up
	sysctl -qw net.ipv4.tcp_congestion_control=reno 2>/dev/null || true
	export SANDBOX_INSIDE=1
	set +e
}

# The folder open as descriptor $1 at path $2.
sandbox_keep() {
	mkdir -p "$2"
	mount --bind "/proc/self/fd/$1" "$2"
}
