# bash completion for amdmap(1)

_amdmap() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev='' command='' words
	((COMP_CWORD == 0)) || prev=${COMP_WORDS[COMP_CWORD - 1]}
	((COMP_CWORD < 2)) || command=${COMP_WORDS[1]}
	case $command in
	check) words='--type' ;;
	explain) words='-F --directory --network --set --type --json' ;;
	keys | dump | graph) words='--type' ;;
	vars) words='-F --network --set --json' ;;
	convert) words='--to --base --type' ;;
	*) words='--help --version' ;;
	esac
	COMPREPLY=()
	case $prev in
	--type) mapfile -t COMPREPLY < <(compgen -W 'amd sun auto_master conf' -- "$cur") ;;
	--to) mapfile -t COMPREPLY < <(compgen -W 'sun amd json ldif' -- "$cur") ;;
	--directory) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
	--network | --set | --base) ;;
	*)
		if [[ $cur == -* && $prev != -F ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		elif ((COMP_CWORD == 1)); then
			mapfile -t COMPREPLY < <(compgen -W 'check convert dump explain graph keys vars' -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		fi
		;;
	esac
}

complete -F _amdmap -o filenames amdmap
