# shellcheck shell=bash
# The services of the test suite: a throw-away PostgreSQL cluster.
# shellcheck source=ops/lib/debian.sh
. "$TALLYSTICK_ROOT/ops/lib/debian.sh"
# shellcheck source=ops/lib/postgres.sh
. "$TALLYSTICK_ROOT/ops/lib/postgres.sh"

# services_start: find or fetch everything and start the cluster. Sets TALLYSTICK_PG_STARTED.
services_start() {
  pg_need
  TALLYSTICK_TEST_PG_HOME="$(pg_home "$TALLYSTICK_STATE/test-pg")"
  pg_start "$TALLYSTICK_TEST_PG_HOME" unit-test
}

# services_variables: print what the tests read from their environment.
services_variables() {
  printf 'TALLYSTICK_TEST_PG=%s\n' "$(pg_url "$TALLYSTICK_TEST_PG_HOME" postgres postgres)"
  if [ -n "${LD_LIBRARY_PATH:-}" ]; then printf 'LD_LIBRARY_PATH=%s\n' "$LD_LIBRARY_PATH"; fi
}

# services_stop: stop the cluster, whoever started it.
services_stop() {
  pg_look || return 0
  pg_use_parts
  pg_stop "$(pg_home "$TALLYSTICK_STATE/test-pg")"
}
