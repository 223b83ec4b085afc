"""Notebooks on the site: light pages that lead to each other, to their questions and to a download."""

import gzip
import json
import re

import pytest
from pages import pages, questions

INCLUDED = re.compile(r"snippets/[\w-]+/(\w+)\.py:")
LESSONS = [page.removesuffix(".md") for page in pages("en") if len(questions("en", page)) > 1]
PREFIX = {"en": "", "zh": "zh/"}


@pytest.mark.parametrize("lesson", LESSONS)
def test_notebook_page_is_light(site, lesson):
    for prefix in PREFIX.values():
        path = site / prefix / "notebooks" / lesson / "index.html"
        assert len(gzip.compress(path.read_bytes())) <= 60_000, f"{path}: split the page"
        assert b"data:image" not in path.read_bytes() and b'<svg class="fig' not in path.read_bytes()


def test_chapter_offers_its_notebook_to_read_and_to_download(visit, language):
    for chapter in {lesson.partition("/")[0] for lesson in LESSONS}:
        page = visit(f"{PREFIX[language]}{chapter}/")
        assert page.locator("article a[href$='.ipynb']").first.is_visible()
        with page.expect_download() as download:
            page.locator("article a[href$='.ipynb']").first.click()
        assert download.value.suggested_filename == f"{chapter}.ipynb"
        page.locator(f"article a[href='../notebooks/{chapter}/']").click()
        links = page.locator("article li a").evaluate_all("links => links.map(link => link.pathname)")
        lessons = [lesson for lesson in LESSONS if lesson.startswith(f"{chapter}/")]
        assert sorted(links) == sorted(f"/notes/{PREFIX[language]}notebooks/{lesson}/" for lesson in lessons)


def test_notebook_pages_of_a_chapter_are_a_chain(visit, language):
    page = visit(f"{PREFIX[language]}notebooks/multilayer-perceptrons/")
    page.locator("article li a").first.click()
    seen = [page.url]
    while page.locator(".md-footer__link--next").count():
        page.locator(".md-footer__link--next").click()
        seen.append(page.url)
    assert [url.split("/")[-2] for url in seen] == [url.split("/")[-2] for url in dict.fromkeys(seen)]
    assert len(seen) == sum(lesson.startswith("multilayer-perceptrons/") for lesson in LESSONS)
    assert page.locator("article a[href$='/distribution-shift/']").count() == 1, "no way to the questions"


def test_notebook_of_a_page_has_all_its_snippets(site):
    for lesson in LESSONS:
        used = {target for q in questions("en", f"{lesson}.md") for target in INCLUDED.findall(q.body)}
        for prefix in PREFIX.values():
            path = site / prefix / "notebooks" / lesson / f"{lesson.rpartition('/')[2]}.ipynb"
            notebook = json.loads(path.read_text("utf-8"))
            stems = {cell["metadata"]["snippet"] for cell in notebook["cells"] if "snippet" in cell["metadata"]}
            assert stems == used
