"""The pieces of mkdocs-jupyter's HTML — prose, code, output, figures — put together in the site's own way."""

import hashlib
import posixpath
import re
from html import escape, unescape

import parts
import pygments
from cache import remember
from katex import attach, render
from markdown.extensions.toc import slugify_unicode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

WORDS = {
    "en": {
        "output": "Output",
        "figure": "Figure drawn by the code above",
        "download": "Download this notebook",
        "questions": "The questions that it answers",
        "chapter": "Other notebooks of this chapter",
    },
    "zh": {
        "output": "输出",
        "figure": "以上代码绘制的图",
        "download": "下载此笔记本",
        "questions": "它回答的问题",
        "chapter": "本章的其他笔记本",
    },
}
PROSE = re.compile(r"<div [^>]*\bjp-RenderedMarkdown\b[^>]*>(.*?)</div>", re.S)
MARK = re.compile(r"<p>(cell_\w+)</p>")
HEADING = re.compile(r"<h([12])[^>]*>(.*?)<a class=\"anchor-link.*?</h\1>", re.S)
FORMULA = re.compile(r"\$\$(.+?)\$\$|([（(]?)\$(.+?)\$([，。；：、）,.;:)]*)", re.S)


def assemble(html, contents, title, place, language):
    """Return the page's HTML and its table of contents; `contents` tells which cell of code each mark stands for."""
    words, headings = WORDS[language], []
    targets = {"download": f"{posixpath.basename(place)}.ipynb", "questions": f"../../../{place}/", "chapter": "../"}
    links = " · ".join(f'<a href="{target}">{words[name]}</a>' for name, target in targets.items())

    def heading(match):
        level, text = match.groups()
        if level == "1":
            return f"<h1>{title}</h1>\n<p>{links}</p>"
        anchor = slugify_unicode(text, "-")
        headings.append({"level": 2, "id": anchor, "name": unescape(text), "html": text, "children": []})
        return f'<h2 id="{anchor}">{text}</h2>'

    made = []
    for n, part in enumerate(MARK.split(PROSE.search(html)[1])):  # prose, mark, prose, …
        made.append(run(contents[part], words) if n % 2 else FORMULA.sub(formula, HEADING.sub(heading, part.strip())))
    return "\n".join(made), headings


def run(cell, words):
    """A cell of code, and below it what it printed and drew."""
    shown = [f'<div class="language-python highlight"><pre><code>{code("".join(cell["source"]))}</code></pre></div>']
    for output in cell["outputs"]:
        if "text" in output:
            label = f'<span class="filename">{words["output"]}</span>'
            text = escape("".join(output["text"]), quote=False)
            shown.append(f'<div class="language-text highlight">{label}<pre><code>{text}</code></pre></div>')
    for svg in figures(cell):
        size = re.search(r'width="[\d.]+" height="[\d.]+"', svg)[0]
        name, alt = figure_name(svg), words["figure"]
        shown.append(f'<p class="figure"><img src="{name}" {size} alt="{alt}" loading="lazy"></p>')
    return "\n".join(shown)


def figures(cell):
    return ["".join(output["data"]["image/svg+xml"]) for output in cell["outputs"] if "data" in output]


def figure_name(svg):
    return f"{hashlib.sha256(svg.encode()).hexdigest()[:16]}.svg"


def code(source):
    return remember(lambda: highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)), pygments.__version__, source)


def formula(match):
    display, opening, inline, closing = match.groups()
    html = render(unescape(display or inline).strip(), bool(display))
    return parts.keep(html if display else attach(opening, html, closing))
