"""The page Downloads in a browser."""

import pytest
from browser import axe


@pytest.mark.parametrize("scheme, width", [("light", 1300), ("dark", 360)])
@pytest.mark.parametrize("path", ["downloads/", "zh/downloads/"])
def test_downloads_are_accessible_and_arrive(visit, path, scheme, width):
    page = visit(path, color_scheme=scheme, viewport={"width": width, "height": 800})
    links = page.locator("article li a")
    assert links.count() >= 4, "two decks, a notebook for each chapter"
    for link in links.all():
        with page.expect_download() as download:
            link.click()
        assert download.value.path().stat().st_size > 10_000
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    assert axe(page) == []
