"""The last repairs before a PDF is written, through WeasyPrint's public `finisher`.

Headers and footers become pagination artifacts, header cells get their scope and figures their box in points.
WeasyPrint knows one conformance level at a time (Kozea/WeasyPrint#2783): the second is declared here.
"""

from collections.abc import Iterator
from typing import Any

import pydyf
from weasyprint.document import Document

_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""'
UA_IDENTIFIER = f"""<rdf:Description {_RDF} xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description {_RDF} xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 this file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>""".encode()
# Some checkers take such a last byte for the line end before "endstream", and call the length wrong.
ENDS_OF_LINE = (b"\r", b"\n")
POINTS = 0.75  # in one CSS pixel


def with_ua_identifier(document: Document) -> None:
    """Let the metadata of a PDF/A document say that it is PDF/UA-1 too."""
    metadata = document.metadata
    plain = type(metadata).generate_rdf_metadata
    metadata.generate_rdf_metadata = lambda *rest: plain(metadata, *rest).replace(
        b"</rdf:RDF>", UA_IDENTIFIER
    )


def conform(pdf: pydyf.PDF) -> None:
    """Repair the objects of a file that is about to be written."""
    elements = [item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/StructElem"]
    _give_scope(elements)
    _place_figures(elements, pdf)
    _set_aside_headers_and_footers(pdf)
    pdf.objects[number_of(pdf.catalog["Metadata"])].compress = False  # PDF/A wants metadata in the clear


def end_streams_clearly(pdf: pydyf.PDF) -> None:
    """Leave plain what would end in a line end when deflated. Not needed where `write_once` does it."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and item.compress:
            item.compress = not item.data.removesuffix(b"\nendstream").endswith(ENDS_OF_LINE)


def end_tables_clearly(pdf: pydyf.PDF) -> None:
    """The same for the tables of objects, which pydyf makes itself while it writes."""
    plain, write = pydyf.Stream.data, pdf.write

    def clear(stream: pydyf.Stream) -> bytes:
        made: bytes = plain.fget(stream)
        if stream.compress and made.removesuffix(b"\nendstream").endswith(ENDS_OF_LINE):
            stream.compress = False
            made = plain.fget(stream)
        return made

    def write_clearly(*rest: Any, **named: Any) -> None:
        pydyf.Stream.data = property(clear)
        try:
            write(*rest, **named)
        finally:
            pydyf.Stream.data = plain

    pdf.write = write_clearly


def _give_scope(elements: list[pydyf.Dictionary]) -> None:
    """Say of each header cell whether it heads a column or a row. Parents come before their children."""
    heads: set[int] = set()
    for element in elements:
        in_head = number_of(element["P"]) in heads
        if element["S"] == "/THead" or (element["S"] == "/TR" and in_head):
            heads.add(element.number)
        elif element["S"] == "/TH":
            element["A"]["Scope"] = "/Column" if in_head else "/Row"


def _place_figures(elements: list[pydyf.Dictionary], pdf: pydyf.PDF) -> None:
    """WeasyPrint gives the box of a figure in pixels from the top; PDF wants points from the bottom."""
    for element in elements:
        if element["S"] == "/Figure":
            height = pdf.objects[number_of(element["Pg"])]["MediaBox"][3]
            left, top, right, bottom = (value * POINTS for value in element["A"]["BBox"])
            element["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))
            element["A"]["Placement"] = "/Block"


def _set_aside_headers_and_footers(pdf: pydyf.PDF) -> None:
    """Content that no element of the tag tree owns is a header or footer: mark it as an artifact."""
    root = pdf.objects[number_of(pdf.catalog["StructTreeRoot"])]
    owned = set(_owned(root, pdf))
    parents_of_page = pdf.objects[number_of(root["ParentTree"])]["Nums"]
    for index, reference in enumerate(pdf.page_references):
        page = number_of(reference)
        parents = parents_of_page[parents_of_page.index(index) + 1]
        stream = pdf.objects[number_of(pdf.objects[page]["Contents"])].stream
        for place, item in enumerate(stream):
            mark = item.get("MCID") if type(item) is pydyf.Dictionary else None
            if mark is not None and (page, mark) not in owned:
                stream[place - 1 : place + 1] = [b"/Artifact", b"<</Type /Pagination>>"]
                pdf.objects[number_of(parents[mark])].clear()
                parents[mark] = b"null"


def _owned(element: pydyf.Dictionary, pdf: pydyf.PDF) -> Iterator[tuple[int, int]]:
    """(page, mark) of all content in the tag tree below `element`."""
    for kid in element.get("K", ()):
        if isinstance(kid, int):
            yield number_of(element["Pg"]), kid
        elif (below := pdf.objects[number_of(kid)]).get("Type") == "/StructElem":
            yield from _owned(below, pdf)


def number_of(reference: bytes | str) -> int:
    """The number of the object that is referred to."""
    return int(reference.split()[0])
