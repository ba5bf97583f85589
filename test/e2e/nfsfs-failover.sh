#!/bin/bash
# The userspace NFS engine on its own, without amd: a process that reads 256 MiB
# does not notice that its server is killed, hung, reset or cut off, nor that
# the engine itself is killed; what differs is not read; what is left waits or
# fails as the mount's options say.
# shellcheck disable=SC2015,SC2086 # no words with blanks here
# shellcheck source=test/lib/sandbox.sh
. "$(dirname "$0")/../lib/sandbox.sh"
SANDBOX_LIMIT=${SANDBOX_LIMIT:-240} sandbox_enter "$0" "$@"
set -u
export LC_ALL=C
# shellcheck source=test/lib/servers.sh
. "$sandbox_top/test/lib/servers.sh"
# shellcheck source=test/lib/claims.sh
. "$sandbox_top/test/lib/claims.sh"
: "${AMD_BUILD:=$sandbox_top/build}"
keeper=$AMD_BUILD/amd/keeper/amd-keeper
[ -x "$AMD_BUILD/amd/nfsfs/amd-nfsfs" ] && [ -x "$AMD_BUILD/test/nfsfs-mount" ] || {
	echo 'the engine is not built'
	exit 77
}
m=/run/m
threshold=50
# A gap is the threshold, and what a loaded machine adds.
: "${NFSFS_SLACK:=150}"

# nfs_mount OPTIONS: mounts the tree of both servers at $m, through the keeper.
nfs_mount() {
	local line
	mkdir -p $m
	coproc DRIVER {
		exec "$keeper" -- "$AMD_BUILD/test/nfsfs-mount" $m "$1" $threshold \
			10.9.1.2:2049:20048:/share/file/tree \
			10.9.2.2:2049:20048:/share/file/tree 2>>/run/engine.log
	}
	driver=$DRIVER_PID
	exec {to}>&"${DRIVER[1]}" {from}<&"${DRIVER[0]}"
	read -r -t 15 line <&"$from"
	echo "$line"
	[ "$line" = attached ]
}
nfs_umount() {
	echo quit >&"$to"
	exec {to}>&- {from}<&-
	eventually 5000 not kill -0 "$driver" 2>/dev/null
}
# ask WORD...: a command to the driver; the lines up to "... end" or one line.
ask() {
	local line
	echo "$*" >&"$to"
	while read -r -t 5 line <&"$from"; do
		echo "$line"
		[ "$line" != 'status end' ] && [ "$1" = status ] || break
	done
}
active() { ask status | sed -n 's/.* active=\([^ ]*\).*/\1/p'; }
counter() { ask status | grep "^mount" | grep -o " $1=[0-9]*" | cut -d= -f2; }

# Empties the kernel's cache of a file, so that it is read from a server.
forget() { dd of="$1" oflag=nocache conv=notrunc,fdatasync count=0 status=none 2>/dev/null || dd if="$1" iflag=nocache count=0 status=none; }

# reading_while EVENT...: reads the big file at 200 MB/s; EVENT happens in the
# middle of it.
reading_while() {
	local pid status=0
	forget $m/data
	"$AMD_BUILD/test/gap-reader" $m/data 200 >/run/reader 2>&1 &
	pid=$!
	sleep 0.5
	"$@"
	wait $pid || status=$?
	cat /run/reader
	gap=$(sed -n 's/.*gap_ms=\([0-9]*\).*/\1/p' /run/reader)
	[ $status = 0 ] && [[ $(cat /run/reader) == "bytes=268435456 sum=$sum "*" errors=0" ]]
}
gap_at_most() {
	echo "the longest gap was $gap ms"
	[ "$gap" -le "$1" ]
}

check 'two NFS servers start' server_new 1 2
for n in 1 2; do
	openssl enc -aes-128-ctr -pass pass:amd2 -nosalt -in /dev/zero 2>/dev/null |
		head -c 268435456 >"$(server_share $n)/file/tree/data"
	touch -d '2026-01-02 00:00:00 UTC' "$(server_share $n)/file/tree/data" "$(server_share $n)/file/tree"
done
sum=$("$AMD_BUILD/test/gap-reader" "$(server_share 1)/file/tree/data" 0 | sed 's/.*sum=\([^ ]*\).*/\1/')
check 'the file system is attached' nfs_mount ro,hard,intr
check 'a reader with healthy servers' reading_while true
check 'reads from the first server' says 10.9.1.2/2049:/share/file/tree active

check 'a reader whose server is killed' reading_while server_kill 1
check 'waits at most 50 ms and slack' gap_at_most $((threshold + NFSFS_SLACK))
check 'the second server is read' says 10.9.2.2/2049:/share/file/tree active
check 'the first one comes back' server_start 1
check 'and is read again after it was well for a while' \
	eventually 8000 says 10.9.1.2/2049:/share/file/tree active
check 'a reader whose server hangs' reading_while server_stop 1
check 'waits the threshold and slack' gap_at_most $((threshold + NFSFS_SLACK))
server_cont 1
eventually 8000 says 10.9.1.2/2049:/share/file/tree active >/dev/null
check 'a reader whose server is cut off' reading_while server_drop 1
check 'waits the threshold and slack' gap_at_most $((threshold + NFSFS_SLACK))
server_undrop 1
check 'it is read again when it was well for a while' \
	eventually 15000 says 10.9.1.2/2049:/share/file/tree active
check 'a reader whose server is drained' reading_while ask drain 10.9.1.2/2049
check 'does not wait' gap_at_most $((threshold + NFSFS_SLACK))
check 'reads from the other one' says 10.9.2.2/2049:/share/file/tree active
ask drain none >/dev/null

both_away() {
	server_kill 1
	server_kill 2
	sleep 2
	server_start 2 nowait
}
check 'a reader whose servers are both away for 2 s' reading_while both_away
check 'goes on soon after' gap_at_most 4000
server_wait 2
check 'the first one starts again' server_start 1
eventually 15000 says 10.9.1.2/2049:/share/file/tree active >/dev/null

# A killable wait: hard, and nobody answers.
server_stop 1
server_stop 2
forget $m/data
for words in "cat $m/data" "ls -l $m/folder" "stat $m/unheard-of"; do
	# shellcheck disable=SC2086
	$words >/dev/null 2>&1 &
	pid=$!
	sleep 0.3
	check "\"$words\" waits for dead servers" kill -0 $pid
	kill -KILL $pid
	check 'and dies when it is killed' eventually 500 not grep -qs 'State:	[DRS]' /proc/$pid/status
	wait $pid 2>/dev/null
done
server_cont 1
server_cont 2
check 'and the next process reads' eventually 5000 cmp -n 1000000 $m/data "$(server_share 1)/file/tree/data"

# The engine's own death.
engine_kill() { kill -KILL "$(pgrep -x amd-nfsfs)"; }
check 'a reader whose engine is killed' reading_while engine_kill
check 'waits for the new engine and slack' gap_at_most $((threshold + 2 * NFSFS_SLACK))
listing() { (cd "$1" && find . -printf '%p %s %T@ %m\n' | sort); }
check 'the tree is whole' says "$(listing "$(server_share 1)/file/tree")" listing $m

# A replica that is not the same.
odd() { echo "$1" >"$(server_share "$2")/file/tree/odd"; }
odd one 1 && odd other 2
check 'a file that differs is read from the first' says one cat $m/odd
exec {odd_file}<$m/odd
server_kill 1
forget $m/odd
check 'its reader gets an error when only the other is left' \
	fails_with 'Input/output error' cat <&"$odd_file"
check 'the log names both and the difference' \
	grep -q '/odd is not the same on 10.9.2.2/2049:/share/file/tree as on 10.9.1.2/2049:/share/file/tree: size 6, not 4' /run/engine.log
check 'who opens it anew reads the other one' eventually 8000 says other cat $m/odd
check 'other files are read' says 'the quick brown fox' cat $m/readme
server_start 1
check 'it ends and leaves nothing' nfs_umount
check 'no process is left' not pgrep '^amd-'

# soft
check 'a soft file system is attached' nfs_mount ro,soft,timeo=5,retrans=1
server_kill 1
server_kill 2
check 'an access fails in its time' within 2500 fails_with 'timed out' stat $m/nowhere
check 'and so does a read' within 2500 fails_with 'timed out' cat $m/data
server_start 1 && server_start 2
check 'and works when a server is back' eventually 2000 says 'the quick brown fox' cat $m/readme
check 'it ends' nfs_umount
[ $claims_failed = 0 ] || tail -n 40 /run/engine.log
finish
