"""`make conformance`: every kind of PDF by veraPDF, every kind of page by the Nu Html Checker and pa11y."""

import shutil
import sys

from conformance import WORK, pages, pdfs

NEEDS = {
    "java": "Java 17 or newer: apt-get install default-jre-headless",
    "npm": "Node.js 20 or newer with npm: https://nodejs.org",
}


def main(wanted: list[str]) -> int:
    """Check `wanted`, "pdfs" or "pages"; both where nothing is named. 0: all conform."""
    for program, where in NEEDS.items():
        if shutil.which(program) is None:
            print(f"This check needs {where}", file=sys.stderr)
            return 1
    WORK.mkdir(exist_ok=True)
    checks = {"pdfs": pdfs.check, "pages": pages.check}
    conform = [check() for name, check in checks.items() if not wanted or name in wanted]
    print("All conform." if all(conform) else "Not all conform (see above).")
    return not all(conform)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
