"""A question as an Anki note: its fields in each language, the template and style that show them."""

from __future__ import annotations

import hashlib
import re
from html import escape

import genanki

from press.book import ROOT, Question, page_url, site_name, title
from press.figures import fixed, named, resolve
from press.text import html

FIELDS = {
    "en": {"about": "About", "question": "Question", "prompt": "Prompt", "answer": "Answer", "link": "Link"},
    "zh": {"about": "出处", "question": "问题", "prompt": "题面", "answer": "答案", "link": "链接"},
}
FIGURE = {("en",): "Figure", ("zh",): "插图", ("en", "zh"): "Figure 插图"}
KINDS = {
    "en": dict(
        concept="Concept", derivation="Derivation", proof="Proof", code="Code", experiment="Experiment", quiz="Quiz"
    ),
    "zh": dict(concept="概念", derivation="推导", proof="证明", code="代码", experiment="实验", quiz="自测"),
}
WHOLE = {"en": "The whole answer, with code", "zh": "完整解答与代码"}
FRONT = '<div lang="{}"><p class="about">{{{{{about}}}}}</p><h1>{{{{{question}}}}}</h1>{{{{{prompt}}}}}</div>'
BACK = '<div lang="{}">{{{{{answer}}}}}</div>'
FOOT = '{{{{{}}}}}<p class="links">{}</p>'


def constant(*words: str) -> int:
    """An id for Anki that these words always have."""
    return int.from_bytes(hashlib.sha256("/".join(words).encode()).digest()[:5], "big")


def model(languages: tuple[str, ...]) -> genanki.Model:
    """Front: the question in each language; back: the answers, then the figure, which needs no language."""
    name = site_name(languages)
    front = "\n".join(FRONT.format(language, **FIELDS[language]) for language in languages)
    back = "\n".join(BACK.format(language, **FIELDS[language]) for language in languages)
    links = " · ".join(f"{{{{{FIELDS[language]['link']}}}}}" for language in languages)
    answer = f'{{{{FrontSide}}}}\n<hr id="answer">\n{back}\n{FOOT.format(FIGURE[languages], links)}'
    return genanki.Model(
        constant("model", *languages),
        name,
        [{"name": field} for language in languages for field in FIELDS[language].values()]
        + [{"name": FIGURE[languages]}],
        [{"name": name, "qfmt": front, "afmt": answer}],
        resolve((ROOT / "press/card.css").read_text("utf-8")),
        sort_field_index=1,
    )


def sides(question: Question) -> list[str]:
    """The note's fields in the question's language, as HTML, in the order of FIELDS."""
    language, page = question.language, question.page
    about = [KINDS[language].get(question.kind, question.kind), question.number, title(language, page)]
    return [
        " · ".join(escape(part) for part in about if part),
        escape(question.title),
        html(question.prompt, language, page),
        html(question.answer, language, page),
        f'<a href="{page_url(language, page)}#{question.id}">{WHOLE[language]}</a>',
    ]


def picture(same: tuple[Question, ...], media: dict[str, str]) -> str:
    """The figure of one question in several languages as HTML, its file put into `media`; nothing if it has none."""
    if not same[0].figure:
        return ""
    svg = fixed(same[0].figure[0])
    media[named(svg)] = svg
    alt = escape(" ".join(question.figure[1] for question in same if question.figure))
    return f'<img src="{named(svg)}" alt="{alt}">'


def tags(question: Question, chapter: str) -> list[str]:
    """What to find a card by, the same in every language."""
    page = re.sub(r".*/|\.md$", "", question.page)
    found = [f"kind::{question.kind}", f"chapter::{chapter}", f"page::{page}"]
    return [f"d2l::{tag}" for tag in (*found, *([f"exercise::{question.number}"] if question.number else []))]
