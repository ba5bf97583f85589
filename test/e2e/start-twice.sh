#!/bin/bash
# A second amd on a directory that has one says so and ends; the first goes on.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

mkdir /run/local && echo here >/run/local/who
echo 'key type:=link;fs:=/run/local' | amd_map m
check 'amd starts' amd_start -l "$amd_log" /file /etc/amd/m
first=$(amd_pid)
check 'it serves' says here read_file /file/key/who
second() { amd_run -l /run/second.log /file /etc/amd/m; }
check 'a second one ends with an error' within 10000 not second
check 'and says why' eval 'cat "$claim_said" /run/second.log | grep -q "/file"'
check 'the first is still there' says "$first" amd_pid
check 'and serves' says here read_file /file/key/who
check 'with one automount point' says 1 grep -c ' /file .* - autofs ' /proc/self/mountinfo
check 'amd stops' amd_stop
check 'then a new one starts' amd_start -l "$amd_log" /file /etc/amd/m
check 'and serves' says here read_file /file/key/who
check 'it stops too' amd_stop
finish
