# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # variables that go between the sourced files
# For the benchmarks, after e2e.sh: amd2 and the peer (Debian's autofs) in turn.
#
#   ours_start MAP       amd on /file with this map            ours_stop
#   peer_start MAP       autofs on /file with this map         peer_stop
#   timed COMMAND...     sets `took`: microseconds
#   touch_each PATH...   looks at each in turn; microseconds of each, one a line
#   touch_all PATH...    looks at all at once; microseconds until all are answered
#   median               of the numbers on standard input
#   result NAME UNIT OURS PEER FLOOR    one JSON object; ratio is ours / peer

bench_cache=${BENCH_CACHE:-600}

ours_start() {
	amd_start -l "$amd_log" -c "$bench_cache" -w "$bench_cache" /file "$1"
}
ours_stop() { amd_stop TERM; }

peer_start() {
	mkdir -p /file
	echo "/file $1 --timeout=$bench_cache" >/run/auto.master
	automount --pid-file /run/automount.pid /run/auto.master || return
	eventually 5000 trigger /file
}
peer_stop() {
	kill -TERM "$(cat /run/automount.pid)"
	while pgrep -x automount >/dev/null; do sleep 0.01; done
	[ -z "$(amd_mounts)" ]
}

timed() {
	local start
	start=$(now_us)
	"$@" || return
	took=$(($(now_us) - start))
}

touch_each() {
	perl -MTime::HiRes=time -e '
		for (@ARGV) {
			my $t = time; stat "$_/who" or die "$_: $!\n";
			printf "%d\n", (time - $t) * 1e6;
		}' "$@"
}

touch_all() {
	perl -MTime::HiRes=time -e '
		pipe my $go, my $start; pipe my $r, my $w;
		for (@ARGV) {
			next if fork;
			close $start; sysread $go, my $x, 1;
			syswrite $w, "!" unless stat "$_/who";
			exit;
		}
		close $w; select undef, undef, undef, 0.2;
		my $t = time; close $start;
		my $bad = sysread $r, my $x, 1;
		die "an access failed\n" if $bad;
		printf "%d\n", (time - $t) * 1e6;' "$@"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : int((v[NR / 2] + v[NR / 2 + 1]) / 2) }'; }

result() {
	awk -v name="$1" -v unit="$2" -v ours="$3" -v peer="$4" -v floor="$5" 'BEGIN {
		printf "{\"name\":\"%s\",\"unit\":\"%s\",\"ours\":%s,\"peer\":%s,\"floor\":%s,\"ratio\":%.4g}\n",
			name, unit, ours, peer, floor, ours / (peer ? peer : 1) }'
}
