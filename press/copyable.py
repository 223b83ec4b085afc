"""Code that copies as it is: where viewers would lose spaces, indentation above all, a PDF says what the text is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pikepdf

BEGIN = re.compile(rb"/\w+ <</MCID (\d+) >>BDC")


def copyable(file: pikepdf.Pdf, pieces: list[str]) -> None:
    """Give the code in a tagged PDF its spaces; `pieces` are the texts that its lines consist of, in order.

    ActualText (PDF reference, 14.9.4) is what is copied instead of what is drawn. Raises ValueError if the PDF does not
    consist of as many pieces.
    """
    lines = (line for code in tagged(file.Root.StructTreeRoot, "/Code") for line in tagged(code, "/P"))
    drawn = [place for line in lines for place in places(line)]
    texts = {place: text for place, text in zip(drawn, pieces, strict=True) if "  " in text}
    for page in file.pages:

        def saying(begin: re.Match) -> bytes:
            text = texts.get((page.objgen, int(begin[1])))
            said = text.encode("utf-16-be", "surrogatepass").hex().encode() if text else b""
            return b"/Span <</MCID %s /ActualText <FEFF%s>>>BDC" % (begin[1], said) if text else begin[0]

        page.contents_coalesce()
        page.Contents = file.make_stream(BEGIN.sub(saying, page.Contents.read_bytes()))


def tagged(element: pikepdf.Object, tag: str) -> Iterator[pikepdf.Object]:
    """The outermost elements with a tag, below an element of the structure tree."""
    for child in children(element):
        if isinstance(child, pikepdf.Dictionary):
            if child.get("/S") == tag:
                yield child
            else:
                yield from tagged(child, tag)


def places(element: pikepdf.Object) -> Iterator[tuple]:
    """Where an element's text is drawn, in order: the page, and the number of the marked content there."""
    for child in children(element):
        if not isinstance(child, pikepdf.Dictionary):
            yield element.Pg.objgen, int(child)
        elif "/MCID" in child:
            yield child.get("/Pg", element.get("/Pg")).objgen, int(child.MCID)
        else:
            yield from places(child)


def children(element: pikepdf.Object) -> list:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]
