# shellcheck shell=bash
# What a build needs: a C compiler and linker, git, cargo, and nextest for the tests.

# toolchain_need: make sure of cc, git and cargo.
toolchain_need() {
  local missing=()
  command -v cc >/dev/null || missing+=(gcc libc6-dev)
  command -v git >/dev/null || missing+=(git)
  command -v pkg-config >/dev/null || [ -n "${PQ_LIB_DIR:-}" ] || missing+=(pkg-config)
  if [ "${#missing[@]}" -gt 0 ]; then
    if deb_unpacks; then
      # A compiler does not move; without root somebody has to install it first.
      command -v cc >/dev/null || die 'no C compiler: ask for the packages gcc and libc6-dev'
      command -v git >/dev/null || die 'git is missing: ask for the package git'
    else
      say "Build tools: installing ${missing[*]}"
      deb_install "${missing[@]}"
    fi
  fi
  if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
    export PATH="$HOME/.cargo/bin:$PATH"
  fi
  command -v cargo >/dev/null \
    || die "cargo is missing: install Rust $(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$TALLYSTICK_ROOT/Cargo.toml") or newer (rustup.rs)"
}

# nextest_need: make sure of cargo-nextest.
nextest_need() {
  cargo nextest --version >/dev/null 2>&1 && return 0
  say 'cargo-nextest: building it from the registry (once)'
  cargo install cargo-nextest --locked --version '>=0.9.98, <0.10' >&2 </dev/null \
    || die 'cargo install cargo-nextest failed'
}

# script_checker_need: find shellcheck or fetch it; sets TALLYSTICK_SHELLCHECK.
script_checker_need() {
  local parts="$TALLYSTICK_STATE/shellcheck"
  TALLYSTICK_SHELLCHECK="$(command -v shellcheck || echo "$parts/usr/bin/shellcheck")"
  [ ! -x "$TALLYSTICK_SHELLCHECK" ] || return 0
  say 'shellcheck: fetching Debian'\''s package'
  if deb_unpacks; then
    deb_unpack "$parts" 'libc6.*' shellcheck
  else
    deb_install shellcheck
    TALLYSTICK_SHELLCHECK="$(command -v shellcheck)"
  fi
  [ -x "$TALLYSTICK_SHELLCHECK" ] || die 'shellcheck is still missing after installing it'
}
