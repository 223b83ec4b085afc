"""Read a snippet: a percent-format script whose code cells are at the same time sections for pymdownx.snippets."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath

MARKER = re.compile(r"\s*#\s*%%")  # where jupytext starts a cell; of these lines we accept the three forms of HEADER
HEADER = re.compile(
    r'# %% (?:\[markdown\](?: lang="(?P<lang>en|zh)")?'
    r'|--8<-- \[start:(?P<section>[a-z][a-z0-9-]*)\](?: tags=\[(?P<tags>"[\w-]+"(?:, ?"[\w-]+")*)\])?)\s*'
)
FORMS = "'# %% [markdown]', '# %% [markdown] lang=\"en\"' (or \"zh\") or '# %% --8<-- [start:name]'"


class SnippetError(ValueError):
    """A snippet that cannot be read; the message says file, line and what was expected."""


@dataclass(frozen=True)
class Cell:
    """Code if it has a section name, else Markdown: for one language, or for both if `lang` is empty."""

    line: int  # of the first line of the source, from 1
    source: str
    section: str = ""
    lang: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snippet:
    """One file, one claim."""

    path: str  # snippets/<chapter>/<stem>.py: what people are shown
    source: str
    cells: tuple[Cell, ...]

    @property
    def stem(self) -> str:
        return PurePosixPath(self.path).stem

    @property
    def code(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.section]

    @property
    def tags(self) -> set[str]:
        return {tag for cell in self.cells for tag in cell.tags}


def read(path: str, content: bytes) -> Snippet:
    """The snippet in `content`, the bytes of the file that people know as `path`.

    Raises SnippetError unless the text is UTF-8, every line of code stands in a section, every section is one cell with
    a name of its own, and Markdown comes in both languages (the rules of CONTRIBUTING.md).
    """
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise _expected(path, content.count(b"\n", 0, error.start), "UTF-8 text") from None
    lines = text.split("\n")
    for n, line in enumerate(lines):
        if line and line.splitlines() != [line]:  # there jupytext would start another line
            raise _expected(path, n, f"lines that end in a newline, found another line separator: {line!r}")
    starts = [n for n, line in enumerate(lines) if MARKER.match(line)] + [len(lines)]
    for n, line in enumerate(lines[: starts[0]]):
        if line.strip():
            raise _expected(path, n, f"a cell to start: {FORMS}")
    cells = [_cell(path, lines, first, last) for first, last in pairwise(starts)]

    sections = Counter(cell.section for cell in cells if cell.section)
    if not sections:
        raise _expected(path, 0, "a section: '# %% --8<-- [start:name]'")
    none = Cell(0, "")
    for before, cell, after in zip([none, *cells], cells, [*cells[1:], none]):
        if sections[cell.section] > 1:
            raise _expected(path, cell.line - 2, f"one section [{cell.section}], found {sections[cell.section]}")
        if cell.lang == "en" and after.lang != "zh":
            raise _expected(path, cell.line - 2, 'a Markdown cell lang="zh" right after this one')
        if cell.lang == "zh" and before.lang != "en":
            raise _expected(path, cell.line - 2, 'a Markdown cell lang="en" right before this one')
    return Snippet(path, text, tuple(cells))


def _cell(path: str, lines: list[str], first: int, last: int) -> Cell:
    header = HEADER.fullmatch(lines[first])
    if not header:
        raise _expected(path, first, FORMS)
    section = header["section"]
    if not section:
        for n in range(first + 1, last):
            if lines[n].strip() and not re.match("#( |$)", lines[n]):
                raise _expected(path, n, "'# ' before a line of Markdown, or a section around a line of code")
            if "-8<-" in lines[n]:
                raise _expected(path, n, "'# %% --8<-- [start:name]' before the end of a section")
        source = "\n".join(line[2:] for line in lines[first + 1 : last])
        return Cell(first + 2, source.strip("\n"), lang=header["lang"] or "")
    if re.search(r"-\d+$", section):
        raise _expected(path, first, f"no number at the end of [{section}]: its file could be a second figure's")
    end = next((n for n in range(first + 1, last) if "-8<-" in lines[n]), first)
    if lines[end].rstrip() != f"# --8<-- [end:{section}]":
        raise _expected(path, end, f"'# --8<-- [end:{section}]' before the next cell or marker")
    for n in range(end + 1, last):
        if lines[n].strip():
            raise _expected(path, n, f"every line of code in a section, but [{section}] has ended")
    tags = tuple(re.findall(r"[\w-]+", header["tags"] or ""))
    return Cell(first + 2, "\n".join(lines[first + 1 : end]), section, tags=tags)


def _expected(path: str, index: int, what: str) -> SnippetError:
    return SnippetError(f"{path}:{index + 1}: expected {what}")
