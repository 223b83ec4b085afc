"""The built site in a browser, under a sub-path: read, copy, switch, search; light and dark; desk and phone."""

import gzip
import json
import re

import pytest
from browser import axe, search
from pages import pages

PAGE = "multilayer-perceptrons/activations/"
NOTEBOOK = "notebooks/multilayer-perceptrons/activations/"
KINDS = ["", PAGE, "glossary/", NOTEBOOK, "404.html"]  # one page of each kind


@pytest.mark.parametrize("width, scheme", [(1300, "light"), (1300, "dark"), (360, "light")])
@pytest.mark.parametrize("path", [*KINDS, *(f"zh/{kind}" for kind in KINDS[:-1])])
def test_page_is_accessible_and_fits(visit, path, width, scheme):
    page = visit(path, color_scheme=scheme, viewport={"width": width, "height": 800})
    assert page.locator("body").get_attribute("data-md-color-scheme") == {"light": "default", "dark": "slate"}[scheme]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    assert axe(page) == []


def test_copy_button(visit):
    page = visit(PAGE, permissions=["clipboard-read", "clipboard-write"])
    blocks = page.locator(".highlight > pre")
    assert blocks.count() == page.locator(".md-code__button[data-md-type='copy']").count()
    page.locator(".language-python .md-code__button").first.click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('import torch'))")
    assert "--8<--" not in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("path", KINDS[:-1])
def test_language_switch_stays_on_the_page_and_keeps_the_scheme(visit, base, path):
    page = visit(path)
    page.locator("label[for=__palette_1]").click()
    for language, url in [("zh", base + "zh/" + path), ("en", base + path)]:
        page.locator(".md-select").hover()
        page.locator(f".md-select__link[hreflang={language}]").click()
        page.wait_for_url(url)
        assert page.locator("html").get_attribute("lang") == language
        page.wait_for_selector("body[data-md-color-scheme=slate]")


@pytest.mark.parametrize(
    "words, path",
    [("梯度", "zh/"), ("学习率", "zh/"), ("激活函数", "zh/"), ("ReLU", "zh/"), ("sigmoid", ""), ("gradient", "")],
)
def test_search(visit, words, path):
    assert any("multilayer-perceptrons" in href or "backprop" in href for href in search(visit(path), words))


def test_figures_follow_the_scheme(visit):
    page = visit(PAGE)
    colours = "[...document.querySelectorAll('svg.fig path')].map(path => getComputedStyle(path).stroke)"
    light = page.evaluate(colours)
    page.locator("label[for=__palette_1]").click()
    page.wait_for_selector("body[data-md-color-scheme=slate]")
    dark = page.evaluate(colours)
    assert "rgb(11, 98, 196)" in light and "rgb(108, 182, 255)" in dark
    assert not {"rgb(11, 98, 196)", "rgb(31, 35, 40)"} & set(dark), "a line of the figure stayed as it was"


@pytest.mark.parametrize("path", ["", "zh/"])
def test_reading_without_scripts(visit, path):
    page = visit(path + PAGE, java_script_enabled=False)
    assert page.locator("h1").is_visible() and page.locator(".katex").first.is_visible()
    assert page.locator("svg.fig").first.bounding_box()["width"] > 500
    switch = page.locator(f".md-select__link[hreflang={'en' if path else 'zh'}]")
    page.locator(".md-select").hover()
    switch.click()
    assert page.url.endswith(PAGE)


def test_missing_page_offers_both_languages(visit, base):
    for path in ("404.html", "zh/404.html"):
        links = visit(path).locator(".md-select__link").evaluate_all("links => links.map(link => link.href)")
        assert links == [base, base + "zh/"]


def test_phone_menu_leads_to_a_page(visit, base):
    page = visit("", viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True)
    page.locator("label.md-header__button[for=__drawer]").click()
    page.locator(".md-nav--primary label[for=__nav_2]").first.click()
    page.locator(f".md-nav--primary a[href='{PAGE}']").click()
    page.wait_for_url(base + PAGE)


def test_formulas_stay_inside_a_phone(visit):
    page = visit(PAGE, viewport={"width": 360, "height": 800})
    boxes = page.locator("div.arithmatex").evaluate_all("all => all.filter(box => box.scrollWidth > box.clientWidth)")
    assert boxes, "no formula of this page is wider than a phone: take another page"
    assert page.evaluate("getComputedStyle(document.querySelector('div.arithmatex')).overflowX") == "auto"


def test_no_duplicate_ids(site):
    for path in site.rglob("index.html"):
        ids = re.findall(r'\sid="([^"]+)"', path.read_text("utf-8"))
        assert len(ids) == len(set(ids)), f"{path}: {sorted({i for i in ids if ids.count(i) > 1})[:5]}"


def test_notebook_page_is_a_page_and_its_downloads_are_notebooks(site, visit):
    for prefix in ("", "zh/"):
        html = (site / prefix / NOTEBOOK / "index.html").read_text("utf-8")
        assert html.lstrip().lower().startswith("<!doctype html>") and 'class="language-python highlight"' in html
        assert "jp-" not in html
    page = visit(NOTEBOOK)
    assert not [text for text in page.locator("article p").all_inner_texts() if "$" in text]
    for path in (NOTEBOOK, PAGE):
        for link in visit(path).locator("article a[href$='.ipynb']").all():
            notebook = json.loads((site / path / link.get_attribute("href")).read_text("utf-8"))
            assert any(cell.get("outputs") for cell in notebook["cells"]), f"{link} was not executed"
    with page.expect_download() as download:
        page.locator("article a[href$='.ipynb']").first.click()
    assert download.value.suggested_filename == "activations.ipynb"


@pytest.mark.parametrize("page", pages("en"))
def test_page_weight(site, page):
    for prefix in ("", "zh/"):
        path = site / prefix / page.removesuffix(".md").removesuffix("index") / "index.html"
        weight = len(gzip.compress(path.read_bytes()))
        assert weight < 150_000, f"{path}: {weight} bytes compressed; split the page"
