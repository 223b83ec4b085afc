"""The verification page in a browser, and the way to it from a question."""

import pytest
from browser import axe

WORDS = {"en": ("", "CPU ✓"), "zh": ("zh/", "CPU ✓")}


@pytest.mark.parametrize("scheme, width", [("light", 1440), ("dark", 360)])
def test_a_badge_leads_to_the_table_which_is_readable(visit, language, scheme, width):
    prefix, words = WORDS[language]
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    page = visit(f"{prefix}computational-performance/asynchronous-computation/", **options)
    badge = page.locator("#async-pipeline-time ~ .links .verified").first
    assert words in badge.inner_text() and "GPU" in badge.inner_text()
    badge.click()
    page.wait_for_url(f"**/{prefix}verification/")
    assert page.locator(".verification tbody tr").count() > 100
    chapters = page.locator("article h2").evaluate_all("headings => headings.map(heading => heading.id)")
    assert chapters == ["multilayer-perceptrons", "backpropagation-by-hand", "computational-performance"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the table scrolls, not the page"
    assert axe(page) == []
    page.locator(".verification tbody a").first.click()
    assert page.url.rpartition("#")[2], "a claim leads to its question"
