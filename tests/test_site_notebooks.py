"""Notebooks on the site: light pages that lead to each other, to their questions and to a download."""

import gzip
import json
import re

import pytest
from pages import pages, questions, read

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
        heading = json.loads(download.value.path().read_text("utf-8"))["cells"][0]["source"]
        assert "".join(heading) == re.search("^# .+", read(language, f"{chapter}/index.md"), re.M)[0]
        page.locator(f"article a[href='../notebooks/{chapter}/']").click()
        links = page.locator("article li a").evaluate_all("links => links.map(link => link.pathname)")
        lessons = [lesson for lesson in LESSONS if lesson.startswith(f"{chapter}/")]
        assert sorted(links) == sorted(f"/notes/{PREFIX[language]}notebooks/{lesson}/" for lesson in lessons)


@pytest.mark.parametrize("prefix", PREFIX.values())
def test_notebook_pages_of_a_chapter_are_a_chain_and_lead_to_their_questions(site, prefix):
    folder = site / prefix / "notebooks"
    for chapter in {lesson.partition("/")[0] for lesson in LESSONS}:
        listed = re.findall(r'<li><a href="([\w-]+)/">', (folder / chapter / "index.html").read_text("utf-8"))
        assert sorted(f"{chapter}/{name}" for name in listed) == sorted(
            x for x in LESSONS if x.startswith(f"{chapter}/")
        )
        for name, following in zip(listed, [*listed[1:], None]):
            html = (folder / chapter / name / "index.html").read_text("utf-8")
            assert re.findall(r'<link rel="next" href="\.\./([\w-]+)/">', html) == [following][: following is not None]
            assert f'<a href="../../../{chapter}/{name}/">' in html


def test_notebook_of_a_page_has_all_its_snippets(site):
    for lesson in LESSONS:
        used = {target for q in questions("en", f"{lesson}.md") for target in INCLUDED.findall(q.body)}
        for prefix in PREFIX.values():
            path = site / prefix / "notebooks" / lesson / f"{lesson.rpartition('/')[2]}.ipynb"
            notebook = json.loads(path.read_text("utf-8"))
            stems = {cell["metadata"]["snippet"] for cell in notebook["cells"] if "snippet" in cell["metadata"]}
            assert stems == used
