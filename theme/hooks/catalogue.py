"""What the pages hold: their titles, questions and snippets, read from the Markdown itself in the order of the nav."""

import posixpath
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mkdocs.exceptions import PluginError

DOCS = Path(__file__).parents[2] / "docs"
QUESTION = re.compile(r"^## (?P<title>.+?) \{ #(?P<id>[\w-]+)(?P<attributes>.*?) ?\}$", re.M)
SNIPPET = re.compile(r'--8<-- "snippets/([\w-]+/\w+)\.py')
KINDS = {
    "en": {
        "concept": "Concept",
        "derivation": "Derivation",
        "proof": "Proof",
        "code": "Code",
        "experiment": "Experiment",
        "quiz": "Quiz",
    },
    "zh": {
        "concept": "概念",
        "derivation": "推导",
        "proof": "证明",
        "code": "代码",
        "experiment": "实验",
        "quiz": "自测",
    },
}
EXERCISE = {"en": "Exercise {}", "zh": "习题 {}"}


class Question(NamedTuple):
    """`number` is the book's (Chinese second edition), or empty; `page` is a path below docs/<language>/."""

    id: str
    title: str
    kind: str
    number: str
    page: str

    def label(self, language):
        """Its kind and number in words: Experiment · Exercise 4.6.2."""
        exercise = [EXERCISE[language].format(self.number)] if self.number else []
        return " · ".join([KINDS[language].get(self.kind, self.kind), *exercise])


def read(language, page):
    path = DOCS / language / page
    if not path.exists():
        raise PluginError(f"docs/{language}/{page} is missing: a chapter has an index.md, a page both languages")
    return _text(path, path.stat().st_mtime_ns)


@cache  # every page asks for what others hold
def _text(path, changed):
    return path.read_text("utf-8")


def title(language, page):
    heading = re.search(r"^# (.+)$", read(language, page), re.M)
    if not heading:
        raise PluginError(f"docs/{language}/{page}: expected a title (# …)")
    return heading[1]


def questions(language, page):
    """The questions of a page; a page that the build makes has none."""
    return _questions(read(language, page), page) if (DOCS / language / page).exists() else []


@cache
def _questions(text, page):
    found = []
    for heading in QUESTION.finditer(text):
        value = dict(re.findall(r'data-(\w+)="([^"]*)"', heading["attributes"]))
        found.append(Question(heading["id"], heading["title"], value.get("kind", ""), value.get("d2l", ""), page))
    return found


def snippets(language, page):
    """The snippets that a page includes, as <chapter>/<stem>, in the order in which it first does."""
    return list(dict.fromkeys(SNIPPET.findall(read(language, page))))


def chapters(config):
    """The pages with questions by chapter, both in the order of the nav: {index of the chapter: [page, …]}."""
    found = {}
    for page in _flat(config.nav):
        if questions(config.theme["language"], page):
            found.setdefault(f"{posixpath.dirname(page)}/index.md", []).append(page)
    return found


def _flat(nav):
    for item in nav:
        for value in item.values() if isinstance(item, dict) else [item]:
            yield from [value] if isinstance(value, str) else _flat(value)
