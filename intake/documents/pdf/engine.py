"""Markup -> one PDF that is PDF/UA-1 and PDF/A-3a at once, with a file attached; the same bytes every time.

One engine for each paper and process. Pango promises nothing to threads, so a lock lets one file through at
a time. Nothing is ever fetched. The markup is XML: what is not well-formed raises, so an escaping mistake
cannot pass.
"""

import gc
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from importlib.resources import files
from io import BytesIO
from threading import RLock
from typing import Any
from xml.etree import ElementTree

import pydyf
from weasyprint import CSS, HTML, Attachment
from weasyprint.css import ColorProfile
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from intake.documents.orders import Paper
from intake.documents.pdf import fonts
from intake.documents.pdf.conformance import (
    conform,
    end_streams_clearly,
    end_tables_clearly,
    with_ua_identifier,
)
from intake.documents.pdf.drawings import Figure
from intake.documents.pdf.internals import (
    INTERNALS,
    Internal,
    XmlMarkup,
    remembering_document,
    tagged_languages,
    write_once,
)
from intake.documents.pdf.lines import Lines, lines_with_characters
from intake.resources import folder

log = logging.getLogger(__name__)
TEMPLATES = folder("templates") / "documents"
LOCK = RLock()
VARIANT = "pdf/a-3a"
_settled: list[bool] = []
PAPERS: dict[Paper, str] = {
    "A4": "size: A4; margin: 19mm 13mm 15mm",
    "Letter": "size: Letter; margin: 18mm 15.95mm 14mm",
}

# Takes back what WeasyPrint's browser styles do to the elements that ours leave alone.
UNSTYLED = "body, p, h1, h2, ul, li, blockquote, table, th, td { margin: 0; padding: 0; font-size: inherit }"


class NothingIsFetched(URLFetcher):
    """Answers no address at all."""

    def fetch(self, url: str, headers: Any = None) -> Any:
        # Safety: the address may hold the patient's words, so only its scheme is logged.
        log.warning("a document asked for a %s: address", url.split(":", 1)[0][:12])
        raise ValueError("documents fetch nothing")


@dataclass(frozen=True)
class Attached:
    """A file inside the PDF."""

    name: str
    description: str
    content: str


class Engine:
    """Lays out and writes documents of one paper size with one style sheet.

    `internals` are the private names of WeasyPrint that may be used; the file is the same in words without.
    """

    def __init__(
        self, paper: Paper, style: str = "summary", internals: frozenset[Internal] = INTERNALS
    ) -> None:
        self.fetcher, self.fonts, self.internals = NothingIsFetched(), _fonts(), internals
        self.browser = self._sheet((TEMPLATES / "browser.css").read_text(encoding="utf-8"))
        page = f"@page {{ {PAPERS[paper]} }}\n"
        self.plain = self._sheet(UNSTYLED)
        self.sheet = self._sheet(page + (TEMPLATES / f"{style}.css").read_text(encoding="utf-8"))
        self.remembering = remembering_document() if Internal.STYLES in internals else None

    def lay_out(self, markup: str, drawings: Mapping[str, Figure]) -> Document:
        """The pages of `markup`, whose `<img src>` are the names in `drawings`."""
        html, sheets = self._read(re.sub(r">\s+<", "><", markup))
        options = {"stylesheets": sheets, "cache": dict(drawings), "pdf_variant": VARIANT}
        if self.remembering is None:
            return html.render(font_config=self.fonts, **options)
        return self.remembering.of(html, self.fonts, options)

    def write(self, document: Document, made: datetime, *attached: Attached) -> bytes:
        """The bytes of a laid-out document. `made` (aware) is the only time in the file: no clock is read."""
        with_ua_identifier(document)
        document.color_profiles["srgb"] = _srgb()
        files = [
            Attachment(
                string=each.content,
                name=each.name,
                description=each.description,
                relationship="Source",
                created=made,
                modified=made,
                url_fetcher=self.fetcher,
            )
            for each in attached
        ]
        with (
            tagged_languages() if Internal.LANGUAGES in self.internals else nullcontext(),
            lines_with_characters() if Internal.CHARACTERS in self.internals else nullcontext() as lines,
        ):
            # Any name but "srgb" keeps WeasyPrint from opening the colour profile anew and leaving it open.
            return document.write_pdf(
                pdf_variant=VARIANT,
                attachments=files,
                finisher=partial(self._finish, lines),
                output_intent="already there",
            )

    def _read(self, markup: str) -> tuple[HTML, list[CSS]]:
        """The markup and its style sheets; WeasyPrint's own browser styles come first where ours may not."""
        if Internal.PARSER in self.internals:
            return XmlMarkup(markup, self.fetcher, self.browser), [self.sheet]
        ElementTree.fromstring(markup)  # noqa: S314  (an HTML parser would let a mistake in escaping pass)
        return HTML(string=markup, url_fetcher=self.fetcher), [self.plain, self.browser, self.sheet]

    def _finish(self, lines: Lines | None, _document: Document, pdf: pydyf.PDF) -> None:
        conform(pdf)
        if lines:
            lines.say_characters(pdf)
        if Internal.WRITER in self.internals:
            write_once(pdf)
        else:
            end_streams_clearly(pdf)
        end_tables_clearly(pdf)

    def _sheet(self, text: str) -> CSS:
        return CSS(string=text, font_config=self.fonts, url_fetcher=self.fetcher)


@cache
def engine(paper: Paper, style: str = "summary") -> Engine:
    """The engine of this process for `paper`, with the style sheet of that name."""
    return Engine(paper, style=style)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock, and keep the garbage collector out until the file is written: it would find nothing."""
    with LOCK:
        was_on = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            if _settled:
                gc.collect()  # boxes are full of cycles; cheap once `settle` has hidden what lives on
            if was_on:
                gc.enable()


def settle(render: Callable[[], object]) -> None:
    """Fill every memo by rendering twice, then hide all that lives on from the garbage collector.

    Call once for each process, before it forks or serves: a collection then costs 2 ms and not 24.
    """
    for _ in range(2):
        render()
    gc.collect()
    gc.freeze()
    _settled.append(True)


@cache
def _fonts() -> FontConfiguration:
    return fonts.font_configuration()


class _KeptProfile(ColorProfile):
    """The colour profile that PDF/A wants, as the bytes of its file; the parent writes them anew."""

    name = "sRGB2014"
    content = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()

    def __init__(self) -> None:
        file = BytesIO(self.content)
        super().__init__(file, self.name, "relative-colorimetric", (["r"], ["g"], ["b"]))


@cache
def _srgb() -> ColorProfile:
    return _KeptProfile()
