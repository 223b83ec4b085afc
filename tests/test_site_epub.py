"""The EPUB: well-formed, complete, with links that lead somewhere, and equal whenever the notes are."""

import io
import posixpath
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from pages import questions

from press.book import chapters, site_url
from press.epub import epub

PAGE = "backpropagation-by-hand/loss-oscillation.md"
XHTML, MATH, SVG = (f"{{http://www.w3.org/{space}}}" for space in ("1999/xhtml", "1998/Math/MathML", "2000/svg"))
CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2, "mroot": 2, "msubsup": 3, "munderover": 3}


@pytest.fixture(scope="module", params=["en", "zh"])
def book(request, browser, site):
    """A book of one chapter with one page, made twice: the names and contents of its files."""
    language = request.param
    chapter = next(chapter for chapter in chapters(language) if PAGE in chapter.pages)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("press.epub.chapters", lambda _: [replace(chapter, pages=(chapter.pages[0], PAGE))])
        made = [epub(browser, site, language) for _ in range(2)]
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as file:
        assert file.namelist()[0] == "mimetype" and file.read("mimetype") == b"application/epub+zip"
        return language, {name: file.read(name) for name in file.namelist()}


@pytest.fixture(scope="module")
def texts(book):
    """Its pages as trees, which they are only if they are well-formed."""
    return {name: ElementTree.fromstring(text) for name, text in book[1].items() if name.endswith(".xhtml")}


def test_every_question_is_a_heading_and_in_the_contents(book, texts):
    titles = [re.sub(r"[\s$`]", "", question.title) for question in questions(book[0], PAGE)[1:]]
    headings = ["".join(h.itertext()) for name in sorted(texts) for h in texts[name].iter(f"{XHTML}h3")]
    entries = ["".join(a.itertext()) for a in texts["EPUB/nav.xhtml"].iter(f"{XHTML}a")]
    plain = [title for title in titles if "\\" not in title]
    assert len(headings) == len(titles) and len(plain) > 5
    for found in (headings, entries):
        flat = [re.sub(r"\s", "", heading) for heading in found]
        assert [title for title in flat if title in plain] == plain


def test_links_lead_somewhere(texts):
    places = {f"{name}#{element.get('id')}" for name in texts for element in texts[name].iter() if element.get("id")}
    inside = 0
    for name, text in texts.items():
        for link in text.iter(f"{XHTML}a"):
            target = link.get("href")
            if target and not target.startswith("http"):
                path, _, anchor = target.partition("#")
                there = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
                assert there in texts and (not anchor or f"{there}#{anchor}" in places), (name, target)
                inside += 1
    assert inside > 10
    outside = {link.get("href") for text in texts.values() for link in text.iter(f"{XHTML}a")}
    assert any(str(target).startswith(site_url("en")) for target in outside), "a notebook is on the site"


def test_formulas_are_valid_mathml(texts):
    formulas = [math for text in texts.values() for math in text.iter(f"{MATH}math")]
    assert len(formulas) > 100
    for element in (element for math in formulas for element in math.iter()):
        name = element.tag.removeprefix(MATH)
        assert len(element) == CHILDREN.get(name, len(element)), ElementTree.tostring(element, "unicode")
    assert not any("annotation" in element.tag for math in formulas for element in math.iter())


def test_figures_stand_alone_and_are_described(book, texts):
    images = [image for name, text in texts.items() for image in text.iter(f"{XHTML}img")]
    assert len(images) > 5 and all(len(image.get("alt")) > 20 for image in images)
    for image in images:
        source = book[1][posixpath.normpath(posixpath.join("EPUB/text", image.get("src")))].decode()
        svg = ElementTree.fromstring(source)
        assert "var(" not in source
        ids = {element.get("id") for element in svg.iter()}
        assert {use.get("href", "#")[1:] for use in svg.iter(f"{SVG}use")} <= ids, "a letter is missing"
        assert all(part.get("href").startswith("data:") for part in svg.iter(f"{SVG}image"))


def test_nothing_is_hidden_or_left_of_the_site(texts):
    tags = {element.tag for text in texts.values() for element in text.iter()}
    assert not tags & {f"{XHTML}{name}" for name in ("details", "button", "script", "form", "input")}
    words = "".join(word for text in texts.values() for word in text.itertext())
    assert "¶" not in words and "import torch" in words
