# shellcheck shell=bash
# amd under test, in a sandbox: there is one at most, so programs may be found
# by their names.
#
#   amd_map NAME         standard input becomes /etc/amd/NAME
#   amd_start ARG...     starts amd and waits until its directories answer
#   amd_run ARG...       the same, for a start that should fail: its status, its
#                        messages on standard output
#   amd_stop [SIGNAL]    ends it and waits until it is gone; fails if anything
#                        is left: a process, a mount
#   amd_pid              process id of the daemon
#   amq ARG...           the client
#   read_file PATH...    cat, with an end after 30 s whatever happens
#   mounted PATH         true if something is mounted there (no autofs point)
#   logged TEXT          true if amd's log holds TEXT
#
# amd_log is the log file: give it to amd (-l "$amd_log", or log_file).

amd_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
: "${AMD_BUILD:=$amd_top/build}"
amd_program=$AMD_BUILD/amd/daemon/amd
amq_program=$AMD_BUILD/amd/amq/amq
amd_log=/run/amd.log

if [ ! -x "$amd_program" ] && [ "${BENCH_ONLY-}" != peer ]; then
	echo "$amd_program is not built"
	exit 77
fi

amd_map() { mkdir -p /etc/amd && cat >"/etc/amd/$1"; }

amd_run() { timeout -k 1 "${AMD_START_LIMIT:-15}" "$amd_program" "$@" 2>&1 </dev/null; }

amd_start() {
	local status=0
	amd_run "$@" >/run/amd.out || status=$?
	[ $status = 0 ] || {
		echo "amd ended with $status:"
		cat /run/amd.out
	}
	return $status
}

amd_pid() { pgrep -x amd | sed -n "1p;q" | grep .; }
amd_processes() { pgrep -l '^amd(-|$)'; }
amd_mounts() { grep -E ' - (autofs|fuse\.?[^ ]*|nfs4?) ' /proc/self/mountinfo | grep -v ' - fusectl '; }
amq() { timeout 10 "$amq_program" "$@"; }
read_file() { timeout -k 1 30 cat -- "$@"; }
mounted() { awk -v p="$1" '$5 == p && !/ - autofs / { n++ } END { exit !n }' /proc/self/mountinfo; }
trigger() { awk -v p="$1" '$5 == p && / - autofs / { n++ } END { exit !n }' /proc/self/mountinfo; }
logged() { grep -qF -- "$1" "$amd_log"; }

amd_stop() {
	local end pid
	end=$(($(now_us) + 15000000))
	[ -n "$(amd_pid)" ] || {
		echo 'there is no amd to stop'
		return 1
	}
	for pid in $(pgrep -x amd); do kill "-${1:-TERM}" "$pid"; done
	while [ -n "$(amd_processes)" ]; do
		if [ "$(now_us)" -gt $end ]; then
			echo "amd does not stop: $(amd_processes | tr '\n' ' ')"
			return 1
		fi
		sleep 0.01
	done
	[ -z "$(amd_mounts)" ] || {
		echo "amd left mounts behind:"
		amd_mounts
		return 1
	}
}

# Ends all of amd the hard way, and its mounts: for scripts that start it often.
# shellcheck disable=SC2046 # a list of numbers
amd_destroy() {
	local dir
	kill -KILL $(pgrep '^amd(-|$)') 2>/dev/null
	while [ -n "$(amd_processes)" ]; do sleep 0.01; done
	for dir in $(amd_mounts | awk '{ print $5 }' | tac); do umount -l "$dir"; done
}

# crowd N PATH...: N processes read one file each, all at the same time, the
# paths in turn ("%d" in a path is the number of the process).  Prints how many
# succeeded; the slowest one's milliseconds go to standard error.
crowd() {
	timeout -k 1 60 perl -MTime::HiRes=time -e '
		my $n = shift; my ($r, $w); pipe $r, $w; pipe my $go, my $start;
		for my $i (0 .. $n - 1) {
			next if fork;
			close $start; sysread $go, my $x, 1;	# returns when all are there
			my $t = time; (my $p = $ARGV[$i % @ARGV]) =~ s/%d/$i/;
			my $f; my $ok = open($f, "<", $p) && defined(readline $f) ? 1 : 0;
			syswrite $w, sprintf "%d %d %s\n", $ok, (time - $t) * 1000, $ok ? "" : "$p: $!";
			exit;
		}
		close $w; close $start;
		my ($good, $worst) = (0, 0);
		while (<$r>) { my ($ok, $ms, $why) = split " ", $_, 3; $good += $ok; $worst = $ms if $ms > $worst; print STDERR $why if !$ok && $bad++ < 3 }
		print "$good\n"; print STDERR "slowest: $worst ms\n";' "$@"
}
