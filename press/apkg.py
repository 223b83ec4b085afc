"""Anki packages by genanki, the same bytes for the same notes."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import genanki

from press.dates import FIRST

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold


class Note(genanki.Note):
    """A note that knows when it last changed (seconds since 1970): Anki leaves alone what is no newer than its own."""

    def __init__(self, changed: int, **fields):
        super().__init__(**fields)
        self.changed = changed

    def write_to_db(self, cursor, timestamp, deck_id, id_gen):
        super().write_to_db(cursor, self.changed, deck_id, id_gen)


def package(decks: list[genanki.Deck], media: dict[str, str]) -> bytes:
    """The .apkg of decks whose notes are of class Note, with media files by name."""
    newest = max((note.changed for deck in decks for note in deck.notes), default=FIRST)
    written = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in sorted(media)]
        for file in files:
            file.write_text(media[file.name], "utf-8")
        genanki.Package(decks, files).write_to_file(written, timestamp=newest)
    return dated(written)


def dated(written: io.BytesIO) -> bytes:
    """The zip again, compressed, every file of it dated the same."""
    out = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
