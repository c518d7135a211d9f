# shellcheck shell=bash
# Where things live, and how this house speaks to the person at the terminal.
# Sourced by every script in ops/; sets no trap and starts nothing.

TALLYSTICK_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
# Everything that is fetched or kept between runs goes here; git ignores it.
TALLYSTICK_STATE="${TALLYSTICK_STATE:-$TALLYSTICK_ROOT/.tallystick}"
export TALLYSTICK_ROOT TALLYSTICK_STATE

# say TEXT…: one line of progress. Standard output belongs to results, so this goes to stderr.
say() { printf '%s\n' "$*" >&2; }

# die TEXT…: stop, loudly. A part that is missing is never skipped.
die() {
  printf 'tallystick: %s\n' "$*" >&2
  exit 1
}

# is_root: true when the caller has uid 0.
is_root() { [ "$(id -u)" -eq 0 ]; }

# short_hash TEXT: 12 hex digits that stand for a path where the path itself would be too long.
short_hash() { printf '%s' "$1" | sha256sum | cut -c1-12; }

# urlencode TEXT: percent-encode for the host part of a postgresql:// address (a socket folder).
urlencode() {
  local text="$1" out='' byte i
  for ((i = 0; i < ${#text}; i++)); do
    byte="${text:i:1}"
    case "$byte" in
      [a-zA-Z0-9._~-]) out+="$byte" ;;
      *) out+="$(printf '%s' "$byte" | od -An -tx1 | tr -d '\n' | sed 's/ /%/g')" ;;
    esac
  done
  printf '%s' "$out"
}

# space_need FOLDER MEGABYTES WHAT: stop before a full disk does it in the middle of something.
space_need() {
  local free
  free="$(df -Pk -- "$1" 2>/dev/null | awk 'NR == 2 { print int($4 / 1024) }')"
  [ -n "$free" ] || return 0
  [ "$free" -ge "$2" ] || die "only $free MB are free for $1, $2 are needed $3"
}

if ! mkdir -p "$TALLYSTICK_STATE" || [ ! -w "$TALLYSTICK_STATE" ]; then
  die "nothing can be written to $TALLYSTICK_STATE: name a folder of your own in TALLYSTICK_STATE (and in CARGO_TARGET_DIR)"
fi
