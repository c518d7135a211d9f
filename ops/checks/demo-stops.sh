#!/usr/bin/env bash
# What ops/demo starts is gone when ops/demo is, however that came about: kill -9, Ctrl-C, TERM, a
# closed terminal; the next start finds the data and takes over at once. On the way: a folder with
# spaces and Chinese characters, a second demo on the same folder, a port that is taken.
#   ops/checks/demo-stops.sh PROGRAMS     PROGRAMS: the folder with the built executables
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
PROGRAMS="${1:?the folder with platform, sandbox-bank, sandbox-mailbox and story-player}"
# Seconds for a first start, which plays months of trade in a debug build on a busy machine; and for
# anything else. Both only end a check that hangs.
FIRST=400
LATER=90
WORK="$(mktemp -d /tmp/tallystick-check-XXXXXX)"
# The server's account must get in, else the cluster would live elsewhere.
chmod 0755 "$WORK"
DATA="$WORK/数据 of the 'demo'"
# Every process that comes from here carries this in its environment.
export TALLYSTICK_CHECK="$WORK"
DEMO='' ASIDE=''

ours() {
  local file pid
  for file in /proc/[0-9]*/environ; do
    pid="${file#/proc/}" pid="${pid%/environ}"
    if grep -qzFx "TALLYSTICK_CHECK=$WORK" "$file" 2>/dev/null; then
      # This script and what it runs to look are no remains.
      case "$(ps -o args= -p "$pid" 2>/dev/null)" in
        *ops/demo* | *platform* | *sandbox-* | *story-player* | *postgres*) printf '%s ' "$pid" ;;
      esac
    fi
  done
}

finish() {
  local code=$? pid
  trap - EXIT
  # shellcheck disable=SC2046 # a list of numbers
  [ -z "$(ours)" ] || kill -KILL $(ours) 2>/dev/null || true
  [ -z "$ASIDE" ] || kill "$ASIDE" 2>/dev/null || true
  rm -rf "$WORK"
  exit "$code"
}
trap finish EXIT

failed() {
  printf 'demo-stops: FAILED: %s\n' "$1" >&2
  [ ! -s "$WORK/said" ] || { echo '--- what ops/demo said:' >&2; tail -n 30 "$WORK/said" >&2; }
  exit 1
}

# until_true SECONDS WHAT COMMAND…: ask again and again, and fail after SECONDS.
until_true() {
  local end=$((SECONDS + $1)) what="$2"
  shift 2
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || failed "$what"
    sleep 0.2
  done
}

nothing_left() { [ -z "$(ours)" ]; }
is_ready() {
  grep -q 'Ctrl-C stops everything' "$WORK/said" 2>/dev/null && return 0
  kill -0 "$DEMO" 2>/dev/null || failed 'ops/demo ended before it was ready'
  return 1
}

# start SECONDS: a demo without a terminal.
start() {
  : >"$WORK/said"
  "$ROOT/ops/demo" --programs "$PROGRAMS" --port 0 --data "$DATA" >"$WORK/said" 2>&1 </dev/null &
  DEMO=$!
  until_true "$1" "not ready within $1 s" is_ready
}

# start_in_terminal: a demo in a terminal of its own, to which "$WORK/keys" is the keyboard.
start_in_terminal() {
  : >"$WORK/said"
  rm -f "$WORK/keys"
  mkfifo "$WORK/keys"
  local command
  command="$(printf '%q ' "$ROOT/ops/demo" --programs "$PROGRAMS" --port 0 --data "$DATA")"
  # What bash starts in the background is deaf to Ctrl-C, unless it is a job (set -m); and what comes
  # from a shell that was itself started so, or by nohup, unless the deafness is taken back (env).
  set -m
  SHELL=/bin/bash env --default-signal=HUP,INT,QUIT script -qfec "$command" "$WORK/said" <"$WORK/keys" >/dev/null 2>&1 &
  DEMO=$!
  set +m
  exec 4>"$WORK/keys"
  until_true "$LATER" 'not ready in a terminal' is_ready
}

refused() {
  local reason="$1" code=0
  shift
  "$ROOT/ops/demo" --programs "$PROGRAMS" "$@" >"$WORK/refused" 2>&1 </dev/null || code=$?
  [ "$code" -ne 0 ] || failed "ops/demo $* was not refused"
  grep -q "$reason" "$WORK/refused" || { cat "$WORK/refused" >&2; failed "ops/demo $* does not say: $reason"; }
}

passed() { printf 'demo-stops: %s\n' "$*"; }

start "$FIRST"
cast="$(sha256sum <"$DATA/cast.json")"
port="$(sed -n 's#.*ready:  http://127.0.0.1:\([0-9]*\).*#\1#p' "$WORK/said")"
passed 'ready on a folder with spaces, quotes and Chinese characters, without a terminal'

refused 'another ops/demo runs on' --port 0 --data "$DATA"
refused "port $port of this machine is taken" --port "$port" --data "$WORK/other"
[ ! -e "$WORK/other" ] || failed 'a refused start left a folder behind'
mkdir "$WORK/strange" && : >"$WORK/strange/a letter"
refused 'was not made by ops/demo' --reset --port 0 --data "$WORK/strange"
[ -e "$WORK/strange/a letter" ] || failed '--reset deleted what is not ours'
: >"$WORK/a file"
refused 'choose another folder' --port 0 --data "$WORK/a file/data"
passed 'a second demo on the folder, a port that is taken, and a folder that is not ours are refused'

kill -KILL "$DEMO"
wait "$DEMO" 2>/dev/null || true
start "$LATER"
[ "$cast" = "$(sha256sum <"$DATA/cast.json")" ] || failed 'the next start has other sign-ins'
passed 'killed and started again at once: the same data'

kill -KILL "$DEMO"
wait "$DEMO" 2>/dev/null || true
until_true "$LATER" 'after kill -9 something is left' nothing_left
passed 'kill -9: nothing is left'

start_in_terminal
printf '\003' >&4
until_true "$LATER" 'after Ctrl-C something is left' nothing_left
exec 4>&-
wait "$DEMO" 2>/dev/null || true
passed 'Ctrl-C in a terminal: nothing is left'

start_in_terminal
kill -KILL "$DEMO"
exec 4>&-
wait "$DEMO" 2>/dev/null || true
until_true "$LATER" 'after the terminal was closed something is left' nothing_left
passed 'terminal closed: nothing is left'

start "$LATER"
kill -TERM "$DEMO"
code=0
wait "$DEMO" || code=$?
nothing_left || failed 'after TERM something is left'
[ "$code" -eq 143 ] || failed "TERM ended with $code, not with 143"
passed 'TERM: nothing is left'

mv "$DATA/postgres" "$WORK/elsewhere"
refused 'is not in .* any more' --port 0 --data "$DATA"
passed 'sign-ins without their database are refused'
