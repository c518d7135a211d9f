# shellcheck shell=bash
# Debian packages, with root's rights or without them.
# With them: apt-get install. Without: apt keeps lists of its own under .tallystick/apt, the
# archives are downloaded and unpacked into a folder, and nothing outside the clone changes.

# deb_candidate NAME: true when apt knows a version of NAME that could be installed.
deb_candidate() {
  local policy
  policy="$(LC_ALL=C apt-cache "${TALLYSTICK_APT_OPTIONS[@]}" policy "$1" 2>/dev/null)"
  grep -q '^  Candidate: [0-9]' <<<"$policy"
}

# deb_lists: refresh apt's lists once in this run (root: the system's; otherwise a copy of ours).
TALLYSTICK_APT_OPTIONS=()
TALLYSTICK_APT_FRESH=''
deb_lists() {
  [ -z "$TALLYSTICK_APT_FRESH" ] || return 0
  command -v apt-get >/dev/null || die "apt-get is not here: this house installs its parts from Debian's packages"
  if ! is_root || [ "${TALLYSTICK_APT:-}" = unpack ]; then
    local home="$TALLYSTICK_STATE/apt"
    mkdir -p "$home/lists/partial" "$home/archives/partial" "$home/cache"
    TALLYSTICK_APT_OPTIONS=(
      -o "Dir::State=$home" -o "Dir::State::lists=$home/lists" -o "Dir::Cache=$home/cache"
      -o "Dir::Cache::archives=$home/archives" -o Dir::State::status=/var/lib/dpkg/status
      -o Debug::NoLocking=1 -o "APT::Sandbox::User=$(id -un)"
    )
  fi
  say "  refreshing Debian's package lists …"
  apt-get "${TALLYSTICK_APT_OPTIONS[@]}" -qq update </dev/null \
    >"$TALLYSTICK_STATE/apt.log" 2>&1 \
    || { cat "$TALLYSTICK_STATE/apt.log" >&2; die 'apt-get update failed'; }
  TALLYSTICK_APT_FRESH=yes
}

# deb_unpacks: true when packages are to be unpacked into a folder instead of installed.
deb_unpacks() { ! is_root || [ "${TALLYSTICK_APT:-}" = unpack ]; }

# deb_install NAME…: install for the whole machine (needs root), after whoever installs just now.
deb_install() {
  deb_lists
  say "  apt-get install $*"
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold install "$@" </dev/null >&2 \
    || die "apt-get could not install: $*"
}

# deb_unpack FOLDER SKIP NAME…: download the packages and whatever they need that this machine
# lacks, and unpack them under FOLDER. SKIP is a pattern (extended regular expression, whole name)
# of dependencies that are of no use without an installation, such as those that add users.
deb_unpack() {
  local folder="$1" skip="$2"
  shift 2
  deb_lists
  local wanted name work plan
  # What apt would install is what this machine lacks.
  plan="$(LC_ALL=C apt-get "${TALLYSTICK_APT_OPTIONS[@]}" -s -qq --no-install-recommends \
    -o APT::Get::Show-User-Simulation-Note=0 install "$@" </dev/null)" \
    || die "apt-get can't tell what $* needs (is a package half installed?)"
  wanted="$({
    printf '%s\n' "$@"
    sed -n 's/^Inst \([^ ]*\).*/\1/p' <<<"$plan"
  } | sort -u | grep -Evx "$skip")" || die "nothing is left to fetch of $*"
  work="$(mktemp -d "$TALLYSTICK_STATE/unpack-XXXXXX")"
  mkdir -p "$folder"
  for name in $wanted; do
    say "  fetching $name"
    (cd "$work" && apt-get "${TALLYSTICK_APT_OPTIONS[@]}" -qq download "$name" </dev/null >&2) \
      || die "apt-get could not download $name"
  done
  local archive
  for archive in "$work"/*.deb; do
    dpkg -x "$archive" "$folder" || die "could not unpack $archive"
  done
  rm -rf "$work"
}

# deb_library_folders FOLDER: the unpacked library folders, colon-separated, for LD_LIBRARY_PATH.
deb_library_folders() {
  local triplet
  triplet="$(cc -dumpmachine 2>/dev/null || echo "$(uname -m)-linux-gnu")"
  printf '%s:%s' "$1/usr/lib/$triplet" "$1/lib/$triplet"
}

# add_library_folders FOLDER: put the unpacked libraries after those already on LD_LIBRARY_PATH.
add_library_folders() {
  local more
  more="$(deb_library_folders "$1")"
  case ":${LD_LIBRARY_PATH:-}:" in
    *":$more:"*) ;;
    *) export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$more" ;;
  esac
}

# parts_lock, parts_unlock: two runs in one clone must not unpack into the same folders at once.
parts_lock() {
  exec 8>"$TALLYSTICK_STATE/.parts.lock"
  flock 8 || die "could not lock $TALLYSTICK_STATE/.parts.lock"
}
parts_unlock() { exec 8>&-; }
