"""Keeps computed styles from one render to the next: a sixth of the time.

Our template and style sheet never change, so the same hundred styles would be worked out again for every
patient. The memo replays them by parent style, tag, class, dir, lang and id. Hence the rule: the style sheet
selects by type and class only. Private names of WeasyPrint 70 are used here; a test holds plain and
memoised output to the same bytes.
"""

from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint import HTML
from weasyprint.css import ComputedStyle, StyleFor
from weasyprint.css.targets import TargetCollector
from weasyprint.document import Document
from weasyprint.images import get_image_from_uri
from weasyprint.layout import LayoutContext


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
