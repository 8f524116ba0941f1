"""Opens an export of answers in LibreOffice, as whoever gets it will, and compares every cell.

A spreadsheet guesses what a cell is. It may make a number of a number, and of nothing else: no formula, no
date, no letter changed.
"""

import csv
import io
import subprocess
import tempfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from conformance import WORK
from intake.config import Settings
from intake.demo.clinic import DemoClinic
from intake.demo.scenes import SCENES
from intake.documents.research.dictionary import TableChoices
from intake.documents.research.readme import ResearchTable
from intake.services.audit import SYSTEM
from intake.services.context import Operation
from intake.services.operations.exports.research.forms import ResearchRequest, forms_of
from intake.services.operations.exports.research.project import new_key
from intake.services.operations.exports.research.taking import ResearchFile, pieces
from intake.storage import open_database

CHOICES = TableChoices(period="month", language=True, free_text=True)
TABLES = ("answers.csv", "data-dictionary.csv")
# Commas, double quotes, UTF-8, from the first line.
AS_CSV = "CSV:44,34,76,1"


def check() -> bool:
    """Whether the tables come through a spreadsheet as they were written; what does not is printed."""
    with tempfile.TemporaryDirectory() as folder:
        faults = [fault for name, table in _tables(Path(folder)).items() for fault in _faults(name, table)]
    print(*faults[:20], sep="\n", end="\n" if faults else "")
    return not faults


def _tables(folder: Path) -> dict[str, str]:
    """The export of a clinic of made-up patients."""
    settings = Settings.from_environment(
        {"BACKSTORY_DATA_DIR": str(folder / "data"), "BACKSTORY_KEY_FILE": str(folder / "keys/keys.json")}
    )
    database = open_database(settings)
    database.migrate()
    now = datetime.now(UTC)
    clinic = DemoClinic(database, settings, now)
    clinic.add_staff()
    for scene in SCENES[:20]:
        clinic.add(scene)
    list(clinic.present())
    today = settings.today(now)
    asked = ResearchRequest(
        "Conformance", "none", today - timedelta(days=400), today + timedelta(days=30), CHOICES
    )
    about = ResearchTable("A clinic", "Conformance", "none", "", "", today.isoformat(), 0, CHOICES)
    with Operation.reading(database, settings, SYSTEM, now) as op:
        ids = forms_of(op, asked)
    file = ResearchFile(asked, new_key(), ids, about)
    content = b"".join(pieces(lambda: Operation.reading(database, settings, SYSTEM, now), file))
    database.dispose()
    print(f"{len(ids)} forms.")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name).decode() for name in TABLES}


def _faults(name: str, table: str) -> list[str]:
    source = WORK / "export" / name
    source.parent.mkdir(exist_ok=True)
    source.write_bytes(table.encode())
    profile = f"-env:UserInstallation=file://{WORK / 'libreoffice'}"
    command = ["soffice", profile, "--headless", f"--infilter={AS_CSV}", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(source.parent), str(source)], check=True, timeout=300)
    written = list(csv.reader(io.StringIO(table.removeprefix("\ufeff"), newline="")))
    sheet = load_workbook(source.with_suffix(".xlsx")).worksheets[0]
    opened = [list(row) for row in sheet.iter_rows()]
    if (len(opened), len(opened[0])) != (len(written), len(written[0])):
        return [f"{name}: {len(written)} x {len(written[0])} cells became {len(opened)} x {len(opened[0])}"]
    return [
        f"{name} {cell.coordinate}: {was!r} became {cell.value!r}"
        for before, after in zip(written, opened, strict=True)
        for was, cell in zip(before, after, strict=True)
        if not _same(was, cell)
    ]


def _same(was: str, cell: Any) -> bool:
    if cell.data_type == "f" or cell.is_date:
        return False
    if cell.value is None:
        return was == ""
    if isinstance(cell.value, int | float):
        return was == f"{cell.value:g}"
    return str(cell.value).replace("\r\n", "\n") == was.replace("\r\n", "\n")
