"""Notebooks (nbformat 4.5) from a snippet and the outputs of its one run, written without nbformat."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from lab.snippet import Snippet

Outputs = dict[str, tuple[str, list[str]]]  # section -> what it printed, its figures as theme-aware SVG


def cells(snippet: Snippet, lang: str, outputs: Outputs, draw: Callable[[str], str]) -> list[dict]:
    """The cells of one language; `draw` turns a theme-aware figure into the form that the notebook shows."""
    made = []
    for n, cell in enumerate(snippet.cells):
        if cell.lang not in ("", lang):
            continue
        name = hashlib.sha256(f"{snippet.stem} {n}".encode()).hexdigest()[:16]  # ids allow no Chinese
        entry = {"cell_type": "markdown", "id": name, "metadata": {}, "source": _lines(cell.source.strip("\n"))}
        if cell.section:
            text, figures = outputs.get(cell.section, ("", []))
            shown = [{"name": "stdout", "output_type": "stream", "text": _lines(text)}] if text else []
            for svg in figures:
                data = {"image/svg+xml": [draw(svg).rstrip("\n")]}
                shown.append({"data": data, "metadata": {}, "output_type": "display_data"})
            entry |= {"cell_type": "code", "execution_count": None, "outputs": shown}
            if cell.tags:
                entry["metadata"] = {"tags": list(cell.tags)}
        made.append(entry)
    return made


def heading(text: str) -> dict:
    """A Markdown cell of the lab's own."""
    name = hashlib.sha256(f"# {text}".encode()).hexdigest()[:16]
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": _lines(text)}


def dump(cells: list[dict]) -> bytes:
    """The notebook file; code cells are numbered in order."""
    for count, cell in enumerate((cell for cell in cells if cell["cell_type"] == "code"), 1):
        cell["execution_count"] = count
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": python, "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
