"""Somebody who works at the clinic, with a browser: opens pages, reads them, presses buttons."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from intake.storage.models import User
from tests.strict import StrictClient, parsed, words_of


@dataclass
class Colleague:
    """`page` is what their browser shows."""

    client: StrictClient
    user: User | None = None
    page: TestResponse | None = None

    @property
    def html(self) -> str:
        assert self.page is not None
        return self.page.get_data(as_text=True)

    @property
    def status(self) -> int:
        assert self.page is not None
        return self.page.status_code

    @property
    def path(self) -> str:
        assert self.page is not None
        return self.page.request.path

    @property
    def title(self) -> str:
        return self.html.split("<title>")[1].split("</title>")[0]

    @property
    def words(self) -> str:
        """The page as text."""
        return words_of(self._main())

    def words_of(self, kind: str) -> list[str]:
        """The text of each element with this tag, or with this class when it begins with a dot."""
        return [words_of(each) for each in self._main().iter() if _is(each, kind)]

    def links(self, mark: str) -> list[Any]:
        """The links that have this attribute."""
        return [each for each in self._main().iter("a") if each.get(mark) is not None]

    def opens(self, address: str, **headers: str) -> "Colleague":
        self.page = self.client.get(address, headers=headers, follow_redirects=True)
        return self

    def presses(self, button: str, **typed: Any) -> "Colleague":
        """Fill in the form that has this button, and press it; `typed` goes over what stands in the boxes."""
        form, pressed = self._form_with(button)
        fields = MultiDict(_filled(form))
        fields.update({pressed.get("name", "_"): pressed.get("value", "")} if pressed.get("name") else {})
        for name, value in typed.items():
            fields.setlist(name, value if isinstance(value, list) else [value])
        address = pressed.get("formaction") or form.get("action") or self.path
        self.page = self.client.post(address, data=fields, follow_redirects=True)
        return self

    def offers(self, button: str) -> bool:
        """The page has this button."""
        return any(button in words_of(each) for each in self._main().iter("button"))

    def link_of_patient(self) -> str | None:
        """The link that is shown to be copied, on this page or behind “Show the link”."""
        if "Show the link" in self.words:
            return replace(self).opens(f"{self.path}/link").link_of_patient()
        boxes = [each.get("value") for each in self._main().iter("input") if each.get("id") == "link"]
        return boxes[0] if boxes else None

    def _main(self) -> ElementTree.Element:
        body = parsed(self.html)[0].find("body")
        assert body is not None
        return body

    def _form_with(self, button: str) -> tuple[ElementTree.Element, ElementTree.Element]:
        for form in self._main().iter("form"):
            for each in form.iter("button"):
                if button in words_of(each):
                    return form, each
        raise AssertionError(f"{self.path} has no button {button!r}")


def _filled(form: ElementTree.Element) -> Iterable[tuple[str, str]]:
    for box in form.iter():
        if box.tag == "textarea":
            # The parser has left out the line break that follows the tag, as a browser does.
            yield box.get("name", ""), box.text or ""
        if box.tag == "select" and (options := list(box.iter("option"))):
            chosen = next((each for each in options if each.get("selected") is not None), options[0])
            yield box.get("name", ""), chosen.get("value", words_of(chosen))
        if box.tag == "input" and (
            box.get("type") not in ("radio", "checkbox") or box.get("checked") is not None
        ):
            yield box.get("name", ""), box.get("value", "")


def _is(element: ElementTree.Element, kind: str) -> bool:
    return kind[1:] in element.get("class", "").split() if kind.startswith(".") else element.tag == kind
