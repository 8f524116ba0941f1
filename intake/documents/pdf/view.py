"""What the template prints: plain words, cleaned, in the order of the page. No logic lives there."""

from dataclasses import dataclass

from intake.documents.pdf.box import SafetyBox
from intake.documents.safety_box import BoxRow


@dataclass(frozen=True)
class Words:
    """Somebody's own words, with what it takes to print them in their script."""

    text: str
    direction: str
    language: str  # "" when it is the language of the page
    face: str  # a class that sets the whole text in one font, so that single letters do not look patched


@dataclass(frozen=True)
class RatedBar:
    """An activity of the patient's own; `rating` 0 to 10 or None."""

    text: str
    rating: int | None


@dataclass(frozen=True)
class SectionView:
    """A heading with labelled lines, and a line in small print."""

    title: str
    rows: tuple[BoxRow, ...]
    small: str = ""
    goals: tuple[RatedBar, ...] = ()

    @property
    def silent(self) -> bool:
        """The patient said nothing for it."""
        return not (self.rows or self.small or self.goals)


@dataclass(frozen=True)
class BodyMap:
    """The words that go with the drawing; `key` is "" where the lead sentence says the same."""

    description: str
    views: str
    places: str
    key: str
    marked: bool


@dataclass(frozen=True)
class Severity:
    """The words that go with the pain scale."""

    caption: str
    description: str


@dataclass(frozen=True)
class Story:
    """What the patient came with: their words, what they want, the pain and how bad it is."""

    problem: Words
    agenda: tuple[Words, ...]
    hopes: tuple[BoxRow, ...]
    history: str
    pain: tuple[BoxRow, ...]
    severity: Severity | None

    @property
    def silent(self) -> bool:
        """Nothing was said about the pain."""
        return not (self.history or self.pain or self.severity)


@dataclass(frozen=True)
class Table:
    """A table of two columns; `key` says what its codes stand for, `anchor` names its place."""

    title: str
    note: str
    columns: tuple[str, str]
    rows: tuple[BoxRow, ...]
    key: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class FullText:
    """A text that did not fit on its line."""

    label: str
    said: Words


@dataclass(frozen=True)
class Cell:
    """A labelled fact of the identity strip; `width` is a class."""

    label: str
    text: str
    width: str


@dataclass(frozen=True)
class Running:
    """The heads of page 1 and of the others up to the number of the page, then the words after it."""

    first: str
    others: str
    between: str
    after: str


@dataclass(frozen=True)
class Foot:
    """The feet of page 1 and of the others."""

    first: str
    others: str


@dataclass(frozen=True)
class SummaryView:
    """Everything the template prints.

    The story and the map (or, without it, the sections `beside`) stand side by side; under them the columns
    `left` and `right`. What was moved follows on the next page, in two columns as well.
    """

    language: str
    direction: str
    title: str
    author: str
    description: str
    made: str
    running: Running
    foot: Foot
    name: Words
    heading: str
    about: str
    band: tuple[Cell, ...]
    needs: str
    notice: str
    safety: SafetyBox
    story: Story
    map: BodyMap
    map_first: bool
    beside: tuple[SectionView, ...]
    left: tuple[SectionView, ...]
    right: tuple[SectionView, ...]
    moved_left: tuple[SectionView, ...]
    moved_right: tuple[SectionView, ...]
    runs_on: bool
    denied: str
    silent: str
    texts: tuple[FullText, ...]
    box_in_full: tuple[Table, ...]
    tables: tuple[Table, ...]
    source: str
