"""Both languages side by side, in a browser: paired, complete, loaded once, left without a trace."""

import pytest
from browser import axe

PAGE = "multilayer-perceptrons/mlp-concise/"
LONG = "multilayer-perceptrons/mlp/"  # with lists, sub-headings, a quiz, a second page's question in a link
QUESTION = "linear-model-limits"
CHOICE = ".side-by-side__choice"
SHARED = ".highlight, svg.fig, article > div.arithmatex"
WORDS = f"""selector => [...document.querySelectorAll(selector)].flatMap(element => {{
    if (element.matches("{SHARED}, .study")) return []
    const copy = element.cloneNode(true)
    copy.querySelectorAll(".highlight, svg.fig, .headerlink").forEach(part => part.remove())
    return copy.textContent.split("\\n").map(line => line.trim()).filter(Boolean)
}}).sort()"""
OPEN = "getComputedStyle(document.querySelector('.md-select__inner')).opacity === '1'"
BLOCKED = """for (const method of ["getItem", "setItem", "removeItem"]) {
    const original = Storage.prototype[method]
    Storage.prototype[method] = function (key, ...rest) {
        if (key.startsWith("d2l-notes:")) throw new DOMException("denied", "SecurityError")
        return original.call(this, key, ...rest)
    }
}"""  # of our keys only: Material itself does not get by without storage


def opposite(path):
    return path.removeprefix("zh/") if path.startswith("zh/") else f"zh/{path}"


def choose(page, choice=CHOICE):
    page.locator(".md-select").hover()
    page.wait_for_function(OPEN)  # or the click would scroll the page in search of the menu
    page.locator(choice).click()


def paired(page):
    page.wait_for_selector("html.side-by-side")
    return page


def article(page):
    return page.evaluate("document.querySelector('article').outerHTML")


@pytest.fixture
def side(visit, base):
    """Open a page as one who has chosen "side by side" before."""
    memory = [{"name": "d2l-notes:side-by-side", "value": "on"}]
    state = {"origins": [{"origin": base.removesuffix("/notes/"), "localStorage": memory}]}
    return lambda path, **options: paired(visit(path, storage_state=state, **options))


@pytest.mark.parametrize("path", [LONG, f"zh/{LONG}", PAGE, f"zh/{PAGE}", "backpropagation-by-hand/loss-oscillation/"])
def test_both_languages_are_complete(visit, base, path):
    page = visit(opposite(path))
    theirs = page.evaluate(WORDS, "article > *")
    page.goto(base + path)
    ours, shared = page.evaluate(WORDS, "article > *"), page.locator(SHARED).count()
    choose(page)
    assert paired(page).evaluate(WORDS, ".other:not([role=img])") == theirs
    assert page.locator(SHARED).count() == shared, "what both languages share is shown once"
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
    assert len(ids) == len(set(ids))
    page.evaluate("document.querySelectorAll('.other').forEach(part => part.remove())")
    assert page.evaluate(WORDS, "article > *") == ours


def test_halves_stand_side_by_side_in_their_languages(side):
    for path, own, other in ((LONG, "en", "zh"), (f"zh/{PAGE}", "zh", "en")):
        page = side(path, viewport={"width": 1440, "height": 900})
        for question in page.locator("article > h2[data-kind]").all():  # a question stays a child of the article
            assert question.locator(f"> .other[lang={other}]").count() == 1
        languages = page.evaluate("[...document.querySelectorAll('.other')].map(part => part.lang)")
        assert (
            set(languages) == {other} and page.locator(".half").first.evaluate("e => e.closest('[lang]').lang") == own
        )
        apart = page.evaluate("""[...document.querySelectorAll(".half + .other")].filter(other => {
            const [left, right] = [other.previousElementSibling, other].map(half => half.getBoundingClientRect())
            return right.width && (left.top !== right.top || left.right >= right.left)
        }).map(other => other.textContent)""")
        assert apart == []
        assert "CJK" in page.locator("article > p:lang(zh)").first.evaluate("e => getComputedStyle(e).fontFamily")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1300, 360])
def test_accessible_and_stacked_on_a_phone(side, width, scheme):
    page = side(LONG, color_scheme=scheme, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    own, other = page.locator(".half").first.bounding_box(), page.locator(".half + .other").first.bounding_box()
    assert (other["y"] >= own["y"] + own["height"]) == (width == 360)
    page.locator("details").first.evaluate("details => details.open = true")
    assert axe(page) == []


def test_choice_lasts_until_another_is_made(visit, base):
    page = visit(PAGE)
    before = article(page)
    choose(page)
    paired(page)
    page.goto(f"{base}zh/{PAGE}")
    paired(page)
    page.go_back()
    paired(page)
    choose(page, ".md-select__link[hreflang=en]")
    page.wait_for_selector("html:not(.side-by-side)")
    assert page.url == base + PAGE and page.locator(CHOICE).get_attribute("aria-pressed") == "false"
    assert article(page) == before, "nothing stays behind"
    choose(page)
    choose(paired(page), ".md-select__link[hreflang=zh]")
    page.wait_for_url(f"{base}zh/{PAGE}")
    assert page.evaluate("localStorage.length && localStorage.getItem('d2l-notes:side-by-side')") is None
    assert page.locator(".other").count() == 0


def test_nothing_is_loaded_twice(visit, base):
    page, requests = visit(PAGE), []
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: requests.append(request.url))
    for _ in range(2):
        choose(page)
        paired(page)
        choose(page)
        page.wait_for_selector("html:not(.side-by-side)")
    page.wait_for_load_state("networkidle")
    assert requests == [f"{base}zh/{PAGE}"]


def test_anchors_and_links(side, visit, base):
    page = side(f"{LONG}#{QUESTION}")
    place = f"document.getElementById('{QUESTION}').getBoundingClientRect().top"
    page.wait_for_function(f"0 <= {place} && {place} < innerHeight / 2")
    at = page.evaluate(place)
    choose(page)  # and leave: the question stays under the reader's eyes
    page.wait_for_selector("html:not(.side-by-side)")
    assert abs(page.evaluate(place) - at) < 3
    choose(page)
    assert abs(paired(page).evaluate(place) - at) < 3
    page.locator(".md-sidebar--secondary a[href='#universal-approximation']").click()
    page.wait_for_function(
        "Math.abs(document.getElementById('universal-approximation').getBoundingClientRect().top) < 200"
    )
    links = page.evaluate("[...document.querySelectorAll('.other a')].map(link => link.href)")
    inside = [link for link in links if link.startswith(f"{base}{LONG}#")]
    outside = {link for link in links if link not in inside and link.startswith(base)}
    assert f"{base}{LONG}#{QUESTION}" in inside and outside
    assert all(link.startswith(f"{base}zh/") for link in outside)
    for link in outside:
        assert page.request.get(link).ok, link


def test_copy_button(side):
    page = side(PAGE, permissions=["clipboard-read", "clipboard-write"])
    assert (
        page.locator("article .highlight > pre").count() == page.locator(".md-code__button[data-md-type=copy]").count()
    )
    page.locator(".language-python .md-code__button").first.click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('import torch'))")


def test_blocked_storage(visit):
    page = visit("404.html")
    page.add_init_script(BLOCKED)
    page.goto(page.url.replace("404.html", PAGE))
    choose(page)
    paired(page)
    page.reload()
    page.wait_for_selector(f"{CHOICE}[aria-pressed=false]", state="attached")


@pytest.mark.parametrize("path, words", [(PAGE, "could not be loaded"), (f"zh/{PAGE}", "未能加载")])
def test_other_language_cannot_be_loaded(visit, base, path, words):
    page = visit(path)
    before, other = article(page), base + opposite(path)
    page.route(other, lambda route: route.fulfill(status=404))
    choose(page)
    message = page.locator("article [role=alert]")
    assert words in message.inner_text() and message.is_visible()
    message.evaluate("message => message.remove()")
    assert article(page) == before
    assert page.evaluate("localStorage.getItem('d2l-notes:side-by-side')") is None
    page.unroute(other)
    choose(page)
    assert paired(page).locator("[role=alert]").count() == 0


@pytest.mark.parametrize("path, words", [("", "shown in English"), ("zh/glossary/", "只显示中文")])
def test_page_without_questions_says_so(visit, path, words):
    page = visit(path)
    choose(page)
    assert words in page.locator("article [role=status]").inner_text()
    assert page.locator(".other").count() == 1
    assert visit("404.html").locator(CHOICE).count() == 0


def test_without_scripts_there_is_no_such_choice(visit):
    page = visit(PAGE, java_script_enabled=False)
    page.locator(".md-select").hover()
    assert page.locator(".md-select__link").first.is_visible() and page.locator(CHOICE).is_hidden()


def test_print_shows_both(side):
    page = side(PAGE)
    page.emulate_media(media="print")
    own, other = page.locator(".half").first.bounding_box(), page.locator(".half + .other").first.bounding_box()
    assert own["y"] == other["y"] and own["x"] + own["width"] < other["x"]
