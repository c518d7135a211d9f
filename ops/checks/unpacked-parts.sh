#!/usr/bin/env bash
# The parts as somebody without root's help gets them: Debian's packages unpacked into a folder whose
# name has spaces and Chinese characters. A cluster must start from it and a program must link and
# run against its libpq, also one whose build no longer knows PQ_LIB_DIR. Needs Debian's packages.
# shellcheck disable=SC2031 # subshells on purpose
set -euo pipefail

WORK="$(mktemp -d /tmp/tallystick-check-XXXXXX)"
chmod 0755 "$WORK"
HOME_OF_CLUSTER=''

finish() {
  local code=$?
  trap - EXIT
  [ -z "$HOME_OF_CLUSTER" ] || (pg_stop "$HOME_OF_CLUSTER") || code=1
  rm -rf "$WORK"
  exit "$code"
}
trap finish EXIT

failed() {
  printf 'unpacked-parts: FAILED: %s\n' "$1" >&2
  exit 1
}

# Nothing installed counts, and nothing another run left in the environment.
unset PQ_LIB_DIR LIBRARY_PATH LD_LIBRARY_PATH
export TALLYSTICK_STATE="$WORK/an 'unpacked', 状态" TALLYSTICK_APT=unpack
export TALLYSTICK_PG_BIN=none TALLYSTICK_XMLLINT=none
# shellcheck source=ops/lib/place.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib/place.sh"
# shellcheck source=ops/lib/services.sh
. "$TALLYSTICK_ROOT/ops/lib/services.sh"

pg_need
case "$TALLYSTICK_PG_FOUND" in
  "$TALLYSTICK_STATE"/*) ;;
  *) failed "the server's programs are those in $TALLYSTICK_PG_FOUND" ;;
esac
HOME_OF_CLUSTER="$(pg_home "$TALLYSTICK_STATE/cluster")"
pg_start "$HOME_OF_CLUSTER" durable
pg_prepare "$HOME_OF_CLUSTER" tallystick
roles="$(pg_sql "$HOME_OF_CLUSTER" tallystick <<<"SELECT count(*) FROM pg_roles WHERE rolname LIKE 'tallystick\_%'")"
[ "$roles" = 4 ] || failed "the cluster has $roles roles of ours, not 4"
printf 'unpacked-parts: a cluster runs from unpacked programs\n'

cat >"$WORK/asks.c" <<'C'
#include <stdio.h>
int PQlibVersion(void);
int main(void) { printf("%d\n", PQlibVersion()); return 0; }
C
# The folder is the linker's to know without -L.
[ -n "${PQ_LIB_DIR:-}" ] || failed 'PQ_LIB_DIR is not set'
(unset PQ_LIB_DIR && cc -o "$WORK/asks" "$WORK/asks.c" -lpq) || failed 'nothing links against the unpacked libpq'
# Not through a pipe: grep -q goes as soon as it has found it, and what ldd still writes then fails.
libraries="$(ldd "$WORK/asks")"
case "$libraries" in
  *"$TALLYSTICK_STATE"*) ;;
  *) failed "the program finds another libpq than the unpacked one: $libraries" ;;
esac
"$WORK/asks" >/dev/null || failed 'the program does not run'
printf 'unpacked-parts: a program links and runs against the unpacked libpq\n'
