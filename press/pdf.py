"""A chapter as a PDF: its pages of the built site in one document, printed by Chromium."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from press.book import ROOT, Chapter, page_url, programs, site_name, site_url
from press.browser import empty_page
from press.finish import finished, page_numbers

WORDS = {
    "en": {"contents": "Contents", "imprint": "Printed from {}. Code under the MIT licence, notes under CC BY 4.0."},
    "zh": {"contents": "目录", "imprint": "打印自 {}。代码采用 MIT 许可证，笔记采用 CC BY 4.0 许可证。"},
}
PRINT = {"prefer_css_page_size": True, "print_background": True}
SHEET = {"width": 658, "height": 1000}  # CSS pixels between the margins of an A4 page (print.css)
FILL_IN = """numbers => document.querySelectorAll(".contents a").forEach(link => {
    link.querySelector(".number").textContent = numbers[link.hash.slice(1)]
})"""


def chapter_pdf(browser: Browser, site: Path, chapter: Chapter) -> bytes:
    """Print a chapter of the site that was built into the folder `site`. Raises FileNotFoundError if a page is missing."""
    language = chapter.language
    urls = [page_url(language, path) for path in chapter.pages]
    words = {"site": site_name((language,)), "title": chapter.title, "url": site_url(language), **WORDS[language]}
    words["imprint"] = words["imprint"].format(words["url"])
    style = (ROOT / "press/print.css").read_text("utf-8")
    with empty_page(browser, site, urls, viewport=SHEET) as page:
        page.emulate_media(media="print")
        script = (ROOT / "press/print.js").read_text("utf-8")
        text = page.evaluate(script, {"urls": urls, "words": words, "style": style})
        page.evaluate(FILL_IN, page_numbers(page.pdf(**PRINT)))
        pdf = page.pdf(**PRINT, outline=True, tagged=True)
    return finished(pdf, **text, programs=programs(chapter))
