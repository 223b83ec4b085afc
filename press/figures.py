"""Figures away from the site: in the fixed colours of its light scheme, named by their content."""

from __future__ import annotations

import hashlib
import re
from functools import cache

from press.book import ROOT

STYLE = "theme/overrides/assets/css/site.css"
VARIABLE = re.compile(r"var\((--[\w-]+)\)")
PAPER = '<rect width="100%" height="100%" fill="var(--fig-bg)"/>'


@cache
def colours() -> dict[str, str]:
    """The colour variables of the light scheme, which comes first in the style sheet."""
    found: dict[str, str] = {}
    for name, value in re.findall(r"^\s*(--[\w-]+):\s*([^;]+);", (ROOT / STYLE).read_text("utf-8"), re.M):
        found.setdefault(name, value.strip())
    return found


def resolve(text: str) -> str:
    """The text with the light scheme's colours for its variables. Raises KeyError if the style sheet lacks one."""
    while VARIABLE.search(text):
        text = VARIABLE.sub(lambda variable: colours()[variable[1]], text)
    return text


@cache
def fixed(path: str) -> str:
    """The SVG at results/… as one that stands alone."""
    return on_paper((ROOT / path).read_text("utf-8"))


def on_paper(svg: str) -> str:
    """An SVG that follows a page's scheme as one on light paper."""
    return resolve(re.sub(r"(<svg\b[^>]*>)", lambda opening: opening[1] + PAPER, svg, count=1))


def named(svg: str) -> str:
    """The file name of a figure: equal figures share it, a changed one gets another."""
    return f"d2l-notes-{hashlib.sha256(svg.encode()).hexdigest()[:16]}.svg"
