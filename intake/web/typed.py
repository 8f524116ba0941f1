"""What comes in with a form or an address is cleaned before any page reads it."""

from collections.abc import Iterator
from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.datastructures.structures import iter_multi_items
from werkzeug.routing import PathConverter

from intake.text import free


class CleanParameters(ImmutableMultiDict[str, Any]):
    """Names and texts without what no page can carry. Passwords stay as they are, files too."""

    def __init__(self, sent: Any = None) -> None:
        super().__init__(None if sent is None else tuple(_cleaned(sent)))


class CleanRequest(Request):
    """A request whose forms and addresses are cleaned."""

    parameter_storage_class = CleanParameters


class CopiedConverter(PathConverter):
    """The rest of an address with whatever came along when it was copied: slashes, brackets, line ends."""

    regex = r"[\s\S]+?"


def _cleaned(sent: Any) -> Iterator[tuple[str, Any]]:
    for name, value in iter_multi_items(sent):
        secret = "password" in name
        yield free.cleaned(name), free.cleaned(value) if isinstance(value, str) and not secret else value
