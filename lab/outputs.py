"""What the sections of a snippet printed and drew, and how it is laid out in a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

Outputs = dict[str, tuple[str, list[str]]]  # section -> its text, and its figures as lab.figure.theme makes them


def figure_name(section: str, n: int) -> str:
    """What the n-th figure of a section is called: figure, figure-2, …"""
    return section if n == 1 else f"{section}-{n}"


def save(outputs: Outputs, folder: Path) -> None:
    """One file for each text that is not empty, and one for each figure."""
    for section, (text, figures) in outputs.items():
        if text:
            (folder / f"{section}.txt").write_text(text, "utf-8")
        for n, svg in enumerate(figures, 1):
            (folder / f"{figure_name(section, n)}.svg").write_text(svg, "utf-8")


def load(sections: Iterable[str], folder: Path) -> Outputs:
    """What `save` has put there."""
    outputs = {}
    for section in sections:
        text, figures = folder / f"{section}.txt", []
        while (svg := folder / f"{figure_name(section, len(figures) + 1)}.svg").exists():
            figures.append(svg.read_text("utf-8"))
        outputs[section] = text.read_text("utf-8") if text.exists() else "", figures
    return outputs
