"""`python -m bench`, or `make bench`: PDFs, a pack, a page post, searches, and 5,000 screenings."""

import json
import sys
import tempfile
from datetime import UTC, date, datetime
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from bench import search, visit
from bench.measure import cold, report, taking_turns, warm
from intake.demo.vignettes import VIGNETTES, answers_of, born, vignette
from intake.documents.orders import Part
from intake.documents.pdf import summary as pdf
from intake.documents.pdf.engine import Engine
from intake.documents.pdf.internals import INTERNALS, Internal
from intake.documents.pdf.pack import join
from intake.questionnaire import PAGES
from intake.questionnaire.journey import Journey
from intake.questionnaire.questions import FreeText, Ranked
from intake.red_flags import screen
from intake.summary import Subject, Summary, write_summary

TYPICAL, FULL = "V05", "V12"
ON = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
LINES = 5000
PATIENTS = 40
# A small clinic, and a hospital.
KNOWN = (5_000, 100_000)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [*FLASK, "render", TYPICAL, "--format", "pdf", "-o", str(Path(folder) / "summary.pdf")]
        report(f"PDF of {TYPICAL}, cold process", cold(command, runs=5)[0])
    summary = typical_summary()
    pdf.warm(summary)
    both = {f"PDF of {TYPICAL}, warm": summary, "PDF of a full patient, warm": full_summary()}
    works = {name: partial(pdf.render, each) for name, each in both.items()}
    for name, times in taking_turns(works, runs=25).items():
        report(name, times)
    for name, times in without_internals(summary).items():
        report(f"PDF of {TYPICAL}, {name}", times)
    files = [Part(f"Patient {number}", pdf.render(summary)) for number in range(PATIENTS)]
    joining = warm(lambda: join(files, title="Patients of a day", language="en"), runs=5)
    report(f"pack of {PATIENTS} summaries, joined", joining)
    report("a page posted and the next one read", visit.page_posts())
    for many in KNOWN:
        report_search(many)
    worked, waited = cold([*FLASK, "screen", "-"], runs=3, given=screen_lines())
    report(f"screen, {LINES:,} lines", [each / 1000 for each in worked], "s of processor time")
    report(f"screen, {LINES:,} lines", [each / 1000 for each in waited], "s of waiting")


def report_search(many: int) -> None:
    """Print how long a search takes, and what it costs to have everybody at hand."""
    measured = search.searches(many)
    report(f"a patient found among {many:,}", measured.found)
    report(f"index of {many:,} built", measured.built)
    report(f"index of {many:,}, one changed", measured.changed)
    report(f"index of {many:,}, one erased", measured.erased)
    report(f"who is alike among {many:,}", measured.alike)
    report(f"index of {many:,}, each", [measured.bytes_each], "bytes of memory")


def without_internals(summary: Summary) -> dict[str, list[float]]:
    """Times of the PDF with all private names of WeasyPrint, without each, and without any."""
    left_out = {"all internals": frozenset(), "no internals": INTERNALS}
    left_out |= {f"no {each.name.lower()}": frozenset({each}) for each in Internal}
    engines = {name: Engine("A4", internals=INTERNALS - without) for name, without in left_out.items()}
    works = {name: partial(pdf.write, summary, engine) for name, engine in engines.items()}
    return taking_turns(works, runs=25)


def typical_summary() -> Summary:
    """What the clinician reads of a typical patient."""
    case = vignette(TYPICAL)
    journey = Journey(answers_of(case, ON), ON)
    subject = Subject("Alex Example", born(case, ON), number="1234567", appointment_at=NOW)
    return write_summary(journey, screen(journey), subject, written_at=NOW, sent_at=NOW)


def full_summary() -> Summary:
    """What the clinician reads of a patient with findings who writes something on every page."""
    case = vignette(FULL)
    answers = answers_of(case, ON)
    for page in PAGES.values():
        for question in Journey(answers, ON).asked(page):
            if isinstance(question, FreeText | Ranked) and question.kind != "telephone":
                text = "It began slowly, and now it is there on most days"[: question.limit]
                said = (text, text) if isinstance(question, Ranked) else text
                answers = answers.merged({question.id: said})
    journey = Journey(answers, ON)
    subject = Subject("Alex Example", born(case, ON), number="1234567", appointment_at=NOW)
    return write_summary(journey, screen(journey), subject, written_at=NOW, sent_at=NOW)


def screen_lines() -> bytes:
    """As many cases as `screen` must read in a minute: the vignettes, over and over."""
    cases = [
        {"id": case.id, "on": ON.isoformat(), "answers": answers_of(case, ON).to_json()} for case in VIGNETTES
    ]
    lines = islice(cycle(map(json.dumps, cases)), LINES)
    return "\n".join(lines).encode()


if __name__ == "__main__":
    main()
