"""Ways into the notes: cards with counts, the list of all questions, exercise numbers in the search, heads, maps, 404."""

import json
import re
from xml.etree import ElementTree

import pytest
from browser import axe, search
from pages import DOCS, pages, questions, read

PREFIX = {"en": "", "zh": "zh/"}
WIDE = ["questions/", "multilayer-perceptrons/", "notebooks/multilayer-perceptrons/"]
ADDRESS = "http://127.0.0.1/notes/"  # SITE_URL of the fixture `site`


def every(language):
    return [question for page in pages(language) for question in questions(language, page)[1:]]


def number(question):
    return "".join(re.findall(r'data-d2l="([\d.]+)"', question.attributes))


def kind(question):
    return re.search(r'data-kind="(\w+)"', question.attributes)[1]


def heading(language, page):
    return re.search(r"^# (.+)$", read(language, page), re.M)[1]


def html_pages(site):
    return [path for path in site.rglob("index.html") if "assets" not in path.parts]


def address(site, path):
    return (
        ADDRESS + path.parent.relative_to(site).as_posix().removeprefix(".").rstrip("/") + ("/" * (path.parent != site))
    )


def exists(site, url):
    """Whether a file of the site answers to the address, and has the anchor."""
    path, _, anchor = url.partition("#")
    assert path.startswith(ADDRESS), url
    file = site / path.removeprefix(ADDRESS) / ("index.html" if path.endswith("/") else "")
    return file.exists() and (not anchor or f'id="{anchor}"' in file.read_text("utf-8"))


EXERCISE = next(question for question in every("en") if number(question).startswith("4.6"))


@pytest.mark.parametrize("width, scheme", [(1300, "light"), (768, "dark"), (360, "dark")])
@pytest.mark.parametrize("path", [*WIDE, *(f"zh/{path}" for path in WIDE[:2])])
def test_page_is_accessible_and_fits(visit, path, width, scheme):
    page = visit(path, color_scheme=scheme, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    assert axe(page) == []


def test_cards_count_the_questions_of_the_pages(visit, language):
    chapters = {page.removesuffix("/index.md"): [] for page in pages(language) if page.endswith("/index.md")}
    for question in every(language):
        chapters[question.page.partition("/")[0]].append(question)
    cards = {"": {f"{chapter}/": found for chapter, found in chapters.items()}}
    cards[""]["questions/"] = every(language)
    for chapter, found in chapters.items():
        lessons = {question.page.removesuffix(".md") for question in found}
        cards[f"{chapter}/"] = {
            f"{lesson}/": [question for question in found if question.page == f"{lesson}.md"] for lesson in lessons
        }
    for path, expected in cards.items():
        page = visit(PREFIX[language] + path)
        base = page.evaluate("location.href").removesuffix(path)
        seen = {}
        for count in page.locator(".count").all():
            link = count.evaluate("count => count.previousElementSibling.querySelector('a').href")
            ids = count.locator(".progress").get_attribute("data-progress").split()
            seen[link.removeprefix(base)] = (int(re.search(r"\d+", count.inner_text())[0]), sorted(ids))
        wanted = {name: (len(found), sorted(q.id for q in found)) for name, found in expected.items()}
        assert seen == wanted, path or "home"


def test_list_has_every_question_with_both_titles(visit, language):
    page = visit(PREFIX[language] + "questions/", java_script_enabled=False)
    assert page.locator(".filter").is_hidden() and page.locator(".questions li").first.is_visible()
    links = page.locator(".questions li > a").evaluate_all("links => links.map(link => [link.hash, link.textContent])")
    assert sorted(links) == sorted([f"#{q.id}", q.title] for q in every(language))
    other = {q.id: q.title for q in every("zh" if language == "en" else "en")}
    for item in page.locator(".questions li").all():
        key = item.locator("a").get_attribute("href").partition("#")[2]
        assert item.locator("[lang]").inner_text() == other[key]
    numbers = page.locator(".questions li").evaluate_all(
        "all => all.map(item => item.innerText.match(/\\d+\\.\\d+\\.\\d+/)?.[0] ?? '')"
    )
    assert sorted(numbers) == sorted(map(number, every(language)))


def test_list_is_narrowed(visit, language):
    page, found = visit(PREFIX[language] + "questions/"), every(language)
    other = {q.id: q.title for q in every("zh" if language == "en" else "en")}
    exercise = next(q for q in found if q.id == EXERCISE.id)

    def shown(**choice):
        page.locator(".filter button").click()
        page.wait_for_function("!location.search")
        for name, value in choice.items():
            field = page.locator(f".filter [name={name}]")
            field.select_option(value) if name in ("chapter", "kind") else field.fill(value)
        links = page.locator(".questions li:not([hidden]) a").evaluate_all("all => all.map(link => link.hash.slice(1))")
        assert int(re.search(r"\d+", page.locator(".filter output").inner_text())[0]) == len(links)
        assert page.locator("section:not([hidden]):not(:has(li:not([hidden])))").count() == 0, (
            "an empty section is shown"
        )
        return sorted(links)

    def ids(fits):
        return sorted(question.id for question in found if fits(question))

    assert shown(kind="quiz") == ids(lambda q: kind(q) == "quiz") != []
    assert shown(chapter="backpropagation-by-hand") == ids(lambda q: q.page.startswith("backpropagation-by-hand/"))
    assert shown(number="4.6") == ids(lambda q: number(q).startswith("4.6."))
    assert shown(number=f"习题 {number(exercise)}") == ids(lambda q: number(q) == number(exercise))
    assert exercise.id in shown(words=exercise.title.upper()) and exercise.id in shown(words=other[exercise.id])
    assert shown(kind="proof", number="4.1") == ids(lambda q: kind(q) == "proof" and number(q).startswith("4.1."))
    page.reload()  # the choice is part of the address
    page.wait_for_function("document.querySelector('.filter [name=kind]').value === 'proof'")
    assert page.locator(".questions li:not([hidden])").count() == len(
        ids(lambda q: kind(q) == "proof" and number(q).startswith("4.1."))
    )
    page.locator(".filter [name=words]").fill("no question has this")
    assert page.locator(".questions li:not([hidden])").count() == 0
    assert page.locator(".filter output").inner_text() == page.locator(".filter output").get_attribute("data-none")


@pytest.mark.parametrize(
    "words, language", [("{}", "en"), ("exercise {}", "en"), ("{}", "zh"), ("习题 {}", "zh"), ("习题{}", "zh")]
)
def test_number_in_the_search_box_finds_the_exercise(visit, words, language):
    found = search(visit(PREFIX[language]), words.format(number(EXERCISE)))
    sections = [link for link in found if "#" in link]
    assert sections[0].endswith(f"#{EXERCISE.id}"), sections[:3]
    assert f"/{PREFIX[language]}{EXERCISE.page.removesuffix('.md')}/" in sections[0]


def test_search_knows_every_exercise(site, language):
    docs = json.loads((site / PREFIX[language] / "search/search_index.json").read_text("utf-8"))["docs"]
    tags = {doc["location"].partition("#")[2]: doc["tags"] for doc in docs if "tags" in doc}
    assert tags == {question.id: [number(question)] for question in every(language) if number(question)}


def test_search_knows_the_titles_of_the_other_language(visit):
    title = next(question.title for question in every("zh") if question.id == EXERCISE.id)
    word = re.search(r"暂退法", title)[0]
    assert any("/questions/" in link for link in search(visit(), word))
    assert any("/zh/" in link for link in search(visit("zh/"), "dropout"))


def test_label_of_a_question_is_text_and_the_contents_have_titles_alone(visit, language):
    page = visit(PREFIX[language] + EXERCISE.page.removesuffix(".md") + "/")
    exercise = {"en": "Exercise {}", "zh": "习题 {}"}[language].format(number(EXERCISE))
    assert page.locator(f"h2[id='{EXERCISE.id}'] .kind").inner_text().endswith(exercise)
    titles = [question.title for question in questions(language, EXERCISE.page)[1:]]
    for contents in (".md-sidebar--secondary a[href^='#']", "article .toc > ul > li > a"):
        assert [text.strip() for text in page.locator(contents).all_text_contents()] == titles


def test_head_says_where_the_translation_is_and_what_the_page_is(site):
    described = {}
    for path in html_pages(site):
        head = path.read_text("utf-8").partition("</head>")[0]
        meta = dict(re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)"', head))
        links = {
            code: href for code, href in re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', head)
        }
        url, chinese = address(site, path), (site / "zh") in path.parents
        assert re.findall(r'<link rel="canonical" href="([^"]+)"', head) == [url] == [meta["og:url"]]
        assert set(links) == {"en", "zh", "x-default"} and links["x-default"] == links["en"]
        assert links["zh" if chinese else "en"] == url and all(exists(site, link) for link in links.values())
        title = re.search(r"<title>(.*?)</title>", head)[1]
        assert title.startswith(meta["og:title"]) and meta["og:type"] in ("website", "article") and meta["twitter:card"]
        assert 10 < len(meta["description"]) <= 220 and meta["description"] == meta["og:description"], url
        assert not re.search(r"[$`*\n]|\]\(|\{", meta["description"]), meta["description"]
        described.setdefault((title, meta["description"]), []).append(url)
    assert not [urls for urls in described.values() if len(urls) > 1], "pages that a search engine cannot tell apart"


def test_translations_in_the_head_cost_no_request(visit, base):
    page = visit()
    page.wait_for_load_state("networkidle")
    asked = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert not [url for url in asked if "sitemap.xml" in url and url != f"{base}sitemap.xml"]
    assert page.locator("link[rel=alternate][hreflang]").count() == 3


def test_sitemaps_and_robots_name_every_page(site):
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    robots, listed = (site / "robots.txt").read_text("utf-8"), []
    for url in re.findall(r"^Sitemap: (.+)$", robots, re.M):
        tree = ElementTree.parse(site / url.removeprefix(ADDRESS))
        listed += [loc.text for loc in tree.findall("s:url/s:loc", spaces)]
        assert all(exists(site, link.get("href")) for link in tree.findall("s:url/x:link", spaces))
    assert sorted(listed) == sorted(address(site, path) for path in html_pages(site))


def test_llms_txt_leads_to_every_question(site):
    text = (site / "llms.txt").read_text("utf-8")
    assert re.match(r"# .+\n\n> .+\n", text)
    links = re.findall(r"^- \[.+\]\((\S+)\): \S", text, re.M)
    assert len(links) == len(re.findall(r"^- ", text, re.M)) and all(exists(site, link) for link in links)
    for language in DOCS:
        wanted = {f"{ADDRESS}{PREFIX[language]}{q.page.removesuffix('.md')}/#{q.id}" for q in every(language)}
        assert wanted <= set(links)


@pytest.mark.parametrize("prefix", PREFIX.values())
def test_missing_page_works_at_any_depth(site, visit, base, prefix):
    html = (site / prefix / "404.html").read_text("utf-8")
    page = visit(prefix)
    page.route("**/no/such/page/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{base}{prefix}no/such/page/")
    links = page.locator("article a").evaluate_all("links => links.map(link => link.href)")
    own, other = (["", "questions/"], ["zh/", "zh/questions/"])[:: -1 if prefix else 1]
    assert links == [base + path for path in own + other]
    assert page.locator("article p[lang]").evaluate_all("all => all.map(p => p.lang)") == (
        ["zh", "en"] if prefix else ["en", "zh"]
    )
    assert any(EXERCISE.id in link for link in search(page, number(EXERCISE)))
    page.keyboard.press("Escape")
    page.locator("article a").first.click()
    page.wait_for_url(base + prefix)
