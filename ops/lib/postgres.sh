# shellcheck shell=bash
# PostgreSQL: find the server's programs or fetch them, and run private clusters with them.
# A private cluster lives in one folder (its "home"): data/, socket/, server.log. It listens on
# no network address; whoever can enter its socket folder (mode 0700) is let in as any role. The
# machine's own clusters are never read, started or stopped.
#
# TALLYSTICK_PG_BIN   folder with initdb, pg_ctl, postgres, psql; "none" ignores the installed ones

TALLYSTICK_PG_FOUND=''
TALLYSTICK_PG_PARTS="$TALLYSTICK_STATE/pg"

# pg_look: set TALLYSTICK_PG_FOUND to the newest usable folder of server programs; false if none.
pg_look() {
  local folder candidates=()
  case "${TALLYSTICK_PG_BIN:-}" in
    none) ;;
    '') candidates+=(/usr/lib/postgresql/{17,16,15}/bin) ;;
    *) candidates+=("$TALLYSTICK_PG_BIN") ;;
  esac
  candidates+=("$TALLYSTICK_PG_PARTS"/usr/lib/postgresql/{17,16,15}/bin)
  for folder in "${candidates[@]}"; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/postgres" ] \
      && [ -x "$folder/psql" ]; then
      TALLYSTICK_PG_FOUND="$folder"
      return 0
    fi
  done
  return 1
}

# pg_libpq_ready: true when cargo can link libpq: installed for the machine, or unpacked by us.
pg_libpq_ready() {
  [ -n "${PQ_LIB_DIR:-}" ] && return 0
  local triplet
  triplet="$(cc -dumpmachine 2>/dev/null || echo "$(uname -m)-linux-gnu")"
  if [ "${TALLYSTICK_PG_BIN:-}" != none ] && [ -e "/usr/lib/$triplet/libpq.so" ]; then
    return 0
  fi
  if [ -e "$TALLYSTICK_PG_PARTS/usr/lib/$triplet/libpq.so" ]; then
    export PQ_LIB_DIR="$TALLYSTICK_PG_PARTS/usr/lib/$triplet"
    # The compiler's own way besides: pq-sys (0.7.8) does not notice when PQ_LIB_DIR comes, goes or
    # changes (it quotes the name when it tells cargo), so what was built against another libpq
    # would look for it in the old place.
    export LIBRARY_PATH="$PQ_LIB_DIR${LIBRARY_PATH:+:$LIBRARY_PATH}"
    add_library_folders "$TALLYSTICK_PG_PARTS"
    return 0
  fi
  return 1
}

# pg_need: make sure of the server's programs and of libpq, installing or unpacking what is missing.
pg_need() {
  if pg_look && pg_libpq_ready; then
    pg_use_parts
    return 0
  fi
  if deb_unpacks; then
    say 'PostgreSQL: unpacking Debian'\''s packages into the clone (no root rights needed)'
    deb_lists
    local version found=''
    for version in 17 16 15; do
      if deb_candidate "postgresql-$version"; then found="$version"; break; fi
    done
    [ -n "$found" ] || die 'no postgresql-15, -16 or -17 in the package lists'
    # Users, certificates, configuration scripts and the just-in-time compiler (switched off in
    # our clusters) are of no use to a private cluster.
    deb_unpack "$TALLYSTICK_PG_PARTS" \
      'postgresql-common(-dev)?|postgresql-client-common|ssl-cert|adduser|ucf|debconf|netbase|perl.*|libperl.*|lib.*-perl|libgdbm.*|libllvm.*|libz3.*|init-system-helpers|sysvinit-utils|openssl|sensible-utils|tzdata|locales.*|libc6.*|libcrypt-dev|linux-libc-dev|rpcsvc-proto|libssl-dev|libc-dev-bin|libtirpc-dev|libnsl-dev' \
      "postgresql-$found" "postgresql-client-$found" libpq5 libpq-dev
  else
    say 'PostgreSQL: installing Debian'\''s packages'
    pg_forbid_system_cluster
    deb_install postgresql libpq-dev pkg-config
  fi
  pg_look || die 'PostgreSQL'\''s server programs are still missing after installing them'
  pg_libpq_ready || die 'libpq for linking is still missing after installing libpq-dev'
  pg_use_parts
}

# pg_use_parts: let unpacked programs find the unpacked libraries.
pg_use_parts() {
  case "$TALLYSTICK_PG_FOUND" in
    "$TALLYSTICK_PG_PARTS"/*) add_library_folders "$TALLYSTICK_PG_PARTS" ;;
  esac
}

# pg_forbid_system_cluster: Debian's package would create and start a cluster of its own.
pg_forbid_system_cluster() {
  local file=/etc/postgresql-common/createcluster.conf
  if [ -e "$file" ]; then
    grep -Eq '^[[:space:]]*create_main_cluster[[:space:]]*=[[:space:]]*false' "$file" && return 0
    [ -d /etc/postgresql ] && return 0 # somebody set PostgreSQL up here: their affair
    printf '\ncreate_main_cluster = false\n' >>"$file"
  else
    mkdir -p "${file%/*}"
    printf '# Tallystick runs private clusters only.\ncreate_main_cluster = false\n' >"$file"
  fi
}

# pg_user: the account the server runs under. PostgreSQL refuses root.
pg_user() {
  if ! is_root; then id -un; return; fi
  if id -u postgres >/dev/null 2>&1; then echo postgres; return; fi
  if ! id -u tallystick-pg >/dev/null 2>&1; then
    useradd --system --user-group --no-create-home --home-dir /nonexistent \
      --shell /usr/sbin/nologin tallystick-pg >&2 \
      || die 'could not create the system user tallystick-pg'
  fi
  echo tallystick-pg
}

# pg_run COMMAND…: run one of the server's programs under the server's account, from a folder that
# account may stand in.
pg_run() {
  local account
  account="$(pg_user)"
  if is_root; then
    (cd / && exec setpriv --reuid="$account" --regid="$(id -g "$account")" --clear-groups \
      --inh-caps=-all -- "$@")
  else
    (cd / && exec "$@")
  fi
}

# pg_home FOLDER: print where the cluster of FOLDER lives. That is FOLDER itself, unless the server's
# account can't get there (a clone under /root, say): then a folder in /var/lib/tallystick named after
# it. (Earlier versions took /var/tmp, which newer Debians empty after thirty days.)
pg_home() {
  local folder="$1" home
  mkdir -p "$folder"
  folder="$(cd "$folder" && pwd -P)"
  if ! is_root || pg_run test -x "$folder"; then
    printf '%s' "$folder"
    return
  fi
  home="/var/tmp/tallystick-$(short_hash "$folder")"
  if [ ! -d "$home/data" ]; then
    home="/var/lib/tallystick/$(short_hash "$folder")"
    { mkdir -p "$home" && chmod 0755 "${home%/*}" "$home"; } || die "$home can't be made"
  fi
  if [ -L "$home" ] || [ "$(stat -c %u "$home")" != 0 ]; then
    die "$home belongs to somebody else"
  fi
  printf '%s' "$home"
}

# pg_socket HOME: print the socket folder of the cluster at HOME.
pg_socket() {
  if [ -f "$1/socket.place" ]; then cat "$1/socket.place"; else printf '%s' "$1/socket"; fi
}

# pg_url HOME ROLE DATABASE: print the postgresql:// address over the private socket.
pg_url() {
  printf 'postgresql://%s@%s/%s' "$2" "$(urlencode "$(pg_socket "$1")")" "$3"
}

# pg_running HOME: true when a server runs on this cluster.
pg_running() {
  [ -f "$1/data/PG_VERSION" ] \
    && pg_run "$TALLYSTICK_PG_FOUND/pg_ctl" status -s -D "$1/data" >/dev/null 2>&1
}

# pg_sql HOME DATABASE [FILE]: run SQL (from FILE, else standard input) as the superuser; any error
# stops it. Prints bare rows.
pg_sql() {
  "$TALLYSTICK_PG_FOUND/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$(pg_socket "$1")" -U postgres \
    -d "$2" -f "${3:--}"
}

# pg_socket_prepare HOME: make the socket folder. The path of a socket must stay under 108 bytes, and
# libpq takes a comma in it for the end of a host's name: such a cluster has its socket in /tmp.
pg_socket_prepare() {
  local home="$1" folder account
  account="$(pg_user)"
  folder="$home/socket"
  if [ "$(printf '%s' "$folder" | wc -c)" -gt 90 ] || [[ "$folder" == *,* ]]; then
    folder="$(cat "$home/socket.place" 2>/dev/null || true)"
    if [ ! -d "$folder" ] || [ -L "$folder" ] || [ "$(stat -c %U "$folder")" != "$account" ]; then
      folder="$(mktemp -d /tmp/tallystick-XXXXXXXX)"
      printf '%s' "$folder" >"$home/socket.place"
    fi
  else
    rm -f "$home/socket.place"
    mkdir -p "$folder"
  fi
  chmod 0700 "$folder"
  is_root && chown "$account" "$folder"
  return 0
}

# pg_init HOME: create the cluster's data folder. Text sorts by its bytes, which in UTF-8 is the order
# of C.UTF-8 too; under its own name PostgreSQL compares without asking the C library each time.
pg_init() {
  local home="$1" account
  account="$(pg_user)"
  mkdir -p "$home/data"
  chmod 0700 "$home/data"
  : >"$home/server.log"
  is_root && chown "$account" "$home/data" "$home/server.log"
  LC_ALL=C.UTF-8 pg_run "$TALLYSTICK_PG_FOUND/initdb" -D "$home/data" -U postgres \
    --encoding=UTF8 --locale=C.UTF-8 --lc-collate=C --data-checksums --no-sync --no-instructions \
    --auth-local=trust --auth-host=reject >"$home/initdb.log" 2>&1 </dev/null \
    || { cat "$home/initdb.log" >&2; die "initdb failed in $home"; }
  pg_run tee -a "$home/data/postgresql.conf" >/dev/null <<<"include = 'tallystick.conf'"
}

# pg_settings SOCKET KIND: print the settings of a cluster. KIND "durable" keeps every promise of
# the disk; "unit-test" forgets everything in a power failure and is made anew at every start.
pg_settings() {
  # A list of names in a quoted value: each kind of quote is doubled, and a comma is no separator.
  local socket="${1//\"/\"\"}"
  cat <<SETTINGS
listen_addresses = ''
unix_socket_directories = '"${socket//\'/\'\'}"'
unix_socket_permissions = 0700
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
SETTINGS
  if [ "$2" = unit-test ]; then
    cat <<'SETTINGS'
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum_naptime = 10min
max_wal_size = 256MB
SETTINGS
  else
    cat <<'SETTINGS'
max_connections = 100
fsync = on
synchronous_commit = on
max_wal_size = 2GB
checkpoint_timeout = 15min
wal_compression = lz4
SETTINGS
  fi
}

# pg_start HOME KIND: start the cluster at HOME, creating it if need be. Safe to call from several
# processes at once. Returns 0 when it is up; sets TALLYSTICK_PG_STARTED to yes if this call did it.
pg_start() {
  local home="$1" kind="$2"
  TALLYSTICK_PG_STARTED=''
  exec 9>"$home/.start.lock"
  flock 9 || die "could not lock $home/.start.lock"
  if ! pg_running "$home"; then
    if [ "$kind" = unit-test ]; then rm -rf "$home/data"; fi
    if [ -f "$home/data/PG_VERSION" ]; then
      pg_match_version "$home"
    else
      rm -rf "$home/data"
      pg_init "$home" 9>&-
    fi
    pg_socket_prepare "$home"
    pg_settings "$(pg_socket "$home")" "$kind" | pg_run tee "$home/data/tallystick.conf" >/dev/null
    if ! pg_run "$TALLYSTICK_PG_FOUND/pg_ctl" start -s -w -t 60 -D "$home/data" \
      -l "$home/server.log" </dev/null >/dev/null 2>&1 9>&-; then
      tail -n 20 "$home/server.log" >&2
      die "PostgreSQL did not start in $home"
    fi
    # shellcheck disable=SC2034 # read by the caller
    TALLYSTICK_PG_STARTED=yes
  fi
  exec 9>&-
}

# pg_match_version HOME: a data folder belongs to one major version of the server.
pg_match_version() {
  local version folder
  version="$(cat "$1/data/PG_VERSION")"
  case "$TALLYSTICK_PG_FOUND" in */"$version"/bin) return 0 ;; esac
  for folder in "/usr/lib/postgresql/$version/bin" \
    "$TALLYSTICK_PG_PARTS/usr/lib/postgresql/$version/bin"; do
    if [ -x "$folder/postgres" ]; then
      TALLYSTICK_PG_FOUND="$folder"
      return 0
    fi
  done
  [ -n "${TALLYSTICK_PG_BIN:-}" ] \
    || die "$1 was made by PostgreSQL $version, whose programs are gone; install postgresql-$version or start over with --reset"
}

# pg_stop HOME: stop the server of this cluster, if it runs, rolling back what is unfinished.
pg_stop() {
  pg_running "$1" || return 0
  pg_run "$TALLYSTICK_PG_FOUND/pg_ctl" stop -s -m fast -w -t 60 -D "$1/data" \
    || die "PostgreSQL in $1 did not stop"
  if [ -f "$1/socket.place" ]; then
    rm -rf "$(cat "$1/socket.place")" "$1/socket.place"
  fi
}

# pg_prepare HOME DATABASE: the four roles, and the database with its owner and its doors.
pg_prepare() {
  local home="$1" database="$2"
  pg_sql "$home" postgres "$TALLYSTICK_ROOT/ops/lib/roles.sql"
  if [ "$(pg_sql "$home" postgres <<<"SELECT count(*) FROM pg_database WHERE datname = '$database'")" = 0 ]; then
    pg_sql "$home" postgres <<<"CREATE DATABASE \"$database\" OWNER tallystick_owner"
  fi
  pg_sql "$home" "$database" "$TALLYSTICK_ROOT/ops/lib/database.sql"
}
