# shellcheck shell=bash
# What every script of test/e2e begins with:
#
#   . "$(dirname "$0")/../lib/e2e.sh"
#
# From here on the script is in a sandbox (test/lib/sandbox.sh) with the servers
# of test/lib/servers.sh at hand, and makes claims:
#
#   check 'sentence' COMMAND...   the claim holds if the command succeeds; says so
#                                 with the time it took, counts, goes on
#   within MS COMMAND...          succeeds and takes no longer
#   eventually MS COMMAND...      succeeds in the end, tried every 20 ms
#   says TEXT COMMAND...          prints exactly TEXT
#   fails_with TEXT COMMAND...    fails, and says TEXT among other things
#   not COMMAND...                fails
#   finish                        closing line and exit status
#
# and has amd to make them about: see test/lib/amd.sh.

e2e_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=test/lib/sandbox.sh
. "$e2e_lib/sandbox.sh"
sandbox_enter "$0" "$@"
set -u
export LC_ALL=C
# shellcheck source=test/lib/servers.sh
. "$e2e_lib/servers.sh"
# shellcheck source=test/lib/amd.sh
. "$e2e_lib/amd.sh"
# shellcheck source=test/lib/claims.sh
. "$e2e_lib/claims.sh"
