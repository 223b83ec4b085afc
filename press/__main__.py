"""python -m press decks | pdf | epub: make what is missing or stale in .cache/downloads/."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from press import shelf
from press.book import LANGUAGES, ROOT, Chapter, chapters
from press.dates import changed

DECKS = {"d2l-notes.en.apkg": ("en",), "d2l-notes.zh.apkg": ("zh",), "d2l-notes.en-zh.apkg": ("en", "zh")}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m press", description="Make the downloads, in .cache/downloads/.")
    parser.add_argument("what", choices=["decks", "pdf", "epub"])
    parser.add_argument(
        "--site", type=Path, default=ROOT / "site", help="the built site that PDFs and EPUBs are made from"
    )
    args = parser.parse_args()
    places = {"decks": dict(deck_places()), "pdf": dict(pdf_places()), "epub": dict(epub_places())}
    shelf.sweep([place for kind in places.values() for place in kind])
    try:
        wanted = missing(places[args.what])
        make_decks(wanted) if args.what == "decks" else make_from_site(wanted, args.site)
    except OSError as error:
        print(f"press: {error}", file=sys.stderr)
        return 1
    return 0


def deck_places() -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Where each deck stands, and its languages."""
    sources, dates = (
        ("docs/*/*/*.md", "results/*/*/*.svg", "theme/overrides/assets/css/site.css"),
        sorted(changed().items()),
    )
    for name, languages in DECKS.items():
        yield shelf.place(name, *sources, more=dates), languages


def pdf_places() -> Iterator[tuple[Path, Chapter]]:
    """Where the PDF of each chapter stands."""
    for chapter in (chapter for language in LANGUAGES for chapter in chapters(language)):
        folder, language = chapter.folder, chapter.language
        pages, outputs = f"docs/{language}/{folder}/*.md", [f"results/{folder}/*/*.{kind}" for kind in ("txt", "svg")]
        code = f"snippets/{folder}/*.py"
        yield shelf.place(f"{folder}.{language}.pdf", pages, code, *outputs, "theme/**/*"), chapter


def epub_places() -> Iterator[tuple[Path, str]]:
    """Where the EPUB of each language stands."""
    for language in LANGUAGES:
        sources = f"docs/{language}/*/*.md", "results/*/*/*.txt", "results/*/*/*.svg", "snippets/*/*.py", "theme/**/*"
        yield shelf.place(f"d2l-notes.{language}.epub", *sources, more=sorted(changed().items())), language


def missing(places: dict) -> dict:
    return {place: what for place, what in places.items() if not place.exists()}


def make_decks(places: dict[Path, tuple[str, ...]]) -> None:
    if places:
        from press.decks import deck  # genanki and Markdown take a while to import

        for place, languages in places.items():
            make(place, lambda: deck(languages))


def make_from_site(places: dict[Path, Chapter | str], site: Path) -> None:
    """PDFs of chapters, EPUBs of languages."""
    if places:
        from press.browser import chromium
        from press.epub import epub
        from press.pdf import chapter_pdf

        with chromium() as browser:
            for place, what in places.items():
                printed = chapter_pdf if isinstance(what, Chapter) else epub
                make(place, lambda: printed(browser, site, what))


def make(place: Path, maker: Callable[[], bytes]) -> None:
    start, content = time.monotonic(), maker()
    shelf.put(place, content)
    print(f"{place.relative_to(ROOT)}: {len(content) / 1e6:.1f} MB in {time.monotonic() - start:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
