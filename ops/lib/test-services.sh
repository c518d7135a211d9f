#!/usr/bin/env bash
# What the tests need, found or fetched, started, and named in environment variables.
#   ops/lib/test-services.sh start     start and print the variables as KEY=VALUE
#   ops/lib/test-services.sh nextest   the same for nextest's setup script (writes to $NEXTEST_ENV)
#   ops/lib/test-services.sh stop      stop the unit-test cluster
set -euo pipefail
# shellcheck source=ops/lib/place.sh
. "$(dirname "${BASH_SOURCE[0]}")/place.sh"
# shellcheck source=ops/lib/services.sh
. "$TALLYSTICK_ROOT/ops/lib/services.sh"

case "${1:-}" in
  start)
    services_start
    services_variables
    ;;
  nextest)
    services_start
    services_variables >>"${NEXTEST_ENV:?nextest sets this for its setup scripts}"
    ;;
  stop)
    services_stop
    ;;
  *)
    die 'usage: ops/lib/test-services.sh start|nextest|stop'
    ;;
esac
