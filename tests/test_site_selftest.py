"""Self-test in a browser: answers wait to be asked for, grades are remembered, quizzes judge; and paper shows all."""

import gzip
import re

import pytest
from browser import axe
from pages import ROOT, questions

PAGE, SOURCE = "multilayer-perceptrons/mlp/", "multilayer-perceptrons/mlp.md"
IDS = [question.id for question in questions("en", SOURCE)[1:]]
FIRST, QUIZ, THIRD, FOURTH = IDS[:4]
SCRIPTS = ROOT / "theme/overrides/assets/js"

# The answer's blocks of a question, as the page itself has them
ANSWER = """id => {
    const blocks = []
    let next = document.getElementById(id).nextElementSibling
    for (; next && next.tagName != "H2"; next = next.nextElementSibling)
        if (!next.matches(matchMedia("print").matches ? ".study, .links" : ".study")) blocks.push(next)
    const quiz = document.getElementById(id).dataset.kind == "quiz"
    return quiz ? blocks.slice(blocks.findIndex(block => block.tagName == "DETAILS")) : blocks
}"""
SEEN = "block => block.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}) && block.getBoundingClientRect().height > 0"
OURS_THROWS = """for (const name of NAMES) {
    const real = Storage.prototype[name]
    Storage.prototype[name] = function (key, ...rest) {
        if (String(key).startsWith("d2l-notes:")) throw new DOMException("no room", "QuotaExceededError")
        return real.call(this, key, ...rest)
    }
}"""


def shown(page, id):
    """Is the answer seen: True, False, or None if some of its blocks are and others are not."""
    seen = set(page.evaluate(f"id => ({ANSWER})(id).map(block => Boolean(({SEEN})(block)))", id))
    return seen.pop() if len(seen) == 1 else None


def bar(page, id, action):
    return page.locator(f".study-bar[data-of='{id}'] [data-do={action}]")


def start(visit, path=PAGE, **options):
    page = visit(path, **options)
    page.get_by_role("switch").click()
    return page


def progress(page):
    return page.locator(".study-panel .progress").inner_text().split()


def focused(page):
    return page.evaluate("document.activeElement.closest('[data-of]')?.dataset.of")


def test_switch_hides_every_answer_and_brings_the_page_back(visit):
    page = visit(PAGE)
    before = page.locator("article").inner_text()
    assert not page.locator(".study-bar").first.is_visible()
    page.get_by_role("switch").click()
    assert [shown(page, id) for id in IDS] == [False] * len(IDS)
    assert page.locator("h2[data-kind]:visible").count() == len(IDS)
    assert page.locator(f"#{QUIZ} + p").is_visible() and page.locator(f"#{QUIZ} ~ ol").first.is_visible()
    page.get_by_role("switch").click()
    assert page.locator("article").inner_text() == before


def test_mode_and_grades_hold_for_other_pages_and_the_other_language(visit, base):
    page = start(visit)
    bar(page, FIRST, "show").click()
    bar(page, FIRST, "yes").click()
    assert progress(page) == ["1", "/", str(len(IDS))]
    page.goto(f"{base}zh/{PAGE}")
    assert [shown(page, id) for id in IDS] == [False] * len(IDS)
    assert progress(page) == ["1", "/", str(len(IDS))]
    assert page.get_by_role("switch").inner_text() == "自测模式"
    assert "会了" in page.locator(f".study-bar[data-of='{FIRST}']").inner_text()
    page.goto(f"{base}glossary/")
    assert not page.locator(".study").count()


def test_an_answer_opens_by_click_with_its_figure_and_copy_button(visit):
    page = start(visit, permissions=["clipboard-read", "clipboard-write"])
    bar(page, FOURTH, "show").click()
    assert shown(page, FOURTH) and not shown(page, FIRST) and not shown(page, THIRD)
    drawn = f"""[...({ANSWER})("{FOURTH}").find(block => block.querySelector("svg.fig")).querySelectorAll("use")]"""
    boxes = page.evaluate(f"{drawn}.map(use => use.getBoundingClientRect().width)")
    assert boxes and max(boxes) > 0, "letters that an earlier, hidden figure defines are missing"
    page.locator(f"#{FOURTH} ~ .language-python .md-code__button").first.click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('import torch'))")
    bar(page, FOURTH, "hide").click()
    assert shown(page, FOURTH) is False


def test_keys_work_inside_a_question_only(visit):
    page = start(visit)
    bar(page, FIRST, "show").focus()
    page.keyboard.press("Enter")
    assert shown(page, FIRST)
    page.keyboard.press("Escape")
    assert not shown(page, FIRST) and focused(page) == FIRST
    page.keyboard.press("Enter")
    page.keyboard.press("2")
    assert progress(page)[0] == "1" and focused(page) == QUIZ, "a grade by key leads to the next question"
    page.keyboard.press("Enter")
    page.keyboard.press("1")
    assert bar(page, QUIZ, "no").get_attribute("aria-pressed") == "true" and focused(page) == THIRD
    page.keyboard.press("2")
    assert progress(page)[0] == "1", "no grade without an answer"
    bar(page, FIRST, "hide").focus()
    page.keyboard.press("Control+1")
    assert bar(page, FIRST, "yes").get_attribute("aria-pressed") == "true", "the browser's own keys are not ours"
    page.locator(".md-search__input").click()
    page.keyboard.type("1 layer")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("1")
    assert progress(page)[0] == "1" and bar(page, FIRST, "no").get_attribute("aria-pressed") == "false"


def test_progress_elements_count_and_follow(visit):
    page = visit(PAGE)
    page.evaluate(
        """ids => { document.querySelector("h1").insertAdjacentHTML("afterend",
            `<p><span class="progress" data-progress="${ids}"></span></p>`) }""",
        f"{FIRST} {THIRD} somewhere-else",
    )
    element = page.locator("article > p > .progress")
    assert not element.is_visible(), "an element that is not filled takes no room"
    page.get_by_role("switch").click()
    for id, answer in [(FIRST, "yes"), (THIRD, "no"), (FOURTH, "yes")]:
        bar(page, id, "show").click()
        bar(page, id, answer).click()
    assert element.inner_text().split() == ["1", "/", "3"]
    assert element.get_attribute("aria-label") == "1 of 3 questions known"
    assert page.locator(".toc a[data-grade=yes]").evaluate_all("all => all.map(a => a.hash)") == [
        f"#{FIRST}",
        f"#{FOURTH}",
    ]
    other = page.context.new_page()
    other.goto(page.url)
    bar(other, THIRD, "show").click()
    bar(other, THIRD, "yes").click()
    page.wait_for_function("document.querySelector('article > p > .progress').innerText.includes('2 / 3')")


@pytest.mark.parametrize("names", [["setItem"], ["getItem", "setItem", "removeItem"]], ids=["full", "blocked"])
def test_without_storage_progress_lasts_as_long_as_the_page_and_says_so(visit, names):
    page = visit()
    page.add_init_script(OURS_THROWS.replace("NAMES", str(names)))
    page.goto(page.url + PAGE)
    page.get_by_role("switch").click()
    assert not shown(page, FIRST)
    bar(page, FIRST, "show").click()
    bar(page, FIRST, "yes").click()
    assert progress(page)[0] == "1"
    assert "stores nothing" in page.locator(".study-panel [role=status]").inner_text()


def test_damaged_storage_is_no_storage(visit):
    page = visit()
    page.evaluate(
        """ids => {
        localStorage.setItem("d2l-notes:selftest", "{")
        ids.forEach((id, index) => localStorage.setItem(`d2l-notes:known:${id}`, ["", "{}", "true", "null"][index % 4]))
    }""",
        IDS,
    )
    page.goto(page.url + PAGE)
    assert [shown(page, id) for id in IDS if id != QUIZ] == [True] * (len(IDS) - 1)
    page.get_by_role("switch").click()
    assert progress(page)[0] == "0" and not shown(page, FIRST)


def test_only_those_i_missed(visit):
    page = start(visit)
    missed = page.locator("[data-do=missed]")
    for id in (FIRST, QUIZ):
        bar(page, id, "show").click()
        bar(page, id, "yes").click()
    missed.click()
    headings = "all => all.filter(SEEN).map(h2 => h2.id)".replace("SEEN", SEEN)
    assert page.locator("h2[data-kind]").evaluate_all(headings) == IDS[2:]
    assert not page.locator(f"#quiz-{QUIZ}").is_visible() and not page.locator(f"#{QUIZ} ~ ol").first.is_visible()
    bar(page, THIRD, "show").click()
    bar(page, THIRD, "yes").click()
    assert page.locator(f"#{THIRD}").is_visible() and shown(page, THIRD), "nothing vanishes while one reads it"
    page.reload()
    assert page.locator("h2[data-kind]").evaluate_all(headings) == IDS[3:]
    page.locator(f".toc a[href='#{FIRST}']").click()
    assert page.locator(f"#{FIRST}").is_visible() and not shown(page, FIRST)
    page.evaluate("ids => ids.forEach(id => localStorage.setItem(`d2l-notes:known:${id}`, 'yes'))", IDS)
    page.goto(page.url.split("#")[0])
    assert page.locator("h2[data-kind]").evaluate_all(headings) == []
    assert "know every question" in page.locator(".study-panel [role=status]").inner_text()
    missed.click()
    assert page.locator("h2[data-kind]").evaluate_all(headings) == IDS


def test_reset_asks_first_and_forgets_this_page_only(visit):
    page = start(visit)
    reset = page.locator("[data-do=reset]")
    assert reset.is_disabled()
    page.evaluate("localStorage.setItem('d2l-notes:known:elsewhere', 'yes')")
    bar(page, FIRST, "show").click()
    bar(page, FIRST, "yes").click()
    page.once("dialog", lambda dialog: dialog.dismiss())
    reset.click()
    assert progress(page)[0] == "1"
    page.once("dialog", lambda dialog: dialog.accept())
    reset.click()
    assert progress(page)[0] == "0" and not shown(page, FIRST)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('d2l-notes:known'))") == [
        "d2l-notes:known:elsewhere"
    ]


def on_screen(page, selector):
    page.wait_for_function(
        "selector => { const top = document.querySelector(selector).getBoundingClientRect().top; return 0 <= top && top < innerHeight }",
        arg=selector,
    )


@pytest.mark.parametrize("address", ["#{}", "?h=linear#{}"])
def test_a_link_to_a_question_opens_it(visit, address):
    page = start(visit)
    page.goto(page.url + address.format(FOURTH))
    page.wait_for_selector(".study-bar")
    assert shown(page, FOURTH) and not shown(page, FIRST)
    on_screen(page, f"#{FOURTH}")


def test_links_on_the_page(visit):
    page = start(visit)
    page.locator(f".toc a[href='#{FOURTH}']").click()
    on_screen(page, f"#{FOURTH}")
    assert not shown(page, FOURTH), "the list of questions gives no answer away"
    page.locator(f".md-sidebar--secondary a[href='#{THIRD}']").click()
    assert not shown(page, THIRD)
    part = page.locator(".toc ul ul a").first.get_attribute("href")
    page.locator(f".md-sidebar--secondary a[href='{part}']").click()
    on_screen(page, part)
    assert page.locator(part).is_visible()
    bar(page, FOURTH, "show").click()
    page.locator(f"article p a[href='#{THIRD}'], article figcaption a[href='#{THIRD}']").first.click()
    assert shown(page, THIRD)


def test_search_of_the_browser_finds_what_is_hidden(visit, base):
    page = start(visit)
    page.goto("about:blank")
    page.goto(f"{base}{PAGE}#:~:text=copy%20these")  # a text fragment is found the way Ctrl+F finds
    page.wait_for_selector(f".study-bar[data-of='{FOURTH}'] [data-do=yes]")
    assert shown(page, FOURTH) and not shown(page, FIRST)


def test_paper_shows_every_answer(visit):
    page = start(visit)
    bar(page, FIRST, "show").click()
    bar(page, FIRST, "yes").click()
    page.locator("[data-do=missed]").click()
    page.emulate_media(media="print")
    assert [shown(page, id) for id in IDS] == [True] * len(IDS)
    assert page.locator("h2[data-kind]:visible").count() == len(IDS)
    assert page.locator(f"#{QUIZ} ~ details .highlight").first.is_visible(), "a closed answer is open on paper"
    assert not page.locator(".study:visible, .progress:visible, article li input:visible").count()


def test_quiz_with_choices(visit):
    page = visit(PAGE)
    form, right = page.locator(f"#quiz-{QUIZ}"), int(page.locator(f"#{QUIZ}").get_attribute("data-answer"))
    verdict = form.locator("output")
    form.locator("button").click()
    assert verdict.inner_text() == "Choose one first."
    wrong = page.locator("article [type=radio]").nth(right % 4)
    wrong.check()
    page.keyboard.press("Enter")
    assert verdict.inner_text().startswith("Not right.")
    page.locator("article [type=radio]").nth(right - 1).check()
    form.locator("button").click()
    assert verdict.inner_text() == "Right."
    page.get_by_role("switch").click()
    assert progress(page)[0] == "0", "the first try counts"
    page.reload()
    page.locator("article [type=radio]").nth(right - 1).check()
    form.locator("button").click()
    assert progress(page)[0] == "1" and not shown(page, QUIZ)
    bar(page, QUIZ, "show").click()
    assert page.locator(f"#{QUIZ} ~ details .highlight").first.is_visible(), "the solution is opened"


def test_quiz_with_a_number(visit):
    page = visit()

    def numeric(route):
        html = route.fetch().text()
        html = html.replace('data-answer="3"', 'data-answer="65546000" data-tolerance="500"', 1)
        route.fulfill(body=re.sub(r"<ol>.*?</ol>", "", html, count=1, flags=re.S), content_type="text/html")

    page.route(f"**/{PAGE}", numeric)
    page.goto(page.url + PAGE)
    field, verdict = page.get_by_label("Your answer"), page.locator(f"#quiz-{QUIZ} output")
    for said, says in [
        ("65,546,000", "Right."),
        ("６５５４６０００", "Right."),
        ("6.55465e7", "Right."),
        ("65546501", "Not right."),
        ("−65546000", "Not right."),
        ("65,546", "Not right."),
        ("", "Enter a number"),
        ("many", "Enter a number"),
    ]:
        field.fill(said)
        field.press("Enter")
        assert verdict.inner_text().startswith(says), said
    page.get_by_role("switch").click()
    bar(page, QUIZ, "show").click()
    field.press("1")
    assert bar(page, QUIZ, "no").get_attribute("aria-pressed") == "false", "a digit typed into a field is no grade"


def test_no_answer_flashes_and_a_lost_script_hides_nothing(visit):
    page = start(visit)
    held = []
    page.route("**/selftest.js", lambda route: held.append(route))
    page.goto(page.url, wait_until="commit")
    page.wait_for_selector(f"#{IDS[-1]}", state="attached")
    assert not any(shown(page, id) for id in IDS)
    held[0].continue_()
    bar(page, FIRST, "show").wait_for()
    page.unroute("**/selftest.js")
    page.route("**/selftest-view.js", lambda route: route.fulfill(status=404))
    page.reload()
    assert shown(page, FIRST) and not page.locator(".study-panel").count()


@pytest.mark.parametrize("path, width", [(PAGE, 1300), ("zh/" + PAGE, 1300), (PAGE, 360), ("zh/" + PAGE, 360)])
def test_nothing_moves_when_the_panel_comes(visit, path, width):
    page = visit(viewport={"width": width, "height": 900})
    held = []
    page.route("**/selftest.js", lambda route: held.append(route))
    page.goto(page.url + path, wait_until="commit")
    page.wait_for_selector(f"#{IDS[-1]}", state="attached")
    top = f"document.getElementById('{FIRST}').getBoundingClientRect().top + scrollY"
    before = page.evaluate(top)
    held[0].continue_()
    page.wait_for_selector(".study-panel")
    assert page.evaluate(top) == pytest.approx(before, abs=1.5)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [PAGE, "zh/" + PAGE])
def test_self_test_is_accessible_and_fits_a_phone(visit, path, scheme):
    page = start(visit, path, color_scheme=scheme, viewport={"width": 360, "height": 800})
    page.locator("article [type=radio]").first.check()
    page.locator(f"#quiz-{QUIZ} button").click()
    bar(page, FIRST, "show").click()
    bar(page, FIRST, "yes").click()
    bar(page, FOURTH, "show").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("article > [tabindex='0']").count(), "no formula of this answer is wider than a phone"
    bar(page, FOURTH, "hide").click()
    assert not page.locator("[hidden][tabindex='0']").count(), "the keyboard stops at what cannot be seen"
    small = "all => all.filter(one => Math.min(one.offsetWidth, one.offsetHeight) < 24).map(one => one.outerHTML)"
    assert page.locator(".study button:visible").evaluate_all(small) == []
    assert axe(page) == []


def test_without_scripts_the_page_is_plain(visit):
    page = visit(PAGE, java_script_enabled=False)
    assert page.locator(f"#{FIRST} + p").is_visible() and not page.locator(".study").count()


def test_scripts_are_small_and_speak_both_languages(site):
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in (site / "assets/js").glob("*.js")}
    assert sizes and sum(sizes.values()) <= 15_000, sizes
    english, chinese = (SCRIPTS / "words.js").read_text("utf-8").split("zh: {")
    assert re.findall(r"^    (\w+):", english, re.M) == re.findall(r"^    (\w+):", chinese, re.M)


def test_side_by_side_no_language_gives_the_answer_away(visit):
    page = start(visit)
    page.locator(".md-select").hover()
    page.locator(".side-by-side__choice").click()
    page.wait_for_selector("html.side-by-side")
    assert page.locator(f"#{FIRST} ~ .other").count() > 10
    assert [shown(page, id) for id in (FIRST, THIRD, FOURTH)] == [False] * 3
    bar(page, FIRST, "show").click()
    assert [shown(page, id) for id in (FIRST, THIRD)] == [True, False]
