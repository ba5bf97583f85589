# shellcheck shell=bash
# Claims about commands; e2e.sh describes them.

claims_passed=0 claims_failed=0
claim_took=0 # milliseconds that the last claim's command took
claim_said=$(mktemp)

now_us() { echo "${EPOCHREALTIME/[.,]/}"; }

check() {
	local claim=$1 start status=0
	shift
	start=$(now_us)
	"$@" >"$claim_said" 2>&1 || status=$?
	claim_took=$((($(now_us) - start) / 1000))
	if [ $status = 0 ]; then
		claims_passed=$((claims_passed + 1))
		printf 'ok %6d ms  %s\n' $claim_took "$claim"
	else
		claims_failed=$((claims_failed + 1))
		printf 'FAILED %d ms  %s\n    %s (status %d)\n' $claim_took "$claim" "$*" $status
		tail -n 20 "$claim_said" | sed 's/^/    | /'
	fi
	return $status
}

within() {
	local limit=$1 start took status=0
	shift
	start=$(now_us)
	"$@" || status=$?
	took=$((($(now_us) - start) / 1000))
	[ $took -le "$limit" ] || {
		echo "took $took ms, not at most $limit"
		return 124
	}
	return $status
}

eventually() {
	local end=$(($(now_us) + $1 * 1000))
	shift
	until "$@"; do
		[ "$(now_us)" -lt $end ] || return 1
		sleep 0.02
	done
}

says() {
	local want=$1 got
	shift
	got=$("$@") || {
		echo "$got"
		return 1
	}
	[ "$got" = "$want" ] || {
		echo "said \"$got\", not \"$want\""
		return 1
	}
}

fails_with() {
	local want=$1 got status=0
	shift
	got=$("$@" 2>&1) || status=$?
	echo "$got"
	[ $status != 0 ] && [[ $got == *"$want"* ]]
}

not() { ! "$@"; }

finish() {
	if [ $claims_failed != 0 ] && [ -s "${amd_log-}" ]; then
		echo "the end of amd's log:"
		tail -n "${AMD_LOG_TAIL:-40}" "$amd_log" | sed 's/^/    | /'
	fi
	echo "$claims_passed passed, $claims_failed failed"
	exit $((claims_failed != 0))
}
