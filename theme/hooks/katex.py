"""KaTeX without a browser: its script runs in quickjs while the site is built."""

import hashlib
import re
from functools import cache
from pathlib import Path

from cache import remember
from click import ClickException

KATEX = Path(__file__).parents[2] / "node_modules/katex/dist/katex.min.js"
NAME = re.compile("(<mi[^>]*>[^<]*</mi><mo>\u2061</mo>)")  # of a function, and the sign of its application
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
def version():
    return hashlib.sha256(KATEX.read_bytes() + Path(__file__).read_bytes()).hexdigest()


@cache
def render(tex, display=False):
    """Return a formula as HTML, or raise an error that quotes it."""

    def make():
        try:
            html = katex()(tex, display)
        except Exception as error:
            raise ClickException(f"{str(error).splitlines()[0]}, formula {tex!r}") from None
        html = re.sub("<annotation.*?</annotation>", "", html)  # the TeX once more, for no reader
        return NAME.sub(r"<mrow>\1</mrow>", html)  # in λ_max, KaTeX gives a subscript three children

    return remember(make, version(), display, tex)


def attach(opening, html, closing):
    """Put the marks that touch an inline formula into its first and last box: beside a box, browsers break the line."""
    base, end = '<span class="katex-base">', "</span></span></span>"
    if base not in html or not html.endswith(end):
        raise ClickException("KaTeX writes other boxes than attach() in theme/hooks/katex.py expects: adapt it")
    if opening:
        html = html.replace(base, f'{base}<span class="mark">{opening}</span>', 1)
    if closing:
        html = f'{html.removesuffix(end)}<span class="mark">{closing}</span>{end}'
    return html
