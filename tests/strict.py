"""A test client that reads every page it fetches as a careful stranger would.

Any test that fetches a page through it also tests that the page is valid, labelled, private and plain.
"""

from functools import lru_cache
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from html5lib.constants import E as MESSAGES
from werkzeug.test import TestResponse

# Parse errors of html5lib that current HTML allows.
ALLOWED = {"unexpected-end-tag-implies-table-voodoo"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LABELLED = ("input", "select", "textarea")
REFERENCES = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list")
# The people of the tests: whatever page names one of them shows whether browsers would translate a name.
ACTORS = ("Anna Canary", "Rosa Reception", "Ada Admin")
UNTYPED = {"hidden", "submit", "button", "radio", "checkbox"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "image", "reset"}


class StrictClient(FlaskClient):
    """Flask's test client, whose every HTML answer is checked on the way."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        for hop in (*response.history, response):
            check_response(hop)
        return response


def make_strict(app: Flask) -> StrictClient:
    """Give a strict client of the app."""
    app.test_client_class = StrictClient
    client = app.test_client()
    assert isinstance(client, StrictClient)
    return client


def check_response(response: TestResponse) -> None:
    """Fail when the answer may be kept by a browser, or is a page that is not well made."""
    path = response.request.path
    if not path.startswith("/static/"):
        stored = response.headers.get("Cache-Control", "")
        assert "no-store" in stored, f"{path} may be kept by the browser: Cache-Control is {stored!r}"
    if response.request.method == "HEAD":
        assert response.data == b"", f"HEAD of {path} has a body"
    elif response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 307, 308):
        check_page(response.get_data(as_text=True), path)


def check_page(html: str, path: str = "the page") -> None:
    """Fail with every fault of the page, in words."""
    tree, parse_faults = parsed(html)
    faults = [*parse_faults, *page_faults(tree)]
    assert not faults, f"{path}:\n  " + "\n  ".join(faults)


@lru_cache(maxsize=8)
def parsed(html: str) -> tuple[ElementTree.Element, tuple[str, ...]]:
    """The page, only to be read, and what a strict HTML parser objects to, with the place."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree: ElementTree.Element = parser.parse(html)
    faults = (
        f"line {line}, column {column}: {MESSAGES[code] % details}"
        for (line, column), code, details in parser.errors
        if code not in ALLOWED
    )
    return tree, tuple(faults)


def page_faults(tree: ElementTree.Element) -> list[str]:
    """What is wrong with a page that parses."""
    return [
        *_language_faults(tree),
        *_heading_faults(tree),
        *_id_faults(tree),
        *_label_faults(tree),
        *_silence_faults(tree),
        *_reference_faults(tree),
        *_form_faults(tree),
        *_inline_faults(tree),
        *_translation_faults(tree),
        *_shared_browser_faults(tree),
    ]


def _language_faults(tree: ElementTree.Element) -> list[str]:
    return [] if tree.get("lang") else ["the page does not say its language"]


def _heading_faults(tree: ElementTree.Element) -> list[str]:
    title = words_of(tree.find("head/title"))
    headings = list(tree.iter("h1"))
    faults = []
    if len(headings) != 1:
        faults.append(f"there are {len(headings)} h1, not one: {[words_of(each) for each in headings]}")
    elif not _names(title, headings[0]):
        faults.append(f"the title {title!r} does not name the heading {words_of(headings[0])!r}")
    levels = [int(heading.tag[1]) for heading in _elements(tree, *HEADINGS)]
    for before, after in pairwise(levels):
        if after > before + 1:
            faults.append(f"a heading jumps from level {before} to {after}")
    return faults


def _names(title: str, heading: ElementTree.Element) -> bool:
    """The title says what the heading says, perhaps without a tag that hangs behind it ("Today")."""
    own = " ".join((heading.text or "").split())
    return words_of(heading) in title or (bool(own) and own in title)


def _id_faults(tree: ElementTree.Element) -> list[str]:
    ids = [element.get("id") for element in tree.iter() if element.get("id") is not None]
    return [f"the id {twice!r} is used twice" for twice in sorted({i for i in ids if ids.count(i) > 1 and i})]


def _label_faults(tree: ElementTree.Element) -> list[str]:
    labels = [label for label in tree.iter("label") if words_of(label)]
    labelled = {label.get("for") for label in labels}
    inside = {id(field) for label in labels for field in label.iter()}
    return [
        f"the {field.tag} {field.get('name')!r} has no label"
        for field in _elements(tree, *LABELLED)
        if field.get("type") not in UNLABELLED_TYPES
        and not (_named(field) or field.get("id") in labelled or id(field) in inside)
    ]


def _silence_faults(tree: ElementTree.Element) -> list[str]:
    """What a screen reader would pass over without a word."""
    silent = [each for each in _elements(tree, "a", "button") if not (words_of(each) or _named(each))]
    silent += [image for image in tree.iter("img") if image.get("alt") is None]
    silent += [fieldset for fieldset in tree.iter("fieldset") if not words_of(fieldset.find("legend"))]
    return [f"the {element.tag} {dict(element.items())} says nothing" for element in silent]


def _named(element: ElementTree.Element) -> bool:
    return bool(element.get("aria-label") or element.get("aria-labelledby"))


def _reference_faults(tree: ElementTree.Element) -> list[str]:
    ids = {element.get("id") for element in tree.iter()}
    faults = []
    for element in tree.iter():
        wanted = " ".join(element.get(name, "") for name in REFERENCES).split()
        if element.tag == "a" and element.get("href", "").startswith("#"):
            wanted.append(element.get("href", "")[1:])
        gone = [each for each in wanted if each not in ids]
        faults += [f"a {element.tag} points at {each!r}, which is not there" for each in gone]
    return faults


def _form_faults(tree: ElementTree.Element) -> list[str]:
    faults = []
    for form in tree.iter("form"):
        names = {field.get("name") for field in form.iter("input")}
        if form.get("method", "get").lower() == "post" and "csrf_token" not in names:
            faults.append(f"the form to {form.get('action', '')!r} posts without a CSRF token")
    return faults


def _shared_browser_faults(tree: ElementTree.Element) -> list[str]:
    """On a screen that goes from hand to hand, no box offers what somebody else has typed."""
    if not any(element.get("id") == "handed-on" for element in tree.iter()):
        return []
    return [
        f"the {box.tag} {box.get('name')!r} offers the next person what was typed"
        for box in _elements(tree, "input", "textarea", "select")
        if box.get("type") not in UNTYPED and box.get("autocomplete") != "off"
    ]


def _translation_faults(tree: ElementTree.Element) -> list[str]:
    """A browser that translates the page would translate names ("Rose Hill") and quoted words too."""
    parents = {child: parent for parent in tree.iter() for child in parent}
    theirs = [*_elements(tree, "bdi", "q", "blockquote"), *_named_elements(tree, parents)]
    return [
        f"the {element.tag} {words_of(element)[:40]!r} may be translated: say `|named` of a name"
        for element in theirs
        if not is_left_alone(element, parents)
    ]


def _named_elements(
    tree: ElementTree.Element, parents: dict[ElementTree.Element, ElementTree.Element]
) -> list[ElementTree.Element]:
    """Those in which one of the ACTORS stands by name, on the page itself."""
    found = []
    for element in (each for body in tree.iter("body") for each in body.iter()):
        for words, of in ((element.text, element), (element.tail, parents.get(element))):
            # What stands in a box is no text of the page, and no browser translates it.
            if of is not None and of.tag != "textarea" and any(name in (words or "") for name in ACTORS):
                found.append(of)
    return found


def is_left_alone(
    element: ElementTree.Element | None, parents: dict[ElementTree.Element, ElementTree.Element]
) -> bool:
    """No browser translates what stands in the element."""
    while element is not None:
        if element.get("translate") is not None:
            return element.get("translate") == "no"
        element = parents.get(element)
    return False


def _inline_faults(tree: ElementTree.Element) -> list[str]:
    faults = []
    for element in _elements(tree, "style"):
        faults.append(f"a <style> is in the page: {words_of(element)[:60]!r}")
    for element in _elements(tree, "script"):
        if not element.get("src"):
            faults.append("a <script> is in the page")
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        faults += [
            f"the {element.tag} carries {name}="
            for name in element.attrib
            if name == "style" or name.startswith("on")
        ]
        faults += _outside_faults(element)
    return faults


def _outside_faults(element: ElementTree.Element) -> list[str]:
    """A link may lead anywhere; what the browser fetches or sends of itself stays on this host."""
    names = ("src", "action", "formaction", "srcset", "data") + (("href",) if element.tag != "a" else ())
    values = [element.get(name, "") for name in names]
    outside = [value for value in values if value.startswith(("http:", "https:", "//"))]
    script = [element.get("href", "")] if element.get("href", "").startswith("javascript:") else []
    return [f"the {element.tag} reaches another host: {value!r}" for value in (*outside, *script)]


def _elements(tree: ElementTree.Element, *tags: str) -> list[ElementTree.Element]:
    return [element for element in tree.iter() if element.tag in tags]


def words_of(element: ElementTree.Element | None) -> str:
    """What stands in it, on one line."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
