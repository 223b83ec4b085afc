"""Python-Markdown extension: KaTeX renders formulas during the build, so pages need no script and a mistake fails."""

import hashlib
import re
import sqlite3
from functools import cache
from html import unescape
from pathlib import Path

from click import ClickException
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

ROOT = Path(__file__).parents[2]
KATEX = ROOT / "node_modules/katex/dist/katex.min.js"
RENDER = """(tex, display) => katex.renderToString(tex, {
    displayMode: display, throwOnError: true, strict: code => code === 'unicodeTextInMathMode' ? 'ignore' : 'error'
})"""


@cache
def katex():
    import quickjs  # half a second with KaTeX: only when a formula is new

    context = quickjs.Context()
    context.eval(KATEX.read_text("utf-8"))
    return context.eval(RENDER)


@cache
def store():
    path = ROOT / ".cache/formulas.sqlite3"
    path.parent.mkdir(exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.executescript("PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS formula (key PRIMARY KEY, html)")
    return connection, hashlib.sha256(KATEX.read_bytes() + Path(__file__).read_bytes()).hexdigest()


@cache
def render(tex, display=False):
    """Return a formula as HTML, or raise an error that quotes it."""
    formulas, version = store()
    key = f"{version} {display} {tex}"
    for (html,) in formulas.execute("SELECT html FROM formula WHERE key = ?", [key]):
        return html
    try:
        html = re.sub("<annotation.*?</annotation>", "", katex()(tex, display))  # the TeX once more, for no reader
    except Exception as error:
        raise ClickException(f"{str(error).splitlines()[0]}, formula {tex!r}") from None
    formulas.execute("INSERT OR REPLACE INTO formula VALUES (?, ?)", [key, html])
    return html


class FormulaProcessor(Treeprocessor):
    def __init__(self, md, keep):
        super().__init__(md)
        self.keep = keep

    def run(self, root):
        for element in root.iter():
            if "arithmatex" in element.get("class", "").split() and element.text:
                tex = unescape(element.text.strip())  # \( inline \) or \[ display \]
                html = render(tex[2:-2].strip(), tex.startswith(r"\["))
                element.text = self.md.htmlStash.store(self.keep(html))
                element.set("data-search-exclude", "")


class Formulas(Extension):
    def __init__(self, keep=str):
        """`keep` receives the HTML and returns what stands for it in the page: the same, unless somebody restores it."""
        super().__init__()
        self.keep = keep

    def extendMarkdown(self, md):
        md.treeprocessors.register(FormulaProcessor(md, self.keep), "formulas", -100)


def makeExtension(**options):
    return Formulas(**options)
