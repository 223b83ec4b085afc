"""The pages as the press sees them: chapters in the order of the nav, and their questions."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mkdocs.utils.yaml import yaml_load

ROOT = Path(__file__).parents[1]
CONFIG = {"en": ROOT / "mkdocs.yml", "zh": ROOT / "mkdocs.zh.yml"}
LANGUAGES = tuple(CONFIG)
QUESTION = re.compile(
    r"^## (?P<title>.+?) \{ #(?P<id>[\w-]+)(?P<attributes>.*?) ?\}\n(?P<body>(?:(?!^## ).*\n?)*)", re.M
)
FENCE = re.compile(r"^( *)```.*\n(?:.*\n)*?\1```$", re.M)
LEAD = {"en": "Short answer.", "zh": "简答。"}
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?:\.\./)+(?P<path>results/[^)\s]+\.svg)\)")


@dataclass(frozen=True)
class Chapter:
    """A folder of docs/<language>/ with its pages, the first of which introduces it."""

    language: str
    folder: str
    title: str
    pages: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question of a page. `prompt` is what it says before its answer (a quiz does); `figure` is (path, alt) or None."""

    language: str
    page: str
    id: str
    title: str
    kind: str
    number: str
    prompt: str
    answer: str
    figure: tuple[str, str] | None


@cache
def config(language: str) -> dict:
    """The site's configuration in a language."""
    with CONFIG[language].open(encoding="utf-8") as file:
        return yaml_load(file)


def site_url(language: str) -> str:
    """Where the site of a language is published, with a slash at the end."""
    return config("en")["site_url"] + ("" if language == "en" else f"{language}/")


def site_name(languages: tuple[str, ...]) -> str:
    """What the site calls itself."""
    return " · ".join(config(language)["site_name"] for language in languages)


def page_url(language: str, page: str) -> str:
    """The published address of a page of docs/<language>/."""
    return site_url(language) + re.sub(r"(^|/)index/$", r"\1", page.removesuffix(".md") + "/")


def read(language: str, page: str) -> str:
    """The Markdown of a page."""
    return (ROOT / "docs" / language / page).read_text("utf-8")


def title(language: str, page: str) -> str:
    """The page's first heading."""
    return re.search(r"^# (.+)", read(language, page), re.M)[1].strip()


def chapters(language: str) -> list[Chapter]:
    """The chapters in the nav's order: every folder of docs/<language>/ that has pages in the nav."""
    folders: dict[str, list[str]] = {}
    for page in _paths(config(language)["nav"]):
        if "/" in page and (ROOT / "docs" / language / page).exists():  # the build makes some pages itself
            folders.setdefault(os.path.dirname(page), []).append(page)
    return [Chapter(language, folder, title(language, pages[0]), tuple(pages)) for folder, pages in folders.items()]


def programs(chapter: Chapter) -> list[str]:
    """The snippets that a chapter shows, by path, in the order in which it does."""
    text = "".join(read(chapter.language, page) for page in chapter.pages)
    return list(dict.fromkeys(re.findall(r'--8<-- "(snippets/[\w/-]+\.py)', text)))


def questions(language: str, page: str) -> list[Question]:
    """The page's questions in order; those without a short answer are not among them."""
    return [
        question for match in QUESTION.finditer(read(language, page)) if (question := _question(language, page, match))
    ]


def _question(language: str, page: str, match: re.Match) -> Question | None:
    text = FENCE.sub("", match["body"])
    lead = re.escape(f"**{LEAD[language]}**")
    found = re.search(
        rf"^(?P<indent> *){lead}(?P<answer>.*?)(?=^ *(?:\*\*[^*\n]+[.。]\*\*|!|#|\?\?\?|/// )|\Z)", text, re.M | re.S
    )
    if not found:
        return None
    attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', match["attributes"]))
    image = IMAGE.search(text)
    return Question(
        language,
        page,
        match["id"],
        match["title"],
        attributes.get("data-kind", ""),
        attributes.get("data-d2l", ""),
        re.split(r"^\?\?\?", text[: found.start()], maxsplit=1, flags=re.M)[0].strip(),
        re.sub(f"^{found['indent']}", "", found["answer"], flags=re.M).strip(),
        (image["path"], image["alt"]) if image else None,
    )


def _paths(nav: list | dict | str) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    return [path for part in (nav.values() if isinstance(nav, dict) else nav) for path in _paths(part)]
