"""What Chromium leaves to do on a PDF: page numbers for the contents, whole titles in the outline, code that copies."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf

from press.book import ROOT
from press.copyable import copyable


def page_numbers(pdf: bytes) -> dict[str, int]:
    """On which sheet each place is that a link of the document leads to."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        sheets = {sheet.objgen: number for number, sheet in enumerate(file.pages, 1)}
        return {str(name).removeprefix("/"): sheets[place[0].objgen] for name, place in file.Root.Dests.items()}


def finished(pdf: bytes, headings: list[str], pieces: list[str], programs: list[str]) -> bytes:
    """The PDF with whole titles in its outline (Chromium loses spaces where a heading wraps), code that copies and the
    programs attached, small and undated."""

    def titled(items):
        for item in items:
            item.title = next(names)
            titled(item.children)

    names, out = iter(headings), io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        with file.open_outline() as outline:
            titled(outline.root)
        copyable(file, pieces)
        for program in programs:
            content = (ROOT / program).read_bytes()
            file.attachments[program] = pikepdf.AttachedFileSpec(file, content, filename=Path(program).name)
        for date in ("/CreationDate", "/ModDate"):
            del file.docinfo[date]
        file.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()
