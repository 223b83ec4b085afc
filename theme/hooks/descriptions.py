"""A page's description, for search engines and previews, is its own first sentences."""

import re

LONGEST = 200
INTRODUCTION = re.compile(r"^# .+\n+((?:[^\n#<>!\[{].*\n?)+)", re.M)
MARKS = re.compile(r"\[([^\]]+)\]\([^)]*\)|[*`]|\{[^}]*\}")


def on_page_markdown(markdown, page, config, files):
    page.meta.setdefault("description", describe(markdown))


def describe(markdown):
    """The sentences before the first formula, as many as fit, without marks; English has one a line."""
    found, introduction = "", INTRODUCTION.search(markdown)
    for sentence in re.findall(r"[^\n。！？]+(?:[。！？]|\n|$)", introduction[1]) if introduction else []:
        longer = found + MARKS.sub(r"\1", sentence).replace("\n", " ")
        if "$" in sentence or found and len(longer) > LONGEST:
            break
        found = longer
    return " ".join(found.split())
