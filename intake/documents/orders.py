"""Documents to be made, as plain values: whoever asks for one needs none of the libraries that make it.

`apart` makes them in a process of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from intake.documents.subject_copy import SubjectCopy
from intake.i18n import speaking
from intake.summary import Summary

Paper = Literal["A4", "Letter"]


class DocumentOrder(Protocol):
    """A document to be made."""

    def make(self) -> bytes:
        """Its bytes, made here and now."""


@dataclass(frozen=True)
class Letterhead:
    """Who writes. `address` line by line."""

    name: str
    address: tuple[str, ...]
    phone: str


@dataclass(frozen=True)
class Invited:
    """Whom the letter is for, in words; `address` is typed by hand and `link` is what the QR code holds."""

    name: str
    appointment: str
    link: str
    address: str
    until: str
    written_on: str
    reference: str = ""


@dataclass(frozen=True)
class LetterOrder:
    """The letter that brings a patient the link. `facts` by name, as they are filled in."""

    letterhead: Letterhead
    invited: Invited
    facts: tuple[tuple[str, str], ...]
    made: datetime
    language: str
    paper: Paper

    def make(self) -> bytes:
        """The letter."""
        from intake.documents.pdf import letter

        with speaking(self.language):
            facts = dict(self.facts)
            return letter.render(self.letterhead, self.invited, facts, made=self.made, paper=self.paper)


@dataclass(frozen=True)
class BlankFormOrder:
    """The questions on paper."""

    letterhead: Letterhead
    facts: tuple[tuple[str, str], ...]
    features: frozenset[str]
    made: datetime
    language: str
    paper: Paper

    def make(self) -> bytes:
        """The blank form."""
        from intake.documents.pdf import paper_form

        facts, features = dict(self.facts), self.features
        with speaking(self.language):
            return paper_form.render(
                self.letterhead, facts, features=features, made=self.made, paper=self.paper
            )


@dataclass(frozen=True)
class SummaryOrder:
    """A summary that is not made ahead: an earlier one, which says that it was replaced."""

    summary: Summary
    paper: Paper
    approved: bool

    def make(self) -> bytes:
        """The summary."""
        from intake.documents.pdf import summary

        with speaking(self.summary.language):
            return summary.render(self.summary, self.paper, self.approved)


@dataclass(frozen=True)
class SubjectCopyOrder:
    """The copy of everything that is kept about one person, to be read."""

    copy: SubjectCopy
    letterhead: Letterhead
    paper: Paper

    def make(self) -> bytes:
        """The copy."""
        from intake.documents.pdf import subject_copy

        with speaking(self.copy.language):
            return subject_copy.render(self.copy, self.letterhead, self.paper)


@dataclass(frozen=True)
class Part:
    """One summary of a pack: the words of its bookmark, and the file."""

    label: str
    pdf: bytes


@dataclass(frozen=True)
class PackOrder:
    """Finished summaries in one file; there is at least one."""

    parts: Sequence[Part]
    title: str
    language: str

    def make(self) -> bytes:
        """The pack."""
        from intake.documents.pdf import pack

        return pack.join(self.parts, title=self.title, language=self.language)
