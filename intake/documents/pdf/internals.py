"""The private names of WeasyPrint 70 and pydyf, all here and in `lines`, and all behind one switch.

Each is an `Internal`. What `Engine` is not given is done with public names alone: the file takes longer,
words in another language are not marked as such, and those of some scripts cannot be copied; but it shows the
same text, has the same tags and conforms.
`make bench` measures the PDF without each; docs/decisions/0005-the-pdf.md keeps the numbers.

The memo replays styles by parent style, tag, class, dir, lang and id. Hence the rule: style sheets select by
type and class only.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from functools import partial
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import cssselect2
import pydyf
from weasyprint import CSS, DEFAULT_OPTIONS, HTML
from weasyprint.css import ComputedStyle, StyleFor
from weasyprint.css.targets import TargetCollector
from weasyprint.document import Document
from weasyprint.images import get_image_from_uri
from weasyprint.layout import LayoutContext
from weasyprint.pdf import tags
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from intake.documents.pdf.conformance import ENDS_OF_LINE


class Internal(Enum):
    """What is done through private names, and what it is for."""

    STYLES = "computed styles are kept from one render to the next"
    PARSER = "markup is read by the XML parser, and only our own browser styles are applied"
    WRITER = "each object is turned into bytes once"
    LANGUAGES = "words in another language are tagged with it"
    CHARACTERS = "what is copied, searched or read aloud is what was typed, in any script"


# The switch: `frozenset()` here does without all of them.
INTERNALS = frozenset(Internal)


class XmlMarkup(HTML):
    """The same object as `HTML`, read by the XML parser of the standard library: 20 times faster."""

    def __init__(self, text: str, url_fetcher: URLFetcher, browser: CSS) -> None:
        root = ElementTree.fromstring(text)  # noqa: S314  (our own markup)
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element
        self.base_url, self.url_fetcher, self.media_type = None, url_fetcher, "print"
        self._browser = browser

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [self._browser]


class RememberedStyles(StyleFor):
    """The styles of one document, taken from `memo` where known and added to it where not."""

    def __init__(self, html: HTML, sheets: list, font_config: Any, memo: dict) -> None:
        self._cascaded_styles: dict = {}
        self._computed_styles: dict = {}
        self._sheets, self.font_config = sheets, font_config
        self.initial_page_sizes = memo.setdefault("sizes", {"box": None, "area": None})
        self._html, self._memo = html, memo
        self._plain: StyleFor | None = None
        self._visit(html.etree_element, None, None)

    def _visit(self, element: Element, parent: Any, root: Any) -> None:
        get = element.get
        key = (id(parent), element.tag, get("class"), get("dir"), get("lang"), get("id"))
        found = self._memo.get(key)
        if found is None:
            found = self._memo[key] = self._worked_out(element, parent, root)
        for pseudo, style in found.items():
            self._computed_styles[element, pseudo] = style
        own = found[None]
        for child in element:
            self._visit(child, own, root or own)

    def _worked_out(self, element: Element, parent: Any, root: Any) -> dict:
        if self._plain is None:
            self._plain = StyleFor(self._html, self._sheets, False, self.font_config, None)
        styles = self._plain._computed_styles
        root = root or styles[self._html.etree_element, None].root_style
        found: dict = {}
        for (node, pseudo), style in styles.items():
            if node is element:
                found[pseudo] = ComputedStyle(
                    found[None] if pseudo else parent,
                    style.cascaded,
                    pseudo,
                    root,
                    style.base_url,
                    self.font_config,
                    self.initial_page_sizes,
                )
        return found


class RememberingDocument(Document):
    """A document whose layout takes its styles from the memo of its class.

    Page styles are never kept: WeasyPrint counts pages in them.
    """

    memo: dict

    @classmethod
    def of(cls, html: HTML, fonts: FontConfiguration, options: dict[str, Any]) -> Document:
        """What `HTML.render` gives; it lets nobody choose the class."""
        return cls._render(html, fonts, None, None, {**DEFAULT_OPTIONS, **options})

    @classmethod
    def _build_layout_context(
        cls, html: HTML, font_config: Any, counter_style: Any, _color_profiles: Any, options: dict
    ) -> LayoutContext:
        for style in html._ua_counter_style():
            counter_style.update(style)
        sheets = [(sheet, "user agent", None) for sheet in html._ua_stylesheets()]
        sheets += [(sheet, "user", None) for sheet in options["stylesheets"]]
        images = partial(
            get_image_from_uri, cache=options["cache"], url_fetcher=html.url_fetcher, options=options
        )
        return LayoutContext(
            RememberedStyles(html, sheets, font_config, cls.memo),
            images,
            font_config,
            counter_style,
            TargetCollector(),
        )


def remembering_document() -> type[RememberingDocument]:
    """A document class with an empty memo of its own, for one style sheet and one paper."""
    return type("SummaryDocument", (RememberingDocument,), {"memo": {}})


@contextmanager
def tagged_languages() -> Iterator[None]:
    """Meanwhile each tag says its language: WeasyPrint drops `lang` below <html>, WCAG 3.1.2 wants it."""
    plain = tags._build_box_tree

    def with_language(box: Any, *rest: Any) -> Iterator[Any]:
        for element in plain(box, *rest):
            node = getattr(box, "element", None)
            if node is not None and node.tag != "html" and node.get("lang") and "Lang" not in element:
                element["Lang"] = pydyf.String(node.get("lang"))
            yield element

    tags._build_box_tree = with_language
    try:
        yield
    finally:
        tags._build_box_tree = plain


def write_once(pdf: pydyf.PDF) -> None:
    """pydyf writes every object twice, for the file and for its hash, and deflates at level 9: both dear."""
    for place, item in enumerate(pdf.objects):
        if isinstance(item, pydyf.Stream) and item.compress:
            _deflate(item)
        elif isinstance(item, (pydyf.Dictionary, pydyf.Array)):
            pdf.objects[place] = _Written(item)


def _deflate(stream: pydyf.Stream) -> None:
    raw = b"\n".join(map(_bytes, stream.stream))
    is_colour_profile = stream.extra.get("N") == 3
    packed = zlib.compress(raw, 9 if is_colour_profile else 1)
    stream.compress = False
    if packed.endswith(ENDS_OF_LINE) and not raw.endswith(ENDS_OF_LINE):
        stream.stream = [raw]
    else:
        stream.stream = [packed]
        stream.extra["Filter"] = "/FlateDecode"


class _Written(pydyf.Object):
    """An object that has already been turned into bytes."""

    data = b""

    def __init__(self, item: pydyf.Object) -> None:
        self.number, self.offset, self.free, self.generation = (
            item.number,
            item.offset,
            item.free,
            item.generation,
        )
        self.data = _bytes(item)


def _bytes(item: Any) -> bytes:
    """What pydyf writes, the commonest kinds first: a tag tree is a thousand small dictionaries."""
    kind = type(item)
    if kind is bytes:
        return item
    if kind is str:
        return item.encode("ascii")
    if kind is int:
        return b"%d" % item
    if kind is float:
        return b"%d" % item if item.is_integer() else (b"%f" % item).rstrip(b"0")
    if kind is pydyf.Dictionary:
        return (
            b"<<"
            + b"".join(b"/%s %s" % (key.encode("ascii"), _bytes(value)) for key, value in item.items())
            + b">>"
        )
    if kind is pydyf.Array:
        return b"[" + b" ".join(map(_bytes, item)) + b"]"
    return item.data if isinstance(item, pydyf.Object) else str(item).encode("ascii")
