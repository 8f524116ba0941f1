"""Markup -> one PDF that is PDF/UA-1 and PDF/A-3a at once, with a file attached; the same bytes every time.

One engine for each paper and process. Pango promises nothing to threads, so a lock lets one file through at
a time. Nothing is ever fetched. The markup is XML: what is not well-formed raises, so an escaping mistake
cannot pass.
"""

import gc
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from threading import RLock
from typing import Any, Literal
from xml.etree import ElementTree

import cssselect2
import pydyf
from weasyprint import CSS, DEFAULT_OPTIONS, HTML, Attachment
from weasyprint.css import ColorProfile
from weasyprint.document import Document
from weasyprint.pdf import tags
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from intake.documents.pdf import fonts
from intake.documents.pdf.conformance import finish, with_ua_identifier
from intake.documents.pdf.drawings import Figure
from intake.documents.pdf.internals import remembering_document

log = logging.getLogger(__name__)
TEMPLATES = Path(__file__).parents[3] / "templates" / "documents"
LOCK = RLock()
Paper = Literal["A4", "Letter"]
VARIANT = "pdf/a-3a"
_settled: list[bool] = []
PAPERS: dict[Paper, str] = {
    "A4": "size: A4; margin: 19mm 13mm 15mm",
    "Letter": "size: Letter; margin: 18mm 15.95mm 14mm",
}


class NothingIsFetched(URLFetcher):
    """Answers no address at all. Does not call its parent's `__init__`, which would set up TLS."""

    def __init__(self) -> None:
        self._fail_on_errors = False  # read by weasyprint.urls.fetch

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
    """Lays out and writes documents of one paper size with one style sheet."""

    def __init__(self, paper: Paper, remember: bool = True, style: str = "summary") -> None:
        self.fetcher, self.fonts = NothingIsFetched(), _fonts()
        self.browser = self._sheet((TEMPLATES / "browser.css").read_text(encoding="utf-8"))
        page = f"@page {{ {PAPERS[paper]} }}\n"
        self.sheet = self._sheet(page + (TEMPLATES / f"{style}.css").read_text(encoding="utf-8"))
        self.document = remembering_document() if remember else None

    def lay_out(self, markup: str, figures: Mapping[str, Figure]) -> Document:
        """The pages of `markup`, whose `<img src>` are the names in `figures`."""
        _keep_languages()
        html = _Markup(re.sub(r">\s+<", "><", markup), self.fetcher, self.browser)
        options = {"stylesheets": [self.sheet], "cache": dict(figures), "pdf_variant": VARIANT}
        if self.document is None:
            return html.render(font_config=self.fonts, **options)
        return self.document._render(html, self.fonts, None, None, {**DEFAULT_OPTIONS, **options})

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
        # Any name but "srgb" keeps WeasyPrint from opening the colour profile anew and leaving it open.
        return document.write_pdf(
            pdf_variant=VARIANT, attachments=files, finisher=finish, output_intent="already there"
        )

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


class _Root(cssselect2.ElementWrapper):
    """WeasyPrint searches the root for <style>, <link>, <title> and <meta>; ours are all in <head>."""

    def query_all(self, *selectors: str) -> Iterator[Any]:
        if self.parent is None:
            return next(self.iter_children()).query_all(*selectors)
        return super().query_all(*selectors)


class _Markup(HTML):
    """The same object as `HTML`, read by the XML parser of the standard library: 20 times faster."""

    def __init__(self, text: str, url_fetcher: URLFetcher, browser: CSS) -> None:
        root = ElementTree.fromstring(text)  # noqa: S314  (our own markup)
        self.wrapper_element = _Root.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element
        self.base_url, self.url_fetcher, self.media_type = None, url_fetcher, "print"
        self._browser = browser

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [self._browser]


@cache
def _keep_languages() -> None:
    """WeasyPrint 70 drops `lang` below <html>; WCAG 3.1.2 wants it on the tag."""
    plain: Callable[..., Iterator[Any]] = tags._build_box_tree

    def with_language(box: Any, *rest: Any) -> Iterator[Any]:
        for element in plain(box, *rest):
            node = getattr(box, "element", None)
            if node is not None and node.tag != "html" and node.get("lang") and "Lang" not in element:
                element["Lang"] = pydyf.String(node.get("lang"))
            yield element

    tags._build_box_tree = with_language
