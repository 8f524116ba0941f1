"""`make conformance`: PDFs by veraPDF, pages by the Nu Html Checker and pa11y, counts by promtool, attacks by
wapiti and sqlmap, tables by LibreOffice.

A real provider for sign-on; and `deploy/` for real: image, PostgreSQL, units, proxies, compose files.
"""

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from conformance import (
    WORK,
    compose,
    export,
    image,
    metrics,
    pages,
    pdfs,
    postgres,
    proxies,
    scanners,
    sso,
    units,
)
from setup.evidence.proofs import FAILED, PASSED, RESULTS, Outcome, commit

NEEDS = {
    "java": "Java 17 or newer: apt-get install default-jre-headless",
    "npm": "Node.js 20 or newer with npm: https://nodejs.org",
    "promtool": "promtool of Prometheus: apt-get install --no-install-recommends prometheus",
    "nginx": "nginx: apt-get install nginx-light",
    "caddy": "Caddy: apt-get install caddy",
    "openssl": "OpenSSL: apt-get install openssl",
    "buildah": "Buildah: apt-get install buildah",
    "podman": "Podman: apt-get install podman crun",
    "docker-compose": "docker-compose: apt-get install docker-compose",
    "debootstrap": "debootstrap: apt-get install debootstrap",
    "pg_lsclusters": "PostgreSQL: apt-get install postgresql",
    "wapiti": "wapiti: apt-get install --no-install-recommends wapiti",
    "sqlmap": "sqlmap: apt-get install --no-install-recommends sqlmap",
    "soffice": "LibreOffice Calc: apt-get install --no-install-recommends libreoffice-calc",
    "systemd-analyze": "systemd: apt-get install systemd",
    "systemd-nspawn": "systemd-nspawn: apt-get install systemd-container",
}
FOREIGN, BUILDING = ("java", "npm"), ("buildah", "podman", "debootstrap")
CHECKS: dict[str, tuple[Callable[[], bool], Sequence[str]]] = {
    "pdfs": (pdfs.check, FOREIGN),
    "pages": (pages.check, FOREIGN),
    "sso": (sso.check, ("npm",)),
    "scanners": (scanners.check, ("wapiti", "sqlmap")),
    "export": (export.check, ("soffice",)),
    "metrics": (metrics.check, ("promtool",)),
    "compose": (compose.check, ("docker-compose",)),
    "proxies": (proxies.check, ("nginx", "caddy", "openssl")),
    "image": (image.check, BUILDING),
    "postgres": (postgres.check, (*BUILDING, "pg_lsclusters")),
    "units": (units.check, (*BUILDING, "systemd-analyze", "systemd-nspawn")),
}


def main(wanted: list[str]) -> int:
    """Check `wanted`, by the names above; all where nothing is named. 0: all conform."""
    unknown = sorted(set(wanted) - set(CHECKS))
    if unknown:
        print(f"There is no check {unknown[0]}; there are {', '.join(CHECKS)}.", file=sys.stderr)
        return 2
    chosen = wanted or list(CHECKS)
    missing = {need for name in chosen for need in CHECKS[name][1] if shutil.which(need) is None}
    for need in sorted(missing):
        print(f"This check needs {NEEDS[need]}", file=sys.stderr)
    if missing:
        return 1
    WORK.mkdir(exist_ok=True)
    conform = [CHECKS[name][0]() for name in chosen]
    _keep(dict(zip(chosen, conform, strict=True)))
    print("All conform." if all(conform) else "Not all conform (see above).")
    return not all(conform)


def _keep(conform: dict[str, bool]) -> None:
    """Note what came of each check, for the papers of `make evidence`."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    now, at = f"{datetime.now(UTC):%Y-%m-%d}", commit()
    outcomes = {name: Outcome(PASSED if whole else FAILED, at, now) for name, whole in conform.items()}
    written = {**kept, **{name: asdict(outcome) for name, outcome in outcomes.items()}}
    RESULTS.write_text(json.dumps(written, indent=1, sort_keys=True), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
