# shellcheck shell=bash
# Runs steps, one line each with its time, and adds up what they say.
#
#   steps_begin DIR          logs go to DIR/NAME.log
#   step NAME COMMAND...     runs it, no input, output to the log.  It passed if
#                            it exited with 0; with 77 it did not run, and its
#                            last line says why.  A line "N passed, N failed" in
#                            its output counts as that many, else it counts 1.
#                            A line "NOT RUN: WHAT" goes to the summary
#   not_run NAME WHY         says so now and in the summary
#   steps_end                summary, closing line; status 1 if anything failed
#   steps_stop               ends the steps that run (for a trap)
#
# Lanes of steps may run side by side in subshells: what is known about a step
# is in files.

steps_begin() {
	steps_dir=$1
	rm -rf "${steps_dir:?}"
	mkdir -p "$steps_dir/running"
	: >"$steps_dir/results"
	: >"$steps_dir/not-run"
}

# The sum of all closing lines in a log ("passed failed"), if there are any.
closing_lines() {
	awk '/^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3; n++ }
		END { if (n) print p, f; else exit 1 }' "$1"
}

show_tail() { # show_tail NAME LOG: what a failing step said at the end
	printf '%s\n' "        the end of $2:"
	tail -n "${STEP_TAIL:-40}" "$2" | sed 's/^/        | /'
}

step() {
	local name=$1 log=$steps_dir/$1.log start now beat status counts text pid
	shift
	start=$(date +%s%N)
	beat=30
	set -m
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	set +m
	echo "$pid" >"$steps_dir/running/$name"
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		now=$((($(date +%s%N) - start) / 1000000000))
		[ "$now" -ge "$beat" ] || continue
		beat=$((beat + 30))
		printf '   ...  %-24s %6d s  %s\n' "$name" "$now" \
			"$(tail -n 1 "$log" | tr -d '\r' | cut -c 1-60)"
	done
	status=0
	wait "$pid" 2>/dev/null || status=$?
	rm -f "$steps_dir/running/$name"
	now=$((($(date +%s%N) - start) / 100000000))
	if [ $status = 77 ]; then
		not_run "$name" "$(tail -n 1 "$log")"
		return 0
	fi
	sed -n "s/^NOT RUN: /$name: /p" "$log" >>"$steps_dir/not-run"
	counts=$(closing_lines "$log") || {
		[ $status = 0 ] && counts='1 0' || counts='0 1'
	}
	[ $status = 0 ] || [ "${counts#* }" != 0 ] || counts="${counts% *} 1"
	text="${counts% *} passed, ${counts#* } failed"
	echo "$counts" >>"$steps_dir/results"
	if [ "${counts#* }" = 0 ]; then
		printf '    ok  %-24s %4d.%d s  %s\n' "$name" $((now / 10)) $((now % 10)) "$text"
		return 0
	fi
	{
		printf 'FAILED  %-24s %4d.%d s  %s\n' "$name" $((now / 10)) $((now % 10)) "$text"
		show_tail "$name" "$log"
	}
	return 1
}

not_run() {
	printf '     -  %-24s not run: %s\n' "$1" "$2"
	echo "$1: $2" >>"$steps_dir/not-run"
}

steps_end() {
	local sum
	if [ -s "$steps_dir/not-run" ]; then
		echo 'Not run:'
		sed 's/^/    /' "$steps_dir/not-run"
	fi
	sum=$(awk '{ p += $1; f += $2 } END { printf "%d passed, %d failed", p, f }' "$steps_dir/results")
	echo "$sum"
	[ "${sum% failed}" != "$sum" ] && [ "${sum#*, }" = '0 failed' ]
}

steps_stop() {
	local file
	for file in "$steps_dir"/running/*; do
		[ -e "$file" ] || continue
		kill -TERM -- "-$(cat "$file")" 2>/dev/null || true
	done
}
