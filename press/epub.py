"""The notes in one language as an EPUB: the pages of the built site, made plain by Chromium, bound by pandoc."""

from __future__ import annotations

import os
import subprocess
import tempfile
import uuid
from pathlib import Path

import pypandoc
from playwright.sync_api import Browser

from press.book import ROOT, chapters, page_url, site_name, site_url
from press.browser import empty_page
from press.dates import FIRST, changed
from press.figures import on_paper

LANG = {"en": "en", "zh": "zh-Hans"}
RIGHTS = {"en": "Code: MIT licence. Notes: CC BY 4.0.", "zh": "代码采用 MIT 许可证，笔记采用 CC BY 4.0 许可证。"}
CONTENTS = {"en": "Contents", "zh": "目录"}


def epub(browser: Browser, site: Path, language: str) -> bytes:
    """Bind all chapters of the site that was built into the folder `site`. Raises FileNotFoundError if a page is missing."""
    urls = [[page_url(language, page) for page in chapter.pages] for chapter in chapters(language)]
    with empty_page(browser, site, [url for chapter in urls for url in chapter]) as page:
        book = page.evaluate((ROOT / "press/epub.js").read_text("utf-8"), {"chapters": urls})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for figure, svg in book["figures"].items():
            (folder / figure).write_text(on_paper(svg), "utf-8")
        bind(book["html"], language, folder)
        return (folder / "book.epub").read_bytes()


def bind(html: str, language: str, folder: Path) -> None:
    """Write folder/book.epub; a file of its own for each page, dated by the newest change, so that equal notes are equal."""
    address = site_url(language)
    about = {
        "title": site_name((language,)),
        "lang": LANG[language],
        "identifier": uuid.uuid5(uuid.NAMESPACE_URL, address).urn,
        "source": address,
        "rights": RIGHTS[language],
        "toc-title": CONTENTS[language],
    }
    options = ["--split-level=2", "--toc-depth=3", f"--resource-path={folder}"]
    options += [f"--lua-filter={ROOT / 'press/epub.lua'}", f"--css={ROOT / 'press/epub.css'}"]
    options += [f"--metadata={name}={value}" for name, value in about.items()]
    command = [pypandoc.get_pandoc_path(), "--from=html", "--to=epub3", f"--output={folder / 'book.epub'}", *options]
    env = {**os.environ, "SOURCE_DATE_EPOCH": str(max(changed().values(), default=FIRST))}
    subprocess.run(command, input=html.encode(), env=env, check=True)
