"""An Anki deck: a sub-deck per chapter, a card per question."""

from __future__ import annotations

import re

import genanki

from press.apkg import Note, package
from press.book import Chapter, Question, chapters, questions, site_name
from press.cards import constant, model, picture, sides, tags
from press.dates import FIRST, changed


def deck(languages: tuple[str, ...]) -> bytes:
    """The .apkg with every question that exists in all the given languages."""
    editions, dates, notes_of, media = [chapters(language) for language in languages], changed(), model(languages), {}
    titles = [{chapter.folder: chapter.title for chapter in edition} for edition in editions]
    known = [{question.id: question for chapter in edition for question in asked(chapter)} for edition in editions]
    ours = max((date for path, date in dates.items() if path.startswith("press/")), default=FIRST)
    decks = []
    for chapter in editions[0]:
        folder = chapter.folder
        name = " · ".join(edition[folder] for edition in titles if folder in edition)
        decks.append(genanki.Deck(constant("deck", *languages, folder), f"{site_name(languages)}::{name}"))
        for first in asked(chapter):
            same = tuple(edition[first.id] for edition in known if first.id in edition)
            if len(same) == len(languages):
                date = max(ours, *(dates.get(source, FIRST) for source in sources(same)))
                fields = [field for question in same for field in sides(question)] + [picture(same, media)]
                guid = genanki.guid_for("d2l-notes", *languages, first.id)
                decks[-1].add_note(Note(date, model=notes_of, fields=fields, tags=tags(first, folder), guid=guid))
    return package(decks, media)


def asked(chapter: Chapter) -> list[Question]:
    return [question for page in chapter.pages for question in questions(chapter.language, page)]


def sources(same: tuple[Question, ...]) -> list[str]:
    """The files that a note is made of."""
    pages = [f"docs/{question.language}/{question.page}" for question in same]
    return pages + [re.sub(r"results/(.+)/[^/]+$", r"snippets/\1.py", q.figure[0]) for q in same if q.figure]
