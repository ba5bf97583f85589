# bash completion for amd(8), made from its table of parameters

# Completes the current word with what compgen makes of the arguments.
_amd_words() {
	mapfile -t COMPREPLY < <(compgen "$@" -- "$cur")
}

# Completes the last word of a list with commas.
_amd_list() {
	local last=${cur##*,}
	mapfile -t COMPREPLY < <(compgen -P "${cur%"$last"}" -W "$1" -- "$last")
	compopt -o nospace 2>/dev/null
}

_amd() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=
	((COMP_CWORD == 0)) || prev=${COMP_WORDS[COMP_CWORD - 1]}
	# `=` is a word of its own here.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	elif [[ $prev == --* ]] && _amd_needs_no_value "$prev"; then
		prev=
	fi
	COMPREPLY=()
	case $prev in
	-F | --config-file) _amd_words -f ;;
	--print-config) _amd_words -W 'amd.conf libconfig' ;;
	--amq-socket) _amd_words -f ;;
	-a | --auto-dir) _amd_words -d ;;
	--autofs-use-lofs) _amd_words -W 'yes no' ;;
	--browsable-dirs) _amd_words -W 'no yes full' ;;
	--debug-mtab-file) _amd_words -f ;;
	-D | --debug-options) _amd_list 'amq noamq daemon nodaemon fork nofork full nofull hrtime nohrtime info noinfo mem nomem mtab nomtab readdir noreaddir str nostr trace notrace xdrtrace noxdrtrace all noall defaults nodefaults test notest' ;;
	--domain-strip) _amd_words -W 'yes no' ;;
	--failover-verify) _amd_list 'type size mtime checksum' ;;
	--forced-unmounts) _amd_words -W 'yes no' ;;
	--fully-qualified-hosts) _amd_words -W 'yes no' ;;
	-l | --log-file) _amd_words -f ;;
	-x | --log-options) _amd_list 'debug nodebug info noinfo map nomap stats nostats user nouser warning nowarning all noall defaults nodefaults error noerror fatal nofatal warn nowarn' ;;
	--map-type) _amd_words -W 'probe error exec file hesiod ldap ndbm nis nisplus passwd root union' ;;
	--mount-type) _amd_words -W 'auto nfs autofs' ;;
	--nfs-allow-any-interface) _amd_words -W 'yes no' ;;
	--nfs-allow-insecure-port) _amd_words -W 'yes no' ;;
	--nfs-engine) _amd_words -W 'auto kernel user' ;;
	--nfs-proto) _amd_words -W 'any udp tcp' ;;
	--normalize-hostnames) _amd_words -W 'yes no' ;;
	--normalize-slashes) _amd_words -W 'yes no' ;;
	--pid-file) _amd_words -f ;;
	--plock) _amd_words -W 'yes no' ;;
	--print-pid) _amd_words -W 'yes no' ;;
	--print-version) _amd_words -W 'yes no' ;;
	--restart-mounts) _amd_words -W 'yes no' ;;
	--search-path) _amd_words -d ;;
	--selectors-in-defaults) _amd_words -W 'yes no' ;;
	--selectors-on-default) _amd_words -W 'yes no' ;;
	--server-order) _amd_words -W 'map fastest spread' ;;
	--show-statfs-entries) _amd_words -W 'yes no' ;;
	--state-dir) _amd_words -d ;;
	--strict-expire) _amd_words -W 'yes no' ;;
	--sun-map-syntax) _amd_words -W 'yes no' ;;
	--truncate-log) _amd_words -W 'yes no' ;;
	--unmount-on-exit) _amd_words -W 'yes no' ;;
	--use-tcpwrappers) _amd_words -W 'yes no' ;;
	-T | --tag | -t | --override | -A | --arch | --auto-attrcache | -c | --cache-duration | -C | --cluster | -w | --dismount-interval | --exec-map-timeout | --full-os | --helper-processes | --hesiod-base | -k | --karch | --ldap-base | --ldap-cache-maxmem | --ldap-cache-seconds | --ldap-hostports | --ldap-proto-version | -d | --local-domain | --localhost-address | --map-defaults | --map-options | --map-reload-interval | --mount-timeout | --nfs-retransmit-counter | --nfs-retransmit-counter-tcp | --nfs-retransmit-counter-toplvl | --nfs-retransmit-counter-udp | --nfs-retry-interval | --nfs-retry-interval-tcp | --nfs-retry-interval-toplvl | --nfs-retry-interval-udp | --nfs-vers | --nfs-vers-ping | -y | --nis-domain | -O | --os | -o | --osver | --portmap-program | --preferred-amq-port | --vendor) ;;
	*)
		if [[ $cur == -* ]]; then
			_amd_words -W '-A -C -D -F -H -O -S -T -a -c -d -k -l -n -o -p -r -t -v -w -x -y --check-config --config-file --foreground --help --override --print-config --tag --version --amq-socket --arch --auto-attrcache --auto-dir --autofs-use-lofs --browsable-dirs --cache-duration --cluster --debug-mtab-file --debug-options --dismount-interval --domain-strip --exec-map-timeout --failover-verify --forced-unmounts --full-os --fully-qualified-hosts --helper-processes --hesiod-base --karch --ldap-base --ldap-cache-maxmem --ldap-cache-seconds --ldap-hostports --ldap-proto-version --local-domain --localhost-address --log-file --log-options --map-defaults --map-options --map-reload-interval --map-type --mount-timeout --mount-type --nfs-allow-any-interface --nfs-allow-insecure-port --nfs-engine --nfs-proto --nfs-retransmit-counter --nfs-retransmit-counter-tcp --nfs-retransmit-counter-toplvl --nfs-retransmit-counter-udp --nfs-retry-interval --nfs-retry-interval-tcp --nfs-retry-interval-toplvl --nfs-retry-interval-udp --nfs-vers --nfs-vers-ping --nis-domain --normalize-hostnames --normalize-slashes --os --osver --pid-file --plock --portmap-program --preferred-amq-port --print-pid --print-version --restart-mounts --search-path --selectors-in-defaults --selectors-on-default --server-order --show-statfs-entries --state-dir --strict-expire --sun-map-syntax --truncate-log --unmount-on-exit --use-tcpwrappers --vendor'
		else
			_amd_words -f
		fi
		;;
	esac
}

# A value of these can only stand behind a `=`.
_amd_needs_no_value() {
	case $1 in
	--print-config | --autofs-use-lofs | --domain-strip | --forced-unmounts | --fully-qualified-hosts | --nfs-allow-any-interface | --nfs-allow-insecure-port | --normalize-hostnames | --normalize-slashes | --plock | --print-pid | --print-version | --restart-mounts | --selectors-in-defaults | --selectors-on-default | --show-statfs-entries | --strict-expire | --sun-map-syntax | --truncate-log | --unmount-on-exit | --use-tcpwrappers) return 0 ;;
	esac
	return 1
}

complete -o filenames -F _amd amd
