"""Reads a PDF back, as a program or a person would."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdf


def words(pdf: bytes) -> str:
    """The text of all pages."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def squeezed(text: str) -> str:
    """The text without white space, as line breaks fall where they may."""
    return "".join(text.split())


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def elements(pdf: bytes) -> list[Any]:
    """Every element of the tag tree, in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return list(_below(file.Root.StructTreeRoot.K))


def content(pdf: bytes, page: int = 0) -> bytes:
    """The drawing operators of one page."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return bytes(file.pages[page].Contents.read_bytes())


def paper_size(pdf: bytes) -> tuple[int, int]:
    """Width and height of the first page in points."""
    _, _, width, height = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    return round(width), round(height)


def codes_drawn(pdf: bytes) -> list[str]:
    """What each code means, in the order of drawing, as a reader of PDF that knows no script sees it."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return [meant for page in file.pages for meant in _drawn(page)]


def font_names(pdf: bytes) -> set[str]:
    """The names of the fonts inside, without the tag of their subset."""
    fonts = (page["/Resources"]["/Font"] for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return {str(font.get_object()["/BaseFont"])[8:] for each in fonts for font in each.values()}


def attachments(pdf: bytes) -> dict[str, bytes]:
    """The files inside, by name."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return {name: bytes(spec.get_file().read_bytes()) for name, spec in file.attachments.items()}


def _drawn(page: Any) -> Iterator[str]:
    known = {name: _codes(font.ToUnicode.read_bytes()) for name, font in page.Resources.Font.items()}
    codes: dict[bytes, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            codes = known[str(operands[0])]
        for shown in operands[0] if str(operator) == "TJ" else ():
            if isinstance(shown, pikepdf.String):
                pairs = bytes(shown)
                yield from (codes[pairs[place : place + 2]] for place in range(0, len(pairs), 2))


def _codes(cmap: bytes) -> dict[bytes, str]:
    lines = re.findall(rb"^<([0-9a-f]{4})> <([0-9a-f]*)>$", cmap, re.MULTILINE)
    return {
        bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in lines
    }


def _below(kids: Any) -> Iterator[dict[str, Any]]:
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            box = kid.get("/A", {})
            yield {
                "kind": str(kid.S),
                "lang": str(kid.get("/Lang", "")),
                "alt": str(kid.get("/Alt", "")),
                "scope": str(box.get("/Scope", "")),
                "box": [float(edge) for edge in box.get("/BBox", [])],
            }
            yield from _below(kid.get("/K", pikepdf.Array()))
