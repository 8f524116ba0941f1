#!/bin/sh
# Builds the image backstory:VERSION from this checkout.   deploy/build.sh [OPTION of the build ...]
# With BASE=debootstrap the base is made of Debian's own packages (as root), where no image registry can be reached.
# BASE may also name any other image of Debian 12. Options go on to the builder: with --no-cache the packages of Debian are
# fetched anew, security updates included.
# Where the builder may not make containers (inside of one, or with two generations of control groups), as root:
#   BUILDAH_ISOLATION=chroot BASE=debootstrap deploy/build.sh --network host
set -eu
cd "$(dirname "$0")/.."
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' intake/__init__.py)
image=${IMAGE:-backstory}:$version

say() { echo "backstory: $*" >&2; }
fail() { say "$*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# A base without a registry: what debootstrap unpacks, taken in as an image.
own_base() {
    has buildah || fail "please install: apt-get install buildah debootstrap   (as root; then run this again)"
    if ! buildah inspect --type image localhost/debian-root:12 >/dev/null 2>&1; then
        has debootstrap || fail "please install: apt-get install debootstrap"
        [ "$(id -u)" = 0 ] || fail "debootstrap has to be root"
        root=$(mktemp -d)
        trap 'rm -rf "$root"' EXIT
        say "unpacking Debian 12"
        debootstrap --variant=minbase bookworm "$root" >"$root.log" 2>&1 ||
            { tail -n 5 "$root.log" >&2; fail "debootstrap failed (see $root.log)"; }
        rm -f "$root.log"
        # The security updates, which the first release of Debian 12 lacks.
        echo 'deb http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm-updates main
deb http://deb.debian.org/debian-security bookworm-security main' >"$root/etc/apt/sources.list"
        made=$(buildah from scratch)
        buildah add --quiet "$made" "$root" / >/dev/null
        buildah commit --quiet --rm "$made" localhost/debian-root:12 >/dev/null
    fi
    BASE=localhost/debian-root:12
}

[ "${BASE:-}" != debootstrap ] || own_base
[ -z "${BASE:-}" ] || set -- --build-arg "BASE=$BASE" "$@"

# Where pip of this machine has to trust an authority of its own (a company's proxy), pip of the build does too.
if [ -n "${PIP_CERT:-}" ]; then
    lent=$(mktemp)
    trap 'rm -f "$lent"' EXIT
    printf '[global]\ncert = /run/authorities.crt\n' >"$lent"
    chmod 644 "$lent"
    set -- --volume "$PIP_CERT:/run/authorities.crt:ro" --volume "$lent:/etc/pip.conf:ro" "$@"
fi

# The health check is a part of Docker's format only; Docker itself reads the list of what to leave out by name.
say "building $image"
if has buildah; then
    buildah bud --layers --format docker --ignorefile deploy/Containerfile.dockerignore \
        -f deploy/Containerfile -t "$image" "$@" .
elif has podman; then
    podman build --format docker --ignorefile deploy/Containerfile.dockerignore \
        -f deploy/Containerfile -t "$image" "$@" .
elif has docker; then
    docker build -f deploy/Containerfile -t "$image" "$@" .
else
    fail "please install podman, buildah or docker"
fi
say "built $image"
