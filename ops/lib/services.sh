# shellcheck shell=bash
# The services of the test suite: a throw-away PostgreSQL cluster, Chromium with its driver and a
# Chinese font, a Python environment with an SMTP server and the schemas of ISO 20022, xmllint.
# shellcheck source=ops/lib/debian.sh
. "$TALLYSTICK_ROOT/ops/lib/debian.sh"
# shellcheck source=ops/lib/postgres.sh
. "$TALLYSTICK_ROOT/ops/lib/postgres.sh"
# shellcheck source=ops/lib/browser.sh
. "$TALLYSTICK_ROOT/ops/lib/browser.sh"
# shellcheck source=ops/lib/python.sh
. "$TALLYSTICK_ROOT/ops/lib/python.sh"

# services_start: find or fetch everything and start the cluster. Sets TALLYSTICK_PG_STARTED.
services_start() {
  parts_lock
  pg_need
  browser_need
  python_need
  xmllint_need
  parts_unlock
  TALLYSTICK_TEST_PG_HOME="$(pg_home "$TALLYSTICK_STATE/test-pg")"
  pg_start "$TALLYSTICK_TEST_PG_HOME" unit-test
}

# services_variables: print what the tests read from their environment, one KEY=VALUE a line.
services_variables() {
  printf 'TALLYSTICK_TEST_PG=%s\n' "$(pg_url "$TALLYSTICK_TEST_PG_HOME" postgres postgres)"
  local name
  for name in TALLYSTICK_CHROMIUM TALLYSTICK_CHROMEDRIVER TALLYSTICK_PYTHON TALLYSTICK_XSD \
    TALLYSTICK_XMLLINT FONTCONFIG_FILE LD_LIBRARY_PATH PQ_LIB_DIR LIBRARY_PATH; do
    if [ -n "${!name:-}" ]; then printf '%s=%s\n' "$name" "${!name}"; fi
  done
}

# services_export: the same, into this shell.
services_export() {
  local line
  while IFS= read -r line; do
    export "${line%%=*}=${line#*=}"
  done < <(services_variables)
}

# services_stop: stop the cluster, whoever started it.
services_stop() {
  pg_look || return 0
  pg_use_parts
  pg_stop "$(pg_home "$TALLYSTICK_STATE/test-pg")"
}
