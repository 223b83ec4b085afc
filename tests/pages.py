"""What the tests see of a page: its questions, and what of them must be equal in both languages."""

import re
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCS = {language: ROOT / "docs" / language for language in ("en", "zh")}

HEADING = re.compile(r"^## (?P<title>.+?) \{ #(?P<id>[\w-]+)(?P<attributes>.*?) ?\}$", re.M)
FENCE = re.compile(r"^( *)(?P<mark>```+|~~~+) *(?P<info>\S*).*\n(?P<code>(?:.*\n)*?)\1(?P=mark)$", re.M)
FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$(?!\s)([^$]+?)\$", re.S)
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<target>[^)\s]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?P<target>[^)\s]+)\)")
INCLUDE = re.compile(r'--8<-- "(?P<target>[^"]+)"')

Question = namedtuple("Question", "page line id title attributes body")


def pages(language):
    """The paths of all pages, relative to the language."""
    return sorted(path.relative_to(DOCS[language]).as_posix() for path in DOCS[language].rglob("*.md"))


def read(language, page):
    return (DOCS[language] / page).read_text("utf-8")


def questions(language, page):
    """The page's questions in order. The first "question" has no id: what stands above the others."""
    text, found = read(language, page), []
    starts = [None, *HEADING.finditer(text), None]
    for start, end in zip(starts, starts[1:]):
        body = text[start.end() if start else 0 : end.start() if end else len(text)]
        line = text.count("\n", 0, start.start()) + 1 if start else 1
        fields = start.group("id", "title", "attributes") if start else ("", "", "")
        found.append(Question(page, line, *fields, body))
    return found


def prose(text):
    """The text without code."""
    return re.sub(r"`[^`\n]+`", "`code`", FENCE.sub("", text))


def plain(formula):
    """A formula on one line, without the words in it."""
    return re.sub(r"\\text\{[^}]*\}", r"\\text{…}", " ".join(formula.split()))


def skeleton(question):
    """What must not depend on the language, one entry a line: id, code, formulas, images, links."""
    text = prose(question.body)
    yield f"question {question.id}{question.attributes}"
    for fence in FENCE.finditer(question.body):
        yield from (f"{fence['info']} | {line}" for line in fence["code"].splitlines())
    yield from (f"display {plain(display)}" for display, _ in FORMULA.findall(text) if display)
    yield from sorted(
        {f"formula {plain(inline)}" for _, inline in FORMULA.findall(text) if inline}
    )  # how often is free
    yield from sorted(f"image {image['target']}" for image in IMAGE.finditer(text))
    yield from sorted(f"link {link['target'].replace('//zh.d2l.ai', '//d2l.ai')}" for link in LINK.finditer(text))
    yield from (f"block {kind}" for kind in re.findall(r"^ *((?:!!!|\?\?\?\+?|===|///) \w+)", text, re.M))
