"""Anki decks: complete, readable, the same bytes for the same questions; and the page that offers what has been made."""

import io
import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from pages import ROOT, pages, questions
from test_build import build, mini  # noqa: F401  (a fixture)

from press import apkg, book, dates, decks
from press.__main__ import DECKS
from press.book import site_url
from press.text import html

KATEX = ROOT / "node_modules/katex/dist"
MARKUP = re.compile(r"\?\?\?|!!!|\$|--8<--|\]\(|\*\*|\{ ?[#:.]|var\(--|```|^#+ ", re.M)


class Deck:
    """An .apkg as Anki sees it."""

    def __init__(self, content, folder):
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        names = json.loads(self.zip.read("media"))
        self.media = {name: self.zip.read(number) for number, name in names.items()}
        (folder / "collection.anki2").write_bytes(self.zip.read("collection.anki2"))
        base = sqlite3.connect(folder / "collection.anki2")
        base.row_factory = sqlite3.Row
        self.notes = base.execute("SELECT guid, mid, mod, tags, flds FROM notes").fetchall()
        self.homes = dict(base.execute("SELECT guid, did FROM notes JOIN cards ON nid = notes.id").fetchall())
        models, names = map(json.loads, base.execute("SELECT models, decks FROM col").fetchone())
        (self.model,) = models.values()
        self.names = {int(number): deck["name"] for number, deck in names.items()}
        base.close()

    def cards(self):
        """The back of every card, which has the front in it."""
        template = self.model["tmpls"][0]
        for note in self.notes:
            fields = dict(zip([field["name"] for field in self.model["flds"]], note["flds"].split("\x1f"), strict=True))
            show = lambda side, fields=fields: re.sub(r"\{\{([^}]+)\}\}", lambda name: fields[name[1]], side)
            yield show(template["afmt"].replace("{{FrontSide}}", template["qfmt"]))


@pytest.fixture(scope="module", params=DECKS)
def deck(request, lab, tmp_path_factory):
    assert lab.returncode == 0, lab.stderr
    return Deck(decks.deck(DECKS[request.param]), tmp_path_factory.mktemp("anki"))


def test_every_question_is_a_card_in_its_chapter(deck):
    asked = Counter(page.split("/")[0] for page in pages("en") for question in questions("en", page)[1:])
    assert len({note["guid"] for note in deck.notes}) == len(deck.notes) == sum(asked.values())
    homes = Counter(deck.homes.values())
    assert sorted(homes.values()) == sorted(asked.values())
    assert all("::" in deck.names[home] for home in homes)
    tags = Counter(tag for note in deck.notes for tag in note["tags"].split())
    assert {chapter: tags[f"d2l::chapter::{chapter}"] for chapter in asked} == asked
    assert tags["d2l::exercise::4.6.2"] and tags["d2l::kind::quiz"] and tags["d2l::page::dropout"]


def test_card_has_no_markdown_left(deck):
    texts = [re.sub(r"<code>.*?</code>|\\\(.*?\\\)|\\\[.*?\\\]", "", card, flags=re.S) for card in deck.cards()]
    assert not [found[0] for found in map(MARKUP.search, texts) if found]


def test_figures_stand_alone(deck):
    used = re.findall(r'<img src="([^"]+)"', "".join(deck.cards()))
    assert set(used) == set(deck.media)
    for name, svg in deck.media.items():
        ElementTree.fromstring(svg)
        assert b"var(" not in svg and re.fullmatch(r"d2l-notes-[0-9a-f]{16}\.svg", name)


def test_links_lead_to_questions(deck):
    links = {link.removeprefix(site_url("en")) for link in re.findall(r'href="([^"]+)"', "".join(deck.cards()))}
    known = {f"{page.removesuffix('.md')}/#{q.id}" for page in pages("en") for q in questions("en", page)[1:]}
    assert {link.removeprefix("zh/") for link in links} == known


def test_cards_in_a_browser(deck, browser, tmp_path):
    for name, svg in deck.media.items():
        (tmp_path / name).write_bytes(svg)
    (tmp_path / "katex").symlink_to(KATEX)
    head = '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="katex/katex.min.css">'
    head += f'<style>{deck.model["css"]}</style><script src="katex/katex.min.js"></script>'
    cards = "".join(f'<div class="card">{card}</div>' for card in deck.cards())
    (tmp_path / "cards.html").write_text(
        f'{head}<script src="katex/contrib/auto-render.min.js"></script>{cards}', "utf-8"
    )
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto((tmp_path / "cards.html").as_uri())
    faults = page.evaluate("""() => {
        const faults = []
        renderMathInElement(document.body, {errorCallback: (text, error) => faults.push(`${text} ${error}`)})
        const bad = [...document.images].filter(image => !image.naturalWidth || image.width > 390)
        return [...faults, ...bad.map(image => image.src), ...document.body.innerText.match(/\\\\[([].*/g) ?? []]
    }""")
    assert faults == [] and page.locator(".katex").count() > len(deck.notes)
    page.close()


def test_same_questions_make_the_same_bytes(lab, monkeypatch):
    first = decks.deck(("en", "zh"))
    for clock in ("time", "time_ns"):
        monkeypatch.setattr(f"time.{clock}", lambda: 2_000_000_000)
    assert decks.deck(("en", "zh")) == first
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {apkg.EPOCH}


def test_import_again_updates_what_has_changed(lab, monkeypatch, tmp_path):
    changed, later = "multilayer-perceptrons/dropout.md", 4_000_000_000

    def reworded(language, page):
        found = book.questions(language, page)
        return [replace(q, title=f"{q.title}!", answer="New.") for q in found] if page == changed else found

    old = Deck(decks.deck(("zh",)), tmp_path)
    monkeypatch.setattr(decks, "changed", lambda: {**dates.changed(), f"docs/zh/{changed}": later})
    monkeypatch.setattr(decks, "questions", reworded)
    new = Deck(decks.deck(("zh",)), tmp_path)
    assert [note["guid"] for note in old.notes] == [note["guid"] for note in new.notes] and old.homes == new.homes
    assert old.model["id"] == new.model["id"]
    newer = [after["tags"] for before, after in zip(old.notes, new.notes, strict=True) if after["mod"] > before["mod"]]
    assert len(newer) == len(questions("zh", changed)) - 1 and all("d2l::page::dropout " in tags for tags in newer)


def test_ids_are_those_of_the_first_release(deck):
    """Another id would be another deck or type of note: readers would have every card twice."""
    decks_of = {  # by type of note: the first two chapters
        "1098250892380": {33165633319, 679435196058},
        "396279477993": {179362110405, 1076376443953},
        "501782124195": {97028611000, 1014334113808},
    }
    assert decks_of[deck.model["id"]] <= set(deck.homes.values())


def test_front_does_not_tell_the_answer(deck):
    names = [field["name"] for field in deck.model["flds"]]
    for note in deck.notes:
        fields = dict(zip(names, note["flds"].split("\x1f"), strict=True))
        for prompt, answer in (("Prompt", "Answer"), ("题面", "答案")):
            if prompt in fields:
                assert bool(fields[prompt]) == ("d2l::kind::quiz " in note["tags"]), "only a quiz has more than a title"
                assert fields[answer] and fields[answer] not in fields[prompt]
    fronts = {
        "{{" + name + "}}" for name in names if name not in ("Answer", "答案", "Link", "链接") and "igure" not in name
    }
    assert set(re.findall(r"\{\{[^}]+\}\}", deck.model["tmpls"][0]["qfmt"])) == fronts - {"{{插图}}"}


def test_links_between_pages_lead_to_the_site():
    made = html(
        "[a](#x) [b](mlp.md#y) [c](../index.md) [d](https://d2l.ai/)", "zh", "multilayer-perceptrons/dropout.md"
    )
    zh = site_url("zh")
    expected = [f"{zh}multilayer-perceptrons/dropout/#x", f"{zh}multilayer-perceptrons/mlp/#y", zh, "https://d2l.ai/"]
    assert re.findall('href="([^"]+)"', made) == expected


def test_a_merge_is_as_old_as_itself(tmp_path, monkeypatch):
    def git(*words, at):
        who = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in {"NAME": "A", "EMAIL": "a@b.c", "DATE": f"{at} +0000"}.items()
        }
        subprocess.run(
            ["git", *words], cwd=tmp_path, env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **who}, check=True
        )

    def write(name, at):
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "docs" / name).write_text(str(at))
        git("add", ".", at=at)
        git("commit", "-qm", name, at=at)

    monkeypatch.setattr(dates, "ROOT", tmp_path)
    assert dates.changed() == {}
    git("init", "-qb", "main", at=1_000_000_000)
    write("a", 1_000_000_001)
    git("checkout", "-qb", "branch", at=1_000_000_000)
    write("b", 1_000_000_002)
    git("checkout", "-q", "main", at=1_000_000_000)
    write("a", 1_000_000_003)
    git("merge", "-q", "--no-ff", "-m", "merge", "branch", at=1_000_000_004)
    assert dates.changed() == {"docs/a": 1_000_000_003, "docs/b": 1_000_000_004}


OFFER = """# Downloads

## Cards

<div data-downloads="decks"></div>

## Print

<div data-downloads="pdf"></div>
"""
PRINT = "from press import __main__ as m, shelf; [shelf.put(place, b'%PDF') for place, _ in m.pdf_places()]"


def test_site_offers_what_there_is(mini):  # noqa: F811
    for language in ("en", "zh"):
        (mini / f"docs/{language}/downloads.md").write_text(OFFER, "utf-8")
        (mini / f"docs/{language}/chapter/index.md").write_text("# A chapter\n", "utf-8")
        config = mini / f"mkdocs{'' if language == 'en' else '.zh'}.yml"
        config.write_text(
            config.read_text("utf-8").replace(
                "- chapter/page.md", "- chapter/index.md\n- chapter/page.md\n- downloads.md"
            ),
            "utf-8",
        )

    def offered():
        done = build(mini)
        assert done.returncode == 0, done.stdout + done.stderr
        found = []
        for prefix in ("", "zh/"):
            folder = mini / "site" / prefix / "downloads"
            html = (folder / "index.html").read_text("utf-8").split("<article")[1].split("</article")[0]
            links = re.findall(r'href="\./([^"]+\.\w+)"|href="([^"#]+\.\w+)"', html)
            found += [prefix + (a or b) for a, b in links]
            assert all((folder / (a or b)).exists() for a, b in links)
            assert ("Print" in html) == ("chapter" in str(links)), "a section without a link"
        return found

    decks = ["d2l-notes.en.apkg", "d2l-notes.en-zh.apkg", "zh/d2l-notes.zh.apkg", "zh/d2l-notes.en-zh.apkg"]
    assert offered() == decks
    subprocess.run([sys.executable, "-c", PRINT], cwd=mini, check=True)
    assert offered() == [*decks[:2], "chapter.en.pdf", *decks[2:], "zh/chapter.zh.pdf"]
    page = mini / "docs/zh/chapter/page.md"
    page.write_text(page.read_text("utf-8") + "\nA change.\n", "utf-8")
    assert offered() == [*decks[:2], "chapter.en.pdf", *decks[2:]], "a PDF of an older text"
