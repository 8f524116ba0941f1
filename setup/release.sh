#!/bin/sh
# "release.sh sbom": what runs, as a CycloneDX list with versions, hashes and licences, in dist/. "release.sh audit": every
# locked package looked up in the public list of vulnerabilities. Both with the tools of requirements-release.txt.
set -eu
cd "$(dirname "$0")/.."
tools=.setup/release
runs=.setup/runtime
log=.setup/log

say() { echo "backstory: $*" >&2; }
fail() { say "$*"; exit 1; }
state() { cat "$@" | cksum; }

# An environment of a lock and of nothing else, made anew when the lock changes.
environment() {
    [ -f "$1/.of" ] && [ "$(cat "$1/.of")" = "$(state "$2")" ] && return 0
    say "installing $2 into $1"
    rm -rf "$1"
    .venv/bin/python -m venv --without-pip "$1"
    .venv/bin/python -m pip --python "$1/bin/python" install --quiet --disable-pip-version-check \
        --require-hashes --no-deps -r "$2" >"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "could not install $2 (see above)"; }
    state "$2" >"$1/.of"
}

sbom() {
    environment "$runs" requirements.txt
    version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' intake/__init__.py)
    mkdir -p dist
    out=dist/backstory-$version.cdx.json
    # Reproducible: without the time and without a number drawn by chance.
    "$tools/bin/cyclonedx-py" environment "$runs" --pyproject pyproject.toml --output-reproducible \
        --spec-version 1.6 --output-format JSON --output-file - >"$out.new" 2>"$log" ||
        { tail -n 20 "$log" >&2; fail "could not list what runs (see above)"; }
    "$tools/bin/python" setup/sbom.py "$version" <"$out.new" >"$out" || { rm -f "$out" "$out.new"; exit 1; }
    rm "$out.new"
    say "wrote $out"
}

audit() {
    # The lock is whole. A service that cannot be reached is a failure and never a pass.
    for lock in requirements.txt requirements-dev.txt requirements-release.txt; do
        say "looking up $lock"
        "$tools/bin/pip-audit" --require-hashes --disable-pip --strict --progress-spinner off -r "$lock" \
            >"$log" 2>&1 || {
            cat "$log" >&2
            ! grep -Eq '^Found [0-9]+ known vulnerabilit' "$log" || fail "$lock: something is vulnerable (see above)"
            fail "$lock was not looked up: the list could not be reached, or lacks a package. Whether something is vulnerable is not known"
        }
        cat "$log"
    done
}

mkdir -p .setup
environment "$tools" requirements-release.txt
case ${1:-} in
    sbom) sbom ;;
    audit) audit ;;
    *) echo "usage: setup/release.sh sbom|audit" >&2; exit 2 ;;
esac
