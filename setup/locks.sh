#!/bin/sh
# Writes the locks, with hashes, for every Python from 3.11 on and every platform. Add --upgrade to renew them.
set -eu
cd "$(dirname "$0")/.."
tool=.setup/uv
[ -x "$tool/bin/uv" ] || { python3 -m venv "$tool" && "$tool/bin/pip" install --quiet uv; }

lock() {
    "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-emit-index-url --no-emit-find-links "$@"
}

lock requirements.in -o requirements.txt "$@"
lock requirements-dev.in -c requirements.txt -o requirements-dev.txt "$@"
lock requirements-release.in -o requirements-release.txt "$@"
