"""A chapter as a PDF: its pages of the built site in one document, printed by Chromium."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Route, sync_playwright

from press.book import ROOT, Chapter, page_url, programs, site_name, site_url
from press.finish import finished, page_numbers

WORDS = {
    "en": {"contents": "Contents", "imprint": "Printed from {}. Code under the MIT licence, notes under CC BY 4.0."},
    "zh": {"contents": "目录", "imprint": "打印自 {}。代码采用 MIT 许可证，笔记采用 CC BY 4.0 许可证。"},
}
EMPTY = "empty-page-of-the-press"
PRINT = {"prefer_css_page_size": True, "print_background": True}
SHEET = {"width": 658, "height": 1000}  # CSS pixels between the margins of an A4 page (print.css)
FILL_IN = """numbers => document.querySelectorAll(".contents a").forEach(link => {
    link.querySelector(".number").textContent = numbers[link.hash.slice(1)]
})"""


@contextmanager
def chromium():
    """The system's Chromium. Raises FileNotFoundError if there is none."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        raise FileNotFoundError("a PDF is printed by Chromium: apt-get install chromium, or set CHROMIUM to its path")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def chapter_pdf(browser: Browser, site: Path, chapter: Chapter) -> bytes:
    """Print a chapter of the site that was built into the folder `site`. Raises FileNotFoundError if a page is missing."""
    language, origin = chapter.language, site_url("en")
    urls = [page_url(language, path) for path in chapter.pages]
    words = {"site": site_name((language,)), "title": chapter.title, "url": site_url(language), **WORDS[language]}
    words["imprint"] = words["imprint"].format(words["url"])
    for url in urls:
        if not file_of(url, site, origin).exists():
            raise FileNotFoundError(f"{file_of(url, site, origin)} is missing: build the site first (make site)")
    page = browser.new_page(viewport=SHEET)
    page.route("**/*", lambda route: answer(route, site, origin))
    page.goto(f"{origin}{EMPTY}")
    page.emulate_media(media="print")
    style = (ROOT / "press/print.css").read_text("utf-8")
    text = page.evaluate((ROOT / "press/print.js").read_text("utf-8"), {"urls": urls, "words": words, "style": style})
    page.evaluate(FILL_IN, page_numbers(page.pdf(**PRINT)))
    pdf = page.pdf(**PRINT, outline=True, tagged=True)
    page.close()
    return finished(pdf, **text, programs=programs(chapter))


def answer(route: Route, site: Path, origin: str) -> None:
    """The published address is answered from the folder: nothing leaves the machine, and links come out right."""
    file = file_of(route.request.url, site, origin)
    if route.request.url == f"{origin}{EMPTY}":
        route.fulfill(body="<!doctype html>", content_type="text/html; charset=utf-8")
    elif route.request.url.startswith(origin) and file.is_file():
        route.fulfill(path=file)
    else:
        route.abort()


def file_of(url: str, site: Path, origin: str) -> Path:
    """Where the built site has what is published at `url`."""
    path = unquote(urlsplit(url).path).removeprefix(urlsplit(origin).path)
    return site / path / "index.html" if path.endswith("/") or not path else site / path
