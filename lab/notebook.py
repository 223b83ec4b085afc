"""Notebooks (nbformat 4.5) from a snippet and the outputs of its one run, written without nbformat."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from lab.outputs import Outputs
from lab.snippet import Snippet


def cells(snippet: Snippet, lang: str, outputs: Outputs, draw: Callable[[str], str]) -> list[dict]:
    """The cells in one language; `draw` gives a figure the form that the notebook shows."""
    made = []
    for n, cell in enumerate(snippet.cells):
        if cell.section:
            text, figures = outputs.get(cell.section, ("", []))
            shown = [{"name": "stdout", "output_type": "stream", "text": _lines(text)}] if text else []
            for svg in figures:
                data = {"image/svg+xml": [draw(svg).rstrip("\n")]}
                shown.append({"data": data, "metadata": {}, "output_type": "display_data"})
            metadata = {"tags": list(cell.tags)} if cell.tags else {}
            code = {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": shown}
            made.append({**code, "id": _id(snippet.stem, n), "source": _lines(cell.source.strip("\n"))})
        elif cell.lang in ("", lang):
            made.append(markdown(cell.source, snippet.stem, n))
    return made


def markdown(text: str, *place: object) -> dict:
    """A Markdown cell; `place` is what no other cell of a notebook has."""
    return {"cell_type": "markdown", "id": _id(*place), "metadata": {}, "source": _lines(text)}


def dump(cells: list[dict]) -> bytes:
    """The notebook file; code cells are numbered in their order."""
    for count, cell in enumerate((cell for cell in cells if cell["cell_type"] == "code"), 1):
        cell["execution_count"] = count
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": python, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _id(*place: object) -> str:
    return hashlib.sha256(repr(place).encode()).hexdigest()[:16]  # an id allows no Chinese


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
