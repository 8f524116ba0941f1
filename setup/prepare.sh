#!/bin/sh
# Makes this machine ready: "prepare.sh run" for the clinic, "prepare.sh test" for the tests as well.
# Done once for each state of the locks; a second call only compares a stamp.
# It installs Debian packages when it is root. Otherwise it unpacks Pango and fonts into .setup/system,
# or says in one line what to install, and fails. Nothing is ever skipped in silence.
set -eu
cd "$(dirname "$0")/.."

purpose=${1:-run}
case $purpose in
    run) lock=requirements.txt ;;
    test) lock=requirements-dev.txt ;;
    *) echo "usage: setup/prepare.sh run|test" >&2; exit 2 ;;
esac
system=.setup/system
log=.setup/log

say() { echo "backstory: $*" >&2; }
fail() { say "$*"; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }
has_apt() { command -v apt-get >/dev/null 2>&1; }
state() { cat "$1" setup/prepare.sh | cksum; }
stamp() { echo ".venv/.ready-for-$1"; }

is_ready() {
    [ -x .venv/bin/python ] && [ -f "$(stamp "$1")" ] && [ "$(cat "$(stamp "$1")")" = "$(state "$2")" ]
}

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    fail "Python 3.11 or newer is needed. On Debian 12 or Ubuntu 24.04: apt-get install python3 python3-venv"
}

# ---- what is there ---------------------------------------------------------------------------------

has_venv() { "$python" -c 'import ensurepip, venv' 2>/dev/null; }

has_pango() {
    "$python" - 2>/dev/null <<'CHECK'
import ctypes, sys
sys.path.append("setup")
import unpacked_libraries
unpacked_libraries.load(".setup/system")
names = ["libgobject-2.0.so.0", "libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libfontconfig.so.1"]
if sys.platform == "darwin":
    names = ["libgobject-2.0.0.dylib", "libpango-1.0.0.dylib", "libpangoft2-1.0.0.dylib", "libfontconfig.1.dylib"]
for name in names:
    ctypes.CDLL(name)
CHECK
}

has_font() {
    for folder in /usr/share/fonts /usr/local/share/fonts "$HOME/.local/share/fonts" "$HOME/.fonts" \
        "$system/usr/share/fonts" /Library/Fonts "$HOME/Library/Fonts"; do
        if [ -d "$folder" ] && [ -n "$(find -L "$folder" -name "$1" 2>/dev/null | head -n 1)" ]; then
            return 0
        fi
    done
    return 1
}

has_postgresql() {
    command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

has_browser() {
    for name in chromium google-chrome google-chrome-stable chromium-browser; do
        # Ubuntu's chromium-browser may be a mere pointer to a snap that is not there: ask it.
        if command -v "$name" >/dev/null 2>&1 && "$name" --version >/dev/null 2>&1; then
            return 0
        fi
    done
    [ -x .venv/bin/playwright ] && .venv/bin/python - 2>/dev/null <<'CHECK'
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as play:
    sys.exit(not pathlib.Path(play.chromium.executable_path).exists())
CHECK
}

venv_package() {
    case $(command -v "$python") in
        /usr/bin/*) "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])' ;;
        *) echo python3-venv ;;
    esac
}

known_to_apt() { apt-cache show "$1" >/dev/null 2>&1; }

missing_packages() {
    has_venv || venv_package
    if ! has_pango; then
        echo libpango-1.0-0 libpangoft2-1.0-0 fontconfig-config
        echo libharfbuzz-subset0
    fi
    has_font 'NotoSans-Regular*' || echo fonts-noto-core
    has_font 'wqy-microhei*' || echo fonts-wqy-microhei
    if [ "$purpose" = test ]; then
        has_postgresql || echo postgresql
        has_browser || echo chromium
        # It reads the units of deploy/; other systems have no units.
        ! has_apt || command -v systemd-analyze >/dev/null 2>&1 || echo systemd
    fi
}

# ---- how it gets there -----------------------------------------------------------------------------

install_as_root() {
    say "installing $*"
    apt-get update -qq >"$log" 2>&1 || { cat "$log" >&2; fail "apt-get update failed (see above)"; }
    wanted=
    for package in "$@"; do
        # Old releases lack libharfbuzz-subset0 (WeasyPrint then subsets more slowly); Ubuntu lacks chromium.
        if known_to_apt "$package"; then
            wanted="$wanted $package"
        fi
    done
    [ -n "$wanted" ] || return 0
    # shellcheck disable=SC2086  # a list of package names
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $wanted >"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; fail "apt-get install$wanted failed (see above)"; }
}

# Pango and fonts need no root: the packages are fetched and unpacked into the project's own folder.
unpack_without_root() {
    wanted=
    for package in "$@"; do
        case $package in
            libpango* | libharfbuzz* | fontconfig-config | fonts-*)
                if known_to_apt "$package"; then
                    wanted="$wanted $package"
                fi
                ;;
        esac
    done
    [ -n "$wanted" ] || return 0
    say "not root: unpacking$wanted into $system"
    mkdir -p "$system" .setup/packages
    # shellcheck disable=SC2086
    needed=$(apt-get install -s --no-install-recommends $wanted 2>/dev/null | awk '/^Inst / { print $2 }') || return 0
    # shellcheck disable=SC2086
    (cd .setup/packages && apt-get download -q $needed) >"$log" 2>&1 || return 0
    for archive in .setup/packages/*.deb; do
        dpkg -x "$archive" "$system"
    done
    rm -r .setup/packages
}

provide_packages() {
    packages=$(missing_packages)
    [ -n "$packages" ] || return 0
    # shellcheck disable=SC2086
    if has_apt && is_root; then
        install_as_root $packages
    elif has_apt; then
        unpack_without_root $packages
    fi
    # libharfbuzz-subset0 only makes it faster, and cannot be seen from has_pango once Pango is there.
    packages=$(missing_packages | tr '\n' ' ')
    [ -n "$packages" ] || return 0
    case "$packages" in
        "chromium ") return 0 ;;  # looked for again once Playwright is there
    esac
    if has_apt; then
        fail "please install: apt-get install ${packages% }   (as root; then run this again)"
    fi
    fail "please install Pango (macOS: brew install pango; Fedora: dnf install pango), the Noto Sans and WenQuanYi Micro Hei fonts$(
        [ "$purpose" = run ] || echo ', PostgreSQL and Chromium'), then run this again"
}

# Where Pango and fonts were unpacked, every program of .venv finds them without further settings.
connect_unpacked() {
    [ -d "$system" ] || return 0
    packages=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    cp setup/unpacked_libraries.py "$packages"
    echo "import unpacked_libraries; unpacked_libraries.load('$PWD/$system')" >"$packages/unpacked_libraries.pth"
    mkdir -p .venv/share
    ln -sfn "$PWD/$system/usr/share/fonts" .venv/share/fonts
    cat >"$system/fonts.conf" <<SETTINGS
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>$PWD/$system/usr/share/fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
SETTINGS
}

make_environment() {
    if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        rm -rf .venv
        "$python" -m venv .venv >"$log" 2>&1 || { cat "$log" >&2; fail "could not make .venv (see above)"; }
    fi
    say "installing $lock into .venv"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" \
        >"$log" 2>&1 || { cat "$log" >&2; fail "could not install $lock (see above)"; }
}

# Where no package brings Chromium (Ubuntu), Playwright's own build serves as well.
provide_browser() {
    has_browser && return 0
    say "no Chromium package here: asking Playwright for its own"
    if is_root; then
        .venv/bin/playwright install --with-deps chromium >"$log" 2>&1 || true
    else
        .venv/bin/playwright install chromium >"$log" 2>&1 || true
    fi
    has_browser || fail "the browser tests need Chromium or Google Chrome: apt-get install chromium (Debian, as root), or install Google Chrome, then run this again"
}

is_ready "$purpose" "$lock" && exit 0
mkdir -p .setup
python=$(find_python)
provide_packages
make_environment
connect_unpacked
[ "$purpose" = run ] || provide_browser
state "$lock" >"$(stamp "$purpose")"
if [ "$purpose" = test ]; then
    state requirements.txt >"$(stamp run)"  # the longer lock holds the shorter one
fi
