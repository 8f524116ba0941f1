"""The summaries of a clinic in one file, each behind a bookmark, with the tags that a screen reader needs.

Programs that join PDFs copy pages and leave the tag tree behind, so the result is tagged no more. Here each
file's tree is moved under one, its parent tree is numbered on, and the names of header cells are kept apart.
It relies on the shape of our own files: one Document element, a flat list of parents, one key for each page.
"""

import io
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from intake.documents.orders import Part

# What the first file says about itself alone.
_ITS_OWN = re.compile(
    rb"<rdf:Description [^>]*><(dc:description|xmp:CreateDate|xmp:ModifyDate|xmp:CreatorTool|dc:creator)>"
    rb".*?</rdf:Description>|<rdf:Description [^>]*pdf:Producer=\"[^\"]*\" */>",
    re.DOTALL,
)
_TITLE = re.compile(rb"(<dc:title>.*?<rdf:li [^>]*>).*?(</rdf:li>)", re.DOTALL)


def join(parts: Sequence[Part], *, title: str, language: str) -> bytes:
    """One PDF/UA-1 and PDF/A-3a file with all pages of all `parts`, in their order; there is at least one."""
    with pikepdf.new() as pack:
        joining = _Joining(pack)
        with pack.open_outline() as outline:
            for part in parts:
                outline.root.append(OutlineItem(part.label, joining.add(part)))
        joining.finish(title, language)
        written = io.BytesIO()
        pack.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


class _Joining:
    """A pack that grows by one file after the other."""

    def __init__(self, pack: pikepdf.Pdf) -> None:
        self.pack = pack
        self.root = pack.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.document = pack.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root, K=Array())
        )
        self.parents: Any = Array()
        self.pages = 0
        self.attached: list[tuple[str, Any]] = []
        self.metadata = b""

    def add(self, part: Part) -> int:
        """Add a file; the number of its first page, from 0."""
        first = len(self.pack.pages)
        with pikepdf.open(io.BytesIO(part.pdf)) as file:
            # Pages first: the tree that is copied then finds the copies.
            self.pack.pages.extend(file.pages)
            self._number_on(file, first)
            self._hang_under(file, part.label, first)
            self._attach(file, len(self.document.K))
            if not self.metadata:
                self._take_over(file)
        return first

    def finish(self, title: str, language: str) -> None:
        """Write what the whole file says about itself."""
        self.root.K = Array([self.document])
        self.root.ParentTree = self.pack.make_indirect(Dictionary(Nums=self.parents))
        catalogue = self.pack.Root
        catalogue.StructTreeRoot, catalogue.Lang = self.root, String(language)
        catalogue.MarkInfo = Dictionary(Marked=True)
        catalogue.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        catalogue.PageMode = Name.UseOutlines
        if self.attached:
            named = [each for name, spec in sorted(self.attached) for each in (String(name), spec)]
            catalogue.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array(named)))
            catalogue.AF = Array([spec for _, spec in self.attached])
        said = _TITLE.sub(lambda found: found[1] + escape(title).encode() + found[2], self.metadata, count=1)
        metadata = self.pack.make_stream(_ITS_OWN.sub(b"", said))
        metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
        catalogue.Metadata = metadata
        self.pack.trailer.Info = self.pack.make_indirect(Dictionary(Title=String(title)))

    def _number_on(self, file: pikepdf.Pdf, first: int) -> None:
        """The parents of what stands on each page, under keys that no other file has."""
        theirs = self.pack.copy_foreign(file.make_indirect(file.Root.StructTreeRoot.ParentTree)).Nums
        for place in range(0, len(theirs), 2):
            self.parents.extend([self.pages + int(theirs[place]), theirs[place + 1]])
        for page in self.pack.pages[first:]:
            if "/StructParents" in page.obj:
                page.obj.StructParents = self.pages + int(page.obj.StructParents)
        self.pages += len(theirs) // 2

    def _hang_under(self, file: pikepdf.Pdf, label: str, first: int) -> None:
        """The file's tree becomes a part of the pack's."""
        part = self.pack.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Part, P=self.document, T=String(label), K=Array())
        )
        for kid in file.Root.StructTreeRoot.K[0].K:
            copied = self.pack.copy_foreign(kid)
            copied.P = part
            part.K.append(copied)
        _keep_apart(part, f"{first}-")
        self.document.K.append(part)

    def _attach(self, file: pikepdf.Pdf, number: int) -> None:
        """What was attached stays attached, under a name of its own."""
        for name, each in file.attachments.items():
            spec = self.pack.copy_foreign(each.obj)
            spec.UF = spec.F = String(f"{number:02}-{name}")
            self.attached.append((f"{number:02}-{name}", spec))

    def _take_over(self, file: pikepdf.Pdf) -> None:
        """What holds for every file alike: how it conforms, and its colours."""
        self.metadata = file.Root.Metadata.read_bytes()
        if "/OutputIntents" in file.Root:
            self.pack.Root.OutputIntents = self.pack.copy_foreign(file.make_indirect(file.Root.OutputIntents))


def _keep_apart(element: Any, prefix: str) -> None:
    """Put `prefix` before the names by which cells find their headers: two files use the same."""
    waiting = [element]
    while waiting:
        each = waiting.pop()
        if not isinstance(each, Dictionary) or "/S" not in each:
            continue
        if "/ID" in each:
            each.ID = String(prefix + str(each.ID))
        if each.S == Name.TD and "/Headers" in each.get("/A", {}):
            each.A.Headers = Array([String(prefix + str(header)) for header in each.A.Headers])
        waiting.extend(_kids(each))


def _kids(element: Any) -> Iterable[Any]:
    kids = element.get("/K", [])
    return kids if isinstance(kids, (Array, list)) else [kids]
