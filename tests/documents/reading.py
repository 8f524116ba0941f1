"""Reads a PDF back, as a program or a person would."""

import io
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


def font_names(pdf: bytes) -> set[str]:
    """The names of the fonts inside, without the tag of their subset."""
    fonts = (page["/Resources"]["/Font"] for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return {str(font.get_object()["/BaseFont"])[8:] for each in fonts for font in each.values()}


def attachments(pdf: bytes) -> dict[str, bytes]:
    """The files inside, by name."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return {name: bytes(spec.get_file().read_bytes()) for name, spec in file.attachments.items()}


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
