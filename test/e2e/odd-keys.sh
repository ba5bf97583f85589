#!/bin/bash
# Keys that nobody expects: 255 bytes long, with a slash, with control
# characters, with bytes that are no UTF-8, with characters of the map language.
# shellcheck source=test/lib/e2e.sh
. "$(dirname "$0")/../lib/e2e.sh"

mkdir /run/local && echo here >/run/local/who
long=$(head -c 255 /dev/zero | tr '\0' k)
most=${long:2} # what the kernel's autofs hands on since Linux 6.2
good='type:=link;fs:=/run/local'
printf '%s\n' "$long $good" "$most $good" "a/b $good" "odd.key-_+~%= $good" "caf$(printf '\351') $good" \
	"plain $good" | amd_map m
check 'amd starts' amd_start -l "$amd_log" /file /etc/amd/m
check 'a key of 253 bytes is found' says here read_file "/file/$most/who"
check 'a key of 255 bytes is found, or refused by the kernel' within 500 eval \
	'read_file "/file/$long/who" || fails_with "No such file" ls "/file/$long"'
check 'a name of 256 bytes is refused by the kernel' \
	within 200 fails_with 'File name too long' ls "/file/k$long"
check 'a name of 255 bytes without an entry' within 500 fails_with 'No such file' ls "/file/${long/k/x}"
check 'the first half of a key with a slash is no key' within 500 fails_with 'No such file' ls /file/a
check 'control characters' within 500 fails_with 'No such file' ls "/file/$(printf 'a\001\033[31m\177b')"
check 'a line feed' within 500 fails_with 'No such file' ls "/file/$(printf 'a\nfake: line')"
check 'blanks' within 500 fails_with 'No such file' ls '/file/ plain '
check 'a name in the shape of a default' within 500 fails_with 'No such file' ls '/file/*'
check 'a variable is only text in a key' within 500 fails_with 'No such file' ls '/file/${host}'
check 'punctuation in a key of the map' says here read_file '/file/odd.key-_+~%=/who'
check 'a byte above 127 in a key of the map' says here read_file "/file/caf$(printf '\351')/who"
check 'the log holds no control characters' not grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$amd_log"
check 'the plain key is as good as ever' says here read_file /file/plain/who
check 'amq prints only what may be printed' eval '! amq | grep -qP "[\x00-\x08\x0b-\x1f\x7f]"'
check 'amd stops' amd_stop
finish
