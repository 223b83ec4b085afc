"""A printed chapter: it reads, links and copies; the program that is copied out of it runs."""

import io
import re
import subprocess
import sys
from dataclasses import replace

import pikepdf
import pytest
from markdown import Markdown
from pages import FENCE, ROOT, questions, read

from press.book import Chapter, chapters, site_url
from press.pdf import chapter_pdf

TITLE = 'Two \\ "2"'
PAGE = "backpropagation-by-hand/sine-fit.md"
SNIPPETS = {"base_path": [str(ROOT)], "check_paths": True, "dedent_subsections": True}
LONG = "\n".join(f"for i in range({n}):\n    total = [i for i in range(9)  # note\n        if i]" for n in range(40))
WIDE = f"print('{'x' * 170}')"
FIRST = """<!doctype html><html lang="en"><head><title>x</title></head><body><script>document.body.remove()</script>
<article class="md-typeset"><h1 id="one">One</h1><p>An introduction.</p><h2 id="a">A card</h2><p>Left out</p></article></body></html>"""
SECOND = f"""<!doctype html><html lang="en"><head></head><body><article class="md-typeset"><h1 id="two">{TITLE}
<a class="headerlink" href="#two">¶</a></h1><h2 id="asked" data-kind="quiz">A question that is long enough to be set on two lines, if not on three, in this column?</h2>
<p><a href="../third/#far">inside</a> <a href="../third/">page</a> <a href="../../elsewhere/#x">outside</a></p>
<details><summary>Answer</summary><p>Unfolded.</p></details>
<div class="highlight"><pre><code>{LONG}
{WIDE}
</code></pre></div></article></body></html>"""
THIRD = """<!doctype html><html lang="en"><head></head><body><article class="md-typeset"><h1 id="two">Three</h1>
<h2 id="far" data-kind="code">Far away?</h2><p>End.</p></article></body></html>"""


def text(pdf):
    """What one would copy, in the order in which it stands in the file."""
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def outline(pdf):
    def walk(items, depth=0):
        for item in items:
            yield depth, item.title
            yield from walk(item.children, depth + 1)

    with pikepdf.open(io.BytesIO(pdf)) as file, file.open_outline() as found:
        return list(walk(found.root))


def links(pdf):
    """The links of each sheet: an address, or the number of a sheet."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        sheets = {sheet.objgen: number for number, sheet in enumerate(file.pages, 1)}
        for sheet in file.pages:
            for link in sheet.get("/Annots", []):
                place = link.get("/Dest")
                place = file.Root.Dests[place] if isinstance(place, pikepdf.Name) else place
                yield sheets[sheet.objgen], str(link.A.URI) if place is None else sheets[place[0].objgen]


@pytest.fixture(scope="module")
def small(browser, tmp_path_factory):
    """A site of three short pages, printed twice."""
    site = tmp_path_factory.mktemp("small")
    for name, html in {"": FIRST, "second/": SECOND, "third/": THIRD}.items():
        (site / "chapter" / name).mkdir(parents=True, exist_ok=True)
        (site / "chapter" / name / "index.html").write_text(html, "utf-8")
    chapter = Chapter(
        "en", "chapter", "A chapter", tuple(f"chapter/{name}.md" for name in ("index", "second", "third"))
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("press.pdf.programs", lambda chapter: ["snippets/matplotlibrc"])
        return [chapter_pdf(browser, site, chapter) for _ in range(2)]


@pytest.fixture(scope="module")
def printed(browser, site):
    chapter = next(chapter for chapter in chapters("zh") if PAGE in chapter.pages)
    return chapter_pdf(browser, site, replace(chapter, pages=(chapter.pages[0], PAGE)))


def test_two_prints_are_equal(small):
    assert small[0] == small[1]


def test_outline_has_whole_titles(small):
    asked = re.search("A question.*(?=</h2>)", SECOND)[0]
    contents = [(0, "A chapter"), (1, "Contents"), (0, TITLE), (1, asked), (0, "Three"), (1, "Far away?")]
    assert outline(small[0]) == contents


def test_links_stay_inside_where_they_can(small):
    found = list(links(small[0]))
    with pikepdf.open(io.BytesIO(small[0])) as file:
        last, attached = len(file.pages), dict(file.attachments)
        assert (
            attached["snippets/matplotlibrc"].get_file().read_bytes() == (ROOT / "snippets/matplotlibrc").read_bytes()
        )
    assert [to for sheet, to in found if sheet == 2] == [last, last, f"{site_url('en')}elsewhere/#x"]
    assert [to for sheet, to in found if sheet == 1] == [site_url("en"), 2, 2, last, last]


def test_everything_is_there_and_nothing_else(small):
    words, sheets = text(small[0]), text(small[0]).split("\f")
    assert [sheet.startswith(TITLE) for sheet in sheets[:-1]] == [False, *[True] * (len(sheets) - 3), False], (
        "running head"
    )
    assert "An introduction." in words and "Unfolded." in words
    assert "¶" not in words and "Left out" not in words


def test_long_code_breaks_between_statements_and_wide_code_shrinks(small):
    sheets = text(small[0]).split("\f")
    begun = [re.search(r"^ *(for|if|total).*", sheet, re.M)[0] for sheet in sheets if "range(9)" in sheet]
    assert len(begun) > 1 and all(line.startswith("for") for line in begun)
    copied = [line for sheet in sheets for line in sheet.splitlines()]
    assert [line for line in copied if line in LONG.splitlines()] == LONG.splitlines() and WIDE in copied


def test_every_program_copies_as_it_is_and_runs(printed):
    copied, start, block = (
        text(printed).splitlines(),
        0,
        Markdown(extensions=["pymdownx.snippets"], extension_configs={"pymdownx.snippets": SNIPPETS}),
    )
    first = None
    for fence in FENCE.finditer(read("zh", PAGE)):
        code = block.preprocessors["snippet"].run(fence["code"].splitlines())
        program = []
        for line in filter(str.strip, code if fence["info"] == "python" else []):
            assert line in copied[start:], f"not as in the source: {line!r}"
            start = copied.index(line, start) + 1
            program.append(copied[start - 1])
        first = first or "\n".join(program)
    assert first.count("\n") > 20
    subprocess.run([sys.executable, "-c", first], check=True, capture_output=True)


def test_chinese_is_embedded_and_figures_are_lines(printed, tmp_path):
    (tmp_path / "a.pdf").write_bytes(printed)
    fonts = subprocess.run(["pdffonts", tmp_path / "a.pdf"], capture_output=True, text=True, check=True).stdout
    embedded = [line.split()[-5] for line in fonts.splitlines()[2:]]
    assert embedded and set(embedded) == {"yes"}
    images = subprocess.run(["pdfimages", "-list", tmp_path / "a.pdf"], capture_output=True, text=True, check=True)
    assert len(images.stdout.splitlines()) == 2, "a figure became an image"
    assert "简答。" in text(printed) and "目录" in text(printed)


def test_contents_know_their_pages(printed):
    sheets = text(printed).split("\f")
    titles = [title for depth, title in outline(printed)[3:] if depth == 1]
    assert titles == [question.title for question in questions("zh", PAGE)[1:]]
    flat = [re.sub(r"\s", "", sheet) for sheet in sheets]
    for title in titles:
        title = re.sub(r"\s", "", title)
        (number,) = re.findall(re.escape(title) + r"(\d+)", flat[0])
        assert title in flat[int(number) - 1] and number != "1"
