# shellcheck shell=bash
# Gets the machine ready and the project built; to be sourced at the top of the
# project, with steps.sh.
#
#   prepare_machine KIND...      installs the Debian packages that are missing of
#                                these kinds (scripts/packages.txt), as a step,
#                                when root; else says which are missing
#   configured DIR OPTION...     DIR/Makefile is there, for these options
#   build [TARGET]               everything in build/, test programs included
#   changed PATTERN...           files that differ from main, or are new

# Those of scripts/packages.txt, of the kinds named, that are not installed.
missing_packages() {
	local name kind _
	while read -r name kind _; do
		[[ $name != '#'* && -n $kind && " $* " == *" $kind "* ]] || continue
		dpkg-query -W -f '${Status}' "$name" 2>/dev/null |
			grep -q 'install ok installed' || echo "$name"
	done <scripts/packages.txt
}

# Some of the packages start servers when they are installed: not here.
install_packages() {
	local policy=/usr/sbin/policy-rc.d
	if [ ! -e $policy ]; then
		trap 'rm -f /usr/sbin/policy-rc.d' EXIT
		printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	apt-get install -q -y --no-install-recommends "$@"
}

prepare_machine() {
	local -a packages
	command -v dpkg-query >/dev/null || return 0
	mapfile -t packages < <(missing_packages "$@")
	[ "${#packages[@]}" != 0 ] || return 0
	if [ "$(id -u)" = 0 ]; then
		step packages install_packages "${packages[@]}"
	else
		not_run packages "missing, and only root may install them: ${packages[*]}"
	fi
}

# configured DIR OPTION...: DIR/Makefile, made again only for other options.
configured() {
	local dir=$1
	shift
	[ -x configure ] || ./autogen || return
	[ ! -f "$dir/Makefile" ] || [ "$(cat "$dir/.options" 2>/dev/null)" != "$*" ] || return 0
	mkdir -p "$dir"
	(cd "$dir" && ../configure -q "$@") && echo "$*" >"$dir/.options"
}

build() { # build [TARGET]
	local ccache=
	command -v ccache >/dev/null && ccache='ccache '
	configured build --enable-werror "CC=${ccache}gcc" "CXX=${ccache}g++" \
		'CFLAGS=-O2 -g1' 'CXXFLAGS=-O2 -g1' &&
		make -C build -j"$(nproc)" "${1:-all-and-tests}"
}

changed() { # changed PATTERN...: files that differ from main, or are new
	local base
	base=$(git merge-base HEAD origin/main 2>/dev/null ||
		git merge-base HEAD main 2>/dev/null || git rev-parse HEAD)
	{
		git diff --name-only --diff-filter=d "$base" -- "$@"
		git ls-files -o --exclude-standard -- "$@"
	} | sort -u
}
