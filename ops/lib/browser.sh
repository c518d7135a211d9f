# shellcheck shell=bash
# Chromium with its driver, and a font with Chinese characters, for the tests that drive pages.
#
# TALLYSTICK_CHROMIUM, TALLYSTICK_CHROMEDRIVER   programs to use; "none" ignores the installed ones

TALLYSTICK_CHROMIUM="${TALLYSTICK_CHROMIUM:-}"
TALLYSTICK_CHROMEDRIVER="${TALLYSTICK_CHROMEDRIVER:-}"
TALLYSTICK_BROWSER_PARTS="$TALLYSTICK_STATE/browser"

# browser_look: find the two programs; false if one is missing.
browser_look() {
  local parts="$TALLYSTICK_BROWSER_PARTS" installed=yes
  [ "$TALLYSTICK_CHROMIUM" != none ] || installed=''
  if [ -x "$TALLYSTICK_CHROMIUM" ] && [ -x "$TALLYSTICK_CHROMEDRIVER" ]; then return 0; fi
  if [ -n "$installed" ] && command -v chromium >/dev/null && command -v chromedriver >/dev/null; then
    TALLYSTICK_CHROMIUM="$(command -v chromium)"
    TALLYSTICK_CHROMEDRIVER="$(command -v chromedriver)"
    return 0
  fi
  # The packaged start script looks in /usr/lib only; the program itself finds its own folder.
  if [ -x "$parts/usr/lib/chromium/chromium" ] && [ -x "$parts/usr/bin/chromedriver" ]; then
    TALLYSTICK_CHROMIUM="$parts/usr/lib/chromium/chromium"
    TALLYSTICK_CHROMEDRIVER="$parts/usr/bin/chromedriver"
    browser_libraries
    return 0
  fi
  return 1
}

# browser_libraries: let the unpacked browser find the unpacked libraries. One of them keeps its own
# in a folder that it names by its place in an installation.
browser_libraries() {
  local folder
  add_library_folders "$TALLYSTICK_BROWSER_PARTS"
  for folder in "$TALLYSTICK_BROWSER_PARTS"/usr/lib/*/pulseaudio; do
    case ":$LD_LIBRARY_PATH:" in
      *":$folder:"*) ;;
      *) [ ! -d "$folder" ] || export LD_LIBRARY_PATH="$LD_LIBRARY_PATH:$folder" ;;
    esac
  done
}

# browser_runs: true when the browser and its driver start at all.
browser_runs() {
  local program
  for program in "$TALLYSTICK_CHROMIUM" "$TALLYSTICK_CHROMEDRIVER"; do
    "$program" --version >/dev/null 2>"$TALLYSTICK_STATE/browser.log" </dev/null || return 1
  done
}

# browser_font_there: true when a font with Chinese characters can be found by Chromium.
browser_font_there() {
  if [ -d "$TALLYSTICK_BROWSER_PARTS/usr/share/fonts" ]; then
    browser_fontconfig
    return 0
  fi
  [ "$TALLYSTICK_CHROMIUM" != none ] || return 1
  if command -v fc-list >/dev/null; then
    [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]
  else
    compgen -G '/usr/share/fonts/opentype/noto/Noto*CJK*' >/dev/null
  fi
}

# browser_fontconfig: let fontconfig find the unpacked fonts besides the installed ones.
browser_fontconfig() {
  local parts="$TALLYSTICK_BROWSER_PARTS" file
  file="$parts/fonts.conf"
  cat >"$file.new" <<CONF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>$parts/usr/share/fonts</dir>
  <cachedir>$parts/fontcache</cachedir>
</fontconfig>
CONF
  mv "$file.new" "$file"
  export FONTCONFIG_FILE="$file"
}

# browser_need: make sure of browser, driver and font, installing or unpacking what is missing.
browser_need() {
  local font=''
  browser_font_there && font=yes
  if browser_look && [ -n "$font" ]; then return 0; fi
  if deb_unpacks; then
    say 'Chromium: unpacking Debian'\''s packages into the clone (no root rights needed)'
    deb_unpack "$TALLYSTICK_BROWSER_PARTS" \
      'adduser|ucf|debconf|sensible-utils|libc6.*|tzdata|dbus.*|systemd.*|libpam.*|xdg-utils|perl.*|init-system-helpers|procps|.*-l10n|chromium-sandbox' \
      chromium chromium-common chromium-driver fonts-noto-cjk
  else
    say 'Chromium: installing Debian'\''s packages'
    deb_install chromium chromium-driver fonts-noto-cjk
  fi
  browser_look || die 'Chromium or its driver is still missing after installing them'
  browser_runs || { cat "$TALLYSTICK_STATE/browser.log" >&2; die 'Chromium or its driver does not start'; }
  browser_font_there || die 'no font with Chinese characters after installing fonts-noto-cjk'
}
