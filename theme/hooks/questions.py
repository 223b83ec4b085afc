"""Below each question: links to the exercise in the book, to the executed notebooks and to the sources."""

import posixpath
import re
from pathlib import Path

import yaml
from mkdocs.exceptions import PluginError

BOOK = yaml.safe_load((Path(__file__).parents[1] / "book.yml").read_text("utf-8"))
HOST = {"en": "https://d2l.ai", "zh": "https://zh.d2l.ai"}
WORDS = {
    "en": {"book": "Exercise {} (Chinese edition’s numbering)", "notebook": "Notebook", "source": "Source", ":": ": "},
    "zh": {"book": "原书习题 {}", "notebook": "笔记本", "source": "源代码", ":": "："},
}
QUESTION = re.compile(r"^## .+\{ #[\w-]+(?P<attributes>.*)\}\n(?P<body>(?:(?!^## .+\{ #).*\n?)*)", re.M)
SNIPPET = re.compile(r'--8<-- "snippets/([\w-]+/\w+)\.py')


def on_page_markdown(markdown, page, config, files):
    language = config.theme["language"]
    words = WORDS[language]

    def with_links(question):
        links = []
        number = re.search(r'data-d2l="([\d.]+)"', question["attributes"])
        if number:
            links.append(f"[{words['book'].format(number[1])}]({book_url(number[1], language, page)})")
        snippets = list(dict.fromkeys(SNIPPET.findall(question["body"])))
        for snippet in snippets:
            name = f"`{posixpath.basename(snippet)}`{words[':']}" if len(snippets) > 1 else ""
            notebook, source = (url_from(page, f"{path}") for path in (f"notebooks/{snippet}.ipynb", f"snippets/{snippet}.py"))
            links.append(f"{name}[{words['notebook']}]({notebook}) · [{words['source']}]({source})")
        footer = " · ".join(links) + "\n{: .links data-search-exclude='' }\n\n" if links else ""
        return f"{question[0].rstrip()}\n\n{footer}"

    return QUESTION.sub(with_links, markdown)


def book_url(number, language, page):
    section = ".".join(number.split(".")[:2])
    if section not in BOOK:
        raise PluginError(f"{page.file.src_uri}: data-d2l=\"{number}\": section {section} is not in theme/book.yml")
    return f"{HOST[language]}/chapter_{BOOK[section][language]}.html"


def url_from(page, path):
    return posixpath.relpath(path, posixpath.dirname(page.file.src_uri) or ".")
