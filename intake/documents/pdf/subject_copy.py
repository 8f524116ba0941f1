"""The copy of everything that is kept about one person, as pages to be read. No text in it is ever cut."""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.documents.orders import Letterhead, Paper
from intake.documents.pdf import fonts
from intake.documents.pdf.clean import clean, direction
from intake.documents.pdf.engine import LOCK, engine, one_at_a_time
from intake.documents.pdf.template import leaf, template
from intake.documents.subject_copy import CopyLine, SubjectCopy
from intake.i18n import format_moment, gettext

# More letters than this stand below their label, and may go on over several pages.
LONGEST_IN_A_ROW = 160


@dataclass(frozen=True)
class PrintedLine:
    """A label with its words; `face` is the class of the font that has their letters."""

    label: str
    words: str
    direction: str
    face: str

    @classmethod
    def of(cls, line: CopyLine) -> "PrintedLine":
        words = clean(line.words)
        return cls(line.label, words, direction(words), "" if fonts.plain(words) else " wide")


@dataclass(frozen=True)
class PrintedRun:
    """Lines one after the other: rows of a table, or one long text below its label."""

    rows: tuple[PrintedLine, ...] = ()
    long: PrintedLine | None = None


@dataclass(frozen=True)
class PrintedEntry:
    """An entry with its title."""

    title: str
    runs: tuple[PrintedRun, ...]


@dataclass(frozen=True)
class PrintedPart:
    """A part with its heading and note."""

    title: str
    note: str
    entries: tuple[PrintedEntry, ...]


def render(copy: SubjectCopy, letterhead: Letterhead, paper: Paper = "A4") -> bytes:
    """The bytes of the PDF, in the language being spoken."""
    with LOCK:
        machine = engine(paper, "subject_copy")
    # No patient's name: the title stands in the window, and in the list of what was opened last.
    title = gettext("Copy of your data")
    words = template("subject_copy.xml.j2").render(
        leaf=leaf(title, letterhead, copy.made_at),
        letterhead=letterhead,
        intro=_intro(copy),
        request=_runs(copy.request),
        about=copy.about,
        problems=copy.problems,
        left_out=copy.left_out,
        parts=tuple(
            PrintedPart(
                part.title,
                part.note,
                tuple(PrintedEntry(each.title, _runs(each.lines)) for each in part.entries),
            )
            for part in copy.parts
        ),
    )
    with one_at_a_time():
        return machine.write(machine.lay_out(words, {}), copy.made_at)


def _intro(copy: SubjectCopy) -> str:
    assert copy.made_at.tzinfo is not None
    return gettext(
        "This is what Backstory, the program for questions before a visit, keeps about you at this clinic. "
        "The copy was made on %(when)s.",
        when=format_moment(copy.made_at, copy.made_at.tzinfo),
    )


def _runs(lines: Iterable[CopyLine]) -> tuple[PrintedRun, ...]:
    runs: list[PrintedRun] = []
    rows: list[PrintedLine] = []
    for line in (each for each in lines if not each.data_only):
        printed = PrintedLine.of(line)
        if len(printed.words) <= LONGEST_IN_A_ROW:
            rows.append(printed)
            continue
        runs += [PrintedRun(tuple(rows))] if rows else []
        runs.append(PrintedRun(long=printed))
        rows = []
    return (*runs, PrintedRun(tuple(rows))) if rows else tuple(runs)
