"""Anki decks: one per language and one in both, a sub-deck per chapter, a card per question."""

from __future__ import annotations

import re

import genanki

from press.apkg import Note, package
from press.book import Question, chapters, questions, site_name
from press.cards import constant, model, picture, sides, tags
from press.dates import FIRST, changed

DECKS = {"d2l-notes.en.apkg": ("en",), "d2l-notes.zh.apkg": ("zh",), "d2l-notes.en-zh.apkg": ("en", "zh")}


def deck(languages: tuple[str, ...]) -> bytes:
    """The .apkg with every question that exists in all the given languages."""
    first, *others = [chapters(language) for language in languages]
    names = [{chapter.folder: chapter.title for chapter in other} for other in others]
    known = [
        {q.id: q for chapter in other for page in chapter.pages for q in questions(chapter.language, page)}
        for other in others
    ]
    notes_of, dates, decks, media = model(languages), changed(), [], {}
    ours = max((date for path, date in dates.items() if path.startswith("press/")), default=FIRST)
    for chapter in first:
        name = " · ".join([chapter.title, *(other.get(chapter.folder, "") for other in names)])
        decks.append(genanki.Deck(constant("deck", *languages, chapter.folder), f"{site_name(languages)}::{name}"))
        for question in (question for page in chapter.pages for question in questions(chapter.language, page)):
            same = question, *(other[question.id] for other in known if question.id in other)
            if len(same) == len(languages):
                date = max(ours, *(dates.get(source, FIRST) for source in sources(same)))
                fields = [field for edition in same for field in sides(edition)] + [picture(same, media)]
                guid = genanki.guid_for("d2l-notes", *languages, question.id)
                note = Note(date, model=notes_of, fields=fields, tags=tags(question, chapter.folder), guid=guid)
                decks[-1].add_note(note)
    return package([deck for deck in decks if deck.notes], media)


def sources(same: tuple[Question, ...]) -> list[str]:
    """The files that a note is made of."""
    pages = [f"docs/{question.language}/{question.page}" for question in same]
    return pages + [re.sub(r"results/(.+)/[^/]+$", r"snippets/\1.py", q.figure[0]) for q in same if q.figure]
