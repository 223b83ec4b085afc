"""A chapter's notebook as a page like any other: of mkdocs-jupyter's HTML we keep prose, code, output and figures."""

import hashlib
import re
from base64 import b64decode
from html import unescape
from pathlib import Path, PurePosixPath

import parts
from katex import attach, render
from markdown.extensions.toc import slugify_unicode
from mkdocs.structure.toc import get_toc

WORDS = {
    "en": {"output": "Output", "figure": "Figure drawn by the code above", "download": "Download this notebook"},
    "zh": {"output": "输出", "figure": "以上代码绘制的图", "download": "下载此笔记本"},
}
PIECE = re.compile(
    r'<div [^>]*\bjp-RenderedMarkdown\b[^>]*>(?P<prose>.*?)</div>'
    r'|<div class="highlight-ipynb[^>]*><pre>(?P<code>.*?)</pre>'
    r'|<div [^>]*\bjp-RenderedText\b[^>]*>\s*<pre>(?P<printed>.*?)</pre>'
    r'|<img [^>]*src="data:image/svg\+xml;base64,(?P<figure>[^"]+)"',
    re.S,
)  # fmt: skip
HEADING = re.compile(r"<h([12])[^>]*>(.*?)<a class=\"anchor-link.*?</h\1>", re.S)
FORMULA = re.compile(r"\$\$(.+?)\$\$|([（(]?)\$(.+?)\$([，。；：、）,.;:)]*)", re.S)


def on_config(config):
    jupyter = config.plugins["mkdocs-jupyter"].config
    jupyter["cache_dir"] = f".cache/mkdocs-jupyter/{config.theme['language']}"  # a build sweeps its cache


def on_page_content(html, page, config, files):
    if not page.file.src_uri.endswith(".ipynb"):
        return None
    words, headings = WORDS[config.theme["language"]], []

    def heading(match):
        level, text = match.groups()
        if level == "1":  # the lab knows the chapter's folder, the nav its name
            name = PurePosixPath(page.file.src_uri).stem
            return f'<h1>{page.title}</h1>\n<p><a href="{name}.ipynb">{words["download"]}</a></p>'
        name = slugify_unicode(text, "-")
        headings.append({"level": 2, "id": name, "name": unescape(text), "html": text, "children": []})
        return f'<h2 id="{name}">{text}</h2>'

    def piece(match):
        kind, text = match.lastgroup, match[match.lastgroup]
        if kind == "prose":
            return FORMULA.sub(formula, HEADING.sub(heading, text))
        if kind == "code":
            return f'<div class="language-python highlight"><pre><code>{text}</code></pre></div>'
        if kind == "printed":
            title = f'<span class="filename">{words["output"]}</span>'
            return f'<div class="language-text highlight">{title}<pre><code>{text}</code></pre></div>'
        return figure(b64decode(text), words["figure"], Path(config.site_dir))

    html = "\n".join(map(piece, PIECE.finditer(html)))
    page.toc = get_toc(headings)
    page.meta["search"] = {"exclude": True}  # the lessons have the same code
    return html


def formula(match):
    display, opening, inline, closing = match.groups()
    html = render(unescape(display or inline).strip(), bool(display))
    return parts.keep(html if display else attach(opening, html, closing))


def figure(svg, words, site):
    """A file of its own, loaded when the reader comes near it: a chapter has dozens."""
    path = site / f"notebooks/figures/{hashlib.sha256(svg).hexdigest()[:12]}.svg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(svg)
    size = re.search(rb'width="[\d.]+" height="[\d.]+"', svg)[0].decode()
    return f'<p class="figure"><img src="../figures/{path.name}" alt="{words}" {size} loading="lazy"></p>'
