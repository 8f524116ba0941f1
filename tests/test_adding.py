"""`docs/adding.md`, done: what it says is added in a copy of the tree, and another Python looks at it.

The files that were touched are compared with the files that the document names.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EDITED = ("intake", "tests", "CHANGELOG.md")
SHARED = ("templates", "static", "migrations", "wsgi.py", "pyproject.toml", "alembic.ini")
Edit = Callable[[str], str]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tree, in a place of its own."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in EDITED:
        whole, there = ROOT / name, tmp_path / name
        shutil.copytree(whole, there, ignore=ignored) if whole.is_dir() else shutil.copy(whole, there)
    for name in SHARED:
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def test_a_question_with_a_rule_needs_only_the_files_of_the_document(copy: Path) -> None:
    before = run(copy, "-c", "from intake.red_flags import SAFETY_VERSION; print(SAFETY_VERSION)")
    for path, edit in QUESTION.items():
        change(copy / path, edit)

    after = run(copy, "-c", LOOKS)

    assert after != before
    assert touched(copy) == set(QUESTION)
    assert all_named(("A question", "A red flag"), QUESTION)


def test_an_export_needs_only_the_files_of_the_document(copy: Path) -> None:
    for path, edit in EXPORT.items():
        change(copy / path, edit)
    assert touched(copy) == set(EXPORT)

    change(copy / "tests/web/test_added.py", lambda _: FOLLOWS)
    run(copy, "-m", "pytest", "-q", "-n0", "-k", "not postgresql", "tests/web/test_added.py")

    assert all_named(("A CSV export",), EXPORT)


def change(file: Path, edit: Edit) -> None:
    file.write_text(edit(file.read_text(encoding="utf-8") if file.exists() else ""), encoding="utf-8")


def run(copy: Path, *arguments: str) -> str:
    """What another Python prints, which reads the copy and nothing of this tree."""
    command = [sys.executable, "-B", *arguments]
    said = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout


def touched(copy: Path) -> set[str]:
    """The files of the copy that are not as in this tree."""
    files = [file for name in EDITED for file in [copy / name, *(copy / name).rglob("*")] if file.is_file()]
    paths = [file.relative_to(copy) for file in files if "__pycache__" not in file.parts]
    return {
        str(path)
        for path in paths
        if not (ROOT / path).exists() or (ROOT / path).read_bytes() != (copy / path).read_bytes()
    }


def all_named(headings: tuple[str, ...], paths: dict[str, Edit]) -> bool:
    """Each path is named below these headings, as itself or by its folder, and no other file is."""
    named = {path for heading in headings for path in files_of(heading)}
    holding = {path: {name for name in named if is_in(path, name)} for path in paths}
    return all(holding.values()) and named == set().union(*holding.values())


def is_in(path: str, name: str) -> bool:
    """`name` is the path, or its folder with a stroke at its end."""
    return path == name or (name.endswith("/") and str(Path(path).parent) == name.rstrip("/"))


def files_of(heading: str) -> set[str]:
    """The files that the document names first below a heading: the sentence that begins with "Files:"."""
    document = (ROOT / "docs/adding.md").read_text(encoding="utf-8")
    _, _, below = document.partition(f"\n## {heading}\n")
    listed = re.match(r"\s*Files: (.*?)\.\s", below, re.DOTALL)
    assert listed, heading
    return set(re.findall(r"`([\w./]*[./][\w./]*)`", listed[1]))


def before_the_last(mark: str, added: str) -> Edit:
    """Put in front of where `mark` stands last."""

    def edit(text: str) -> str:
        head, found, tail = text.rpartition(mark)
        assert found, mark
        return head + added + found + tail

    return edit


def after(mark: str, added: str) -> Edit:
    """Put behind where `mark` stands first."""

    def edit(text: str) -> str:
        assert mark in text, mark
        return text.replace(mark, mark + added, 1)

    return edit


CASE = """\
{"id": "R-NEW-1|0", "rule": "R-NEW-1", "atom": "('y', 'rf_new')", "kind": "raised", "on": "2026-06-15", \
"age": 40, "dob": "1986-06-15", "answers": {"any_injury": "yes", "rf_injury_minor": "yes", "rf_new": "yes"}, \
"urgency": "SAME_DAY", "fires": {"R-NEW-1": "SAME_DAY"}}
{"id": "R-NEW-1|1", "rule": "R-NEW-1", "atom": "('y', 'rf_new')", "kind": "near miss", "on": "2026-06-15", \
"age": 40, "dob": "1986-06-15", "answers": {"any_injury": "yes", "rf_injury_minor": "yes", "rf_new": "no"}, \
"urgency": null, "fires": {}}
"""
QUESTION: dict[str, Edit] = {
    "intake/questionnaire/sections/belly_and_injury.py": after(
        '"u_injury_more",\n    _("More about injury and your bones"),\n    questions=(\n',
        """        YesNoUnsure(
            "rf_new",
            _("Did you hear a crack?"),
            asked_when=yes("rf_injury_major") | yes("rf_injury_minor"),
            group="fracture",
            label=_("crack heard"),
        ),
""",
    ),
    "intake/red_flags/rules/fracture.py": before_the_last(
        ")\n",
        """    RedFlag(
        "R-NEW-1",
        "fracture",
        Urgency.SAME_DAY,
        when=yes("rf_new"),
        line=_("Injury with a crack that was heard"),
        rationale="A crack at the moment of an injury may be a broken bone.",
        sources=("K",),
        advice="adv_same_day",
    ),
""",
    ),
    "tests/red_flags/cases.jsonl": lambda text: text + CASE,
    "intake/demo/vignettes.py": before_the_last(
        '    Vignette(\n        "V171",',
        """    Vignette(
        "V999",
        "A small fall with a crack",
        40,
        {
            "sites": ["b_low_l"],
            "any_injury": "yes",
            "rf_injury_minor": "yes",
            "rf_new": "yes",
            "site_main": "b_low_l",
        },
        urgency="SAME_DAY",
        fires=("R-NEW-1",),
    ),
""",
    ),
    "CHANGELOG.md": after("### Clinical\n", "\n- A crack that was heard is asked about (R-NEW-1).\n"),
}
# Each line is one place that the question, its answer or its rule must reach by itself.
LOOKS = """
import json
from intake.demo.vignettes import VIGNETTES, answers_of
from intake.documents import render
from intake.documents.fhir_questionnaire import questionnaire
from intake.questionnaire import page_of
from intake.red_flags import SAFETY_VERSION, screen
from tests.answering import ON, journey_of
from tests.documents.reading import words
from tests.documents.test_paper_form import form
from tests.red_flags.specified import cases_of, fires
from tests.summary.everybody import LATE_IN_PREGNANCY, summary_with

(vignette,) = (each for each in VIGNETTES if each.id == "V999")
journey = journey_of(answers_of(vignette, ON))
assert "rf_new" in [each.id for each in journey.asked(page_of("rf_new"))]
assert set(fires(screen(journey))) == set(vignette.fires) == {"R-NEW-1"}
assert all(fires(screen(case.journey)) == case.fires for case in cases_of("R-NEW-1"))
summary = summary_with(LATE_IN_PREGNANCY)
assert "rf_new" in [said.id for said in summary.answers]
note = " ".join(render(summary, "text").decode().split())
printed = "".join(words(render(summary, "pdf")).split())
for said in ("crack heard", "Injury with a crack that was heard"):
    assert said in note
    assert "".join(said.split()) in printed
assert '"rf_new"' in json.dumps(questionnaire())
assert "rf_new" in render(summary, "fhir").decode()
assert "[rf_new]" in "".join(words(form()).split())
print(SAFETY_VERSION)
"""

EXPORT: dict[str, Edit] = {
    "intake/services/operations/exports/visits.py": lambda _: (
        '''"""How many visits each day has."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from intake.i18n import lazy as _
from intake.services.context import Operation
from intake.services.operations.disclosure_control import alone, said
from intake.services.operations.exports.export import Cells, Export
from intake.storage.models import Appointment


def _rows(op: Operation, first: date, last: date) -> Iterator[Cells]:
    start, end = op.settings.day_bounds(first)[0], op.settings.day_bounds(last)[1]
    stmt = select(Appointment.starts_at).where(Appointment.starts_at >= start, Appointment.starts_at < end)
    for day, visits in sorted(Counter(map(op.settings.today, op.session.scalars(stmt))).items()):
        yield day.isoformat(), said(alone(visits))


EXPORT = Export("visits", _("Visits by day (CSV)"), columns=(_("Day"), _("Visits")), rows=_rows)
'''
    ),
    "intake/services/operations/exports/__init__.py": lambda text: text.replace(
        "import figures\n", "import figures, visits\n"
    ).replace("(figures.EXPORT,)", "(figures.EXPORT, visits.EXPORT)"),
}
FOLLOWS = """
from sqlalchemy import select

from intake.storage.models import AuditEvent

DAY = "2026-11-23"


def test_link_permission_record_and_command_follow(app, admin, reception, clinician, come, clinic_database):
    come("V02", "V03", "V04", "V05", "V06", "V08")

    admin.opens(f"/figures?from={DAY}&to={DAY}")
    assert f'href="/visits.csv?from={DAY}&amp;to={DAY}"' in admin.html
    assert "Visits by day (CSV)" in admin.words

    table = admin.client.get(f"/visits.csv?from={DAY}&to={DAY}").get_data(as_text=True)
    assert table.splitlines() == ["\\ufeffDay,Visits", f"{DAY},6"]
    printed = app.test_cli_runner().invoke(args=["export", "visits", "--from", DAY, "--to", DAY])
    assert printed.output.splitlines() == table.splitlines()

    for colleague in (reception, clinician):
        assert colleague.client.get("/visits.csv").status_code == 403
    with clinic_database.reading() as session:
        read = session.scalars(select(AuditEvent).where(AuditEvent.action == "figures:read")).all()
    assert {event.actor for event in read if "visits" in event.detail} == {f"staff:{admin.user.id}", "system"}
"""
