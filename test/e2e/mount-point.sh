#!/bin/bash
# The mount point: made when it is missing and removed in the end; when it is
# not empty, what is there is covered, and back again in the end.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

mkdir /run/local && echo here >/run/local/who
echo 'key type:=link;fs:=/run/local' | amd_map m
mkdir /full && echo mine >/full/file
echo text >/a-file
check 'amd starts with three directories' amd_start -l "$amd_log" \
	/file /etc/amd/m /full /etc/amd/m /deep/er/dir /etc/amd/m
check 'a missing mount point is made' says here read_file /file/key/who
check 'and its parents' says here read_file /deep/er/dir/key/who
check 'one that is not empty serves' says here read_file /full/key/who
check 'and covers what is there' fails_with 'No such file' ls /full/file
check 'a message says so' eval 'grep -i "not empty" "$amd_log" | grep -q /full'
check 'amd stops' amd_stop
check 'what was covered is back' says mine cat /full/file
check 'the mount point that amd made is gone' not test -e /file
check 'the mount point that was there is there' test -d /full

check 'one that is a file is an error' within 10000 eval \
	'! amd_run -l "$amd_log" /a-file /etc/amd/m || { logged /a-file && amd_stop; }'
check 'and named in the message' eval 'cat "$claim_said" "$amd_log" | grep -q /a-file'
check 'the file is as it was' says text cat /a-file
check 'a relative one is no harm' eval \
	'amd_run -l "$amd_log" file /etc/amd/m; cat "$claim_said" "$amd_log" | grep -q file'
amd_destroy
finish
