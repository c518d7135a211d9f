# shellcheck shell=bash
# What was started is stopped, whatever becomes of the script that started it. A script that is
# killed (kill -9, out of memory) has no last word, so a watchman stands beside it: a process in a
# group of its own that reads a pipe only the script can write to. When the pipe closes before
# "done" came, the script is gone, and the watchman stops what it had been told of.
#
# File descriptors: 6 is the pipe, to be closed (6>&-) for whatever the script starts to last.

# group_there PID: true while something of the process group PID runs.
group_there() { kill -0 -- "-$1" 2>/dev/null; }

# group_stop PID: ask the whole group to end, and end it after 15 seconds. Nothing survives a
# program that forgot its children.
group_stop() {
  local waited=0
  kill -TERM -- "-$1" 2>/dev/null || return 0
  while group_there "$1" && [ "$waited" -lt 150 ]; do
    sleep 0.1
    waited=$((waited + 1))
  done
  kill -KILL -- "-$1" 2>/dev/null || true
}

# watchman_keep: what the watchman does, with the pipe as its standard input. It hears
# "program PID" (a process group), "cluster HOME" and "done".
watchman_keep() {
  local word what program='' cluster=''
  trap '' INT TERM HUP QUIT PIPE
  while IFS=' ' read -r word what; do
    case "$word" in
      program) program="$what" ;;
      cluster) cluster="$what" ;;
      done) return 0 ;;
    esac
  done
  # The terminal may be gone too.
  say 'ops/demo is gone: stopping what it had started' 2>/dev/null || true
  [ -z "$program" ] || group_stop "$program"
  [ -z "$cluster" ] || pg_stop "$cluster"
}

# watchman_await LOCK: wait until the watchman of an earlier script has done its work.
watchman_await() {
  flock -n "$1" true && return 0
  say 'an earlier run was killed; waiting until all it had started is stopped …'
  flock -w 90 "$1" true || die "what an earlier run had started does not stop (lock $1)"
}

# watchman_hire LOCK: start the watchman, who holds LOCK until he is done.
watchman_hire() {
  local pipe
  exec 5>>"$1"
  flock -n 5 || die "a watchman of an earlier run is still busy (lock $1)"
  # A group of his own (set -m), so that what hits the script's group passes him by.
  set -m
  # shellcheck disable=SC2034 # bash wants a name
  coproc WATCHMAN { exec >&2 6>&- 7>&-; watchman_keep; }
  set +m
  pipe="${WATCHMAN[1]}"
  exec 6>&"$pipe" {pipe}>&- 5>&-
}

# watchman_tell WORD…: one line to him. Without a watchman nobody hears it.
watchman_tell() {
  { printf '%s\n' "$*" >&6; } 2>/dev/null || true
}
