"""The pieces of mkdocs-jupyter's HTML — prose, code, output, figures — put together in the site's own way."""

import posixpath
import re
from html import unescape

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
PIECE = re.compile(
    r'<div [^>]*\bjp-RenderedMarkdown\b[^>]*>(?P<prose>.*?)</div>'
    r'|<div class="highlight-ipynb[^>]*><pre>.*?(?P<code>code_\w+).*?</pre>'
    r'|<div [^>]*\bjp-RenderedText\b[^>]*>\s*<pre>(?P<printed>.*?)</pre>'
    r'|<img [^>]*src="(?P<figure>\w+\.svg)"',
    re.S,
)  # fmt: skip
HEADING = re.compile(r"<h([12])[^>]*>(.*?)<a class=\"anchor-link.*?</h\1>", re.S)
FORMULA = re.compile(r"\$\$(.+?)\$\$|([（(]?)\$(.+?)\$([，。；：、）,.;:)]*)", re.S)


def assemble(html, contents, title, place, language):
    """Return the page's HTML and its table of contents; `contents` tells what each stub of code or figure stands for."""
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

    def piece(match):
        kind, text = match.lastgroup, match[match.lastgroup]
        if kind == "prose":
            return FORMULA.sub(formula, HEADING.sub(heading, text))
        if kind == "code":
            return f'<div class="language-python highlight"><pre><code>{code(contents[text])}</code></pre></div>'
        if kind == "printed":
            label = f'<span class="filename">{words["output"]}</span>'
            return f'<div class="language-text highlight">{label}<pre><code>{text}</code></pre></div>'
        size = re.search(r'width="[\d.]+" height="[\d.]+"', contents[text])[0]
        return f'<p class="figure"><img src="{text}" {size} alt="{words["figure"]}" loading="lazy"></p>'

    return "\n".join(map(piece, PIECE.finditer(html))), headings


def code(source):
    return remember(lambda: highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)), pygments.__version__, source)


def formula(match):
    display, opening, inline, closing = match.groups()
    html = render(unescape(display or inline).strip(), bool(display))
    return parts.keep(html if display else attach(opening, html, closing))
