"""What leaves the building: the summary as PDF, as a text note, and as FHIR.

A new format is one module with a renderer and one line in `FORMATS`; links, permissions and commands follow
from it. Rendered from the frozen `Summary` and from nothing else; the same summary always gives the same
bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from intake.documents import fhir, text
from intake.documents.beside import NOTHING, Beside
from intake.documents.orders import Paper
from intake.summary import Summary

__all__ = ["FORMATS", "Format", "Paper", "render", "warm"]


@dataclass(frozen=True)
class Format:
    """A kind of document.

    `renderer` takes the summary, the paper, whether the rules are signed off, and what stands beside it.
    """

    name: str
    media_type: str
    extension: str
    renderer: Callable[[Summary, Paper, bool, Beside], bytes]

    def render(
        self, summary: Summary, beside: Beside = NOTHING, *, paper: Paper = "A4", approved: bool = False
    ) -> bytes:
        """The bytes of the document.

        `approved`: a clinical safety officer has signed off these rules; without it the document says so.
        `beside` is said in the note alone: the other documents are of the moment the form was sent.
        """
        return self.renderer(summary, paper, approved, beside)


def warm(summary: Summary, paper: Paper = "A4") -> None:
    """Make this process ready to render fast; call once, before it forks or serves."""
    from intake.documents.pdf import summary as pdf

    pdf.warm(summary, paper)


def _pdf(summary: Summary, paper: Paper, approved: bool, _: Beside) -> bytes:
    # Its libraries are large, and a process that serves pages makes no PDF.
    from intake.documents.pdf import summary as pdf

    return pdf.render(summary, paper, approved)


FORMATS: dict[str, Format] = {
    document.name: document
    for document in (
        Format("pdf", "application/pdf", "pdf", _pdf),
        Format(
            "text",
            "text/plain; charset=utf-8",
            "txt",
            lambda it, _, approved, beside: text.render(it, approved, beside),
        ),
        Format("fhir", "application/fhir+json", "json", lambda it, _, __, ___: fhir.render(it)),
    )
}


def render(
    summary: Summary,
    name: str,
    beside: Beside = NOTHING,
    *,
    paper: Paper = "A4",
    approved: bool = False,
) -> bytes:
    """The summary in the format with this name. Raises KeyError."""
    return FORMATS[name].render(summary, beside, paper=paper, approved=approved)
