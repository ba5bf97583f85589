# bash completion for amq(8)

_amq() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=
	((COMP_CWORD == 0)) || prev=${COMP_WORDS[COMP_CWORD - 1]}
	# `=` is a word of its own here.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	COMPREPLY=()
	case $prev in
	-h | --host) mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur") ;;
	-l | --log-file | --socket) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	-x | --log-options)
		mapfile -t COMPREPLY < <(compgen -W 'all debug error fatal info map stats user warning defaults' -- "$cur")
		;;
	--drain)
		mapfile -t COMPREPLY < <(compgen -W "$(amq --servers 2>/dev/null | awk 'NR > 1 { print $1 }')" -- "$cur")
		;;
	-D | --debug-options | -P | --program | --port) ;;
	*)
		if [[ $cur == -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W '-D -H -P -T -U -f -h -i -l -m -p -q -s -u -uu -v -w -x
				--debug-options --drain --flush --help --history --host --json --log-file
				--log-options --maps --mounts --pid --port --program --quiet --servers --socket
				--stats --tcp --udp --unmount --version --where' -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -W "$(amq 2>/dev/null | awk '$1 != "/" { print $1 }')" -- "$cur")
		fi
		;;
	esac
}

complete -F _amq amq
