"""`make conformance`: PDF files by veraPDF, pages by the Nu Html Checker and pa11y, counts by promtool."""

import shutil
import sys

from conformance import WORK, metrics, pages, pdfs

NEEDS = {
    "java": "Java 17 or newer: apt-get install default-jre-headless",
    "npm": "Node.js 20 or newer with npm: https://nodejs.org",
    "promtool": "promtool of Prometheus: apt-get install --no-install-recommends prometheus",
}


def main(wanted: list[str]) -> int:
    """Check `wanted`, "pdfs", "pages" or "metrics"; all where nothing is named. 0: all conform."""
    for program, where in NEEDS.items():
        if shutil.which(program) is None and _is_needed(program, wanted):
            print(f"This check needs {where}", file=sys.stderr)
            return 1
    WORK.mkdir(exist_ok=True)
    checks = {"metrics": metrics.check, "pdfs": pdfs.check, "pages": pages.check}
    conform = [check() for name, check in checks.items() if not wanted or name in wanted]
    print("All conform." if all(conform) else "Not all conform (see above).")
    return not all(conform)


def _is_needed(program: str, wanted: list[str]) -> bool:
    """The counts need promtool alone, and nothing else needs it."""
    of_metrics = program == "promtool"
    return not wanted or (of_metrics and "metrics" in wanted) or (not of_metrics and wanted != ["metrics"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
