"""KaTeX without a browser: its script runs in quickjs while the site is built, and what it made is kept in .cache/."""

import hashlib
import re
import sqlite3
from functools import cache
from pathlib import Path

from click import ClickException

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


def attach(opening, html, closing):
    """Put the marks that touch an inline formula into its first and last box: beside a box, browsers break the line."""
    base, end = '<span class="base">', "</span></span></span>"
    if opening:
        html = html.replace(base, f'{base}<span class="mark">{opening}</span>', 1)
    if closing:
        html = f'{html.removesuffix(end)}<span class="mark">{closing}</span>{end}'
    return html
