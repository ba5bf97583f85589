#!/bin/bash
# Maps that are wrong: a line with a syntax error among good ones, a map that is
# missing, is a folder, cannot be read, or changes while amd runs.  Each gives a
# clear message, and the rest goes on.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

good='type:=link;fs:=/run/local'
mkdir -p /run/local /run/second && echo here >/run/local/who && echo second >/run/second/who
amd_map broken <<X
first     $good
bad       type:=link;fs:=/run/local;this is not a location ==
worse     -opts:=ro;type=:link
unknown   nonsense:=1;$good
quotes    fs:="/run/local
alone
last      $good
X
printf 'no-newline %s' "$good" >>/etc/amd/broken
echo "first $good" | amd_map changing
mkdir /etc/amd/folder
ln -s /proc/1/clear_refs /etc/amd/unreadable # opens, cannot be read
head -c 3000 /dev/urandom >/etc/amd/noise
printf 'fine %s\nlong %s\n' "$good" "$(head -c 100000 /dev/zero | tr '\0' x)" | amd_map long

check 'amd starts although some maps are bad' amd_start -l "$amd_log" \
	/broken /etc/amd/broken /missing /etc/amd/missing /folder /etc/amd/folder \
	/unreadable /etc/amd/unreadable /noise /etc/amd/noise /long /etc/amd/long \
	/changing /etc/amd/changing
check 'the entry before the bad ones is good' says here read_file /broken/first/who
check 'the entry after them is good' says here read_file /broken/last/who
check 'the last line may lack its end' says here read_file /broken/no-newline/who
check 'what makes no sense in a location is ignored, as in amd' says here read_file /broken/bad/who
for key in worse quotes; do
	check "the entry $key is an error at once" within 1000 not ls "/broken/$key/"
done
check 'a message names file, line and column' eval 'grep -qE "/etc/amd/broken:2:[0-9]+: error" "$amd_log"'
check 'amdmap shows the line and the place in it' eval \
	'! out=$("$AMD_BUILD/amdmap" check /etc/amd/broken 2>&1); grep -qE "^ *\^" <<<"$out"'
check 'the missing map is reported' eval 'grep -q "/etc/amd/missing" "$amd_log"'
check 'the folder is reported' eval 'grep -q "/etc/amd/folder" "$amd_log"'
check 'the unreadable one is reported' eval 'grep -q "/etc/amd/unreadable" "$amd_log"'
check 'an access below a missing map is an error at once' within 1000 not ls /missing/x/
check 'noise for a map is no harm' within 1000 not ls /noise/x/
check 'a very long line does not hide its neighbour' says here read_file /long/fine/who
check 'the log holds no control characters' not grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$amd_log"

check 'a changed map: the entry of before' says here read_file /changing/first/who
printf 'first %s\nadded type:=link;fs:=/run/second\n' "$good" | amd_map changing
kill -HUP "$(amd_pid)"
check 'a new entry is found after SIGHUP' eventually 2000 says second read_file /changing/added/who
check 'what was mounted stays' says here read_file /changing/first/who
printf 'first %s\nthis is = not\n(( good\n' "$good" | amd_map changing
kill -HUP "$(amd_pid)"
check 'a change for the worse keeps the good lines' eval '
	eventually 2000 logged /etc/amd/changing:2: && says here read_file /changing/first/who'
rm /etc/amd/changing
kill -HUP "$(amd_pid)"
check 'the map vanishes: amd goes on' eval 'sleep 0.3; says here read_file /broken/first/who'
echo "back $good" | amd_map changing
kill -HUP "$(amd_pid)"
check 'and is used again when it is back' eventually 2000 says here read_file /changing/back/who
check 'amd stops' amd_stop
finish
