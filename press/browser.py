"""Chromium for the press: an empty page of the published origin, to which the pages of a built site are at hand."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Page, Route, sync_playwright

from press.book import site_url

EMPTY = "empty-page-of-the-press"


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium. Raises FileNotFoundError if there is none."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        raise FileNotFoundError("Chromium makes PDFs and EPUBs: apt-get install chromium, or set CHROMIUM to its path")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def empty_page(browser: Browser, site: Path, urls: Iterable[str], **options: object) -> Iterator[Page]:
    """A page without content whose scripts can read the site. Raises FileNotFoundError unless it has all `urls`."""
    origin = site_url("en")
    for url in urls:
        if not file_of(url, site, origin).exists():
            raise FileNotFoundError(f"{file_of(url, site, origin)} is missing: build the site first (make site)")
    with closing(browser.new_page(**options)) as page:
        page.route("**/*", lambda route: answer(route, site, origin))
        page.goto(f"{origin}{EMPTY}")
        yield page


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
