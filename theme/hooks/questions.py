"""Above each question: its kind and number. Below: links to the book's exercise, its notebooks and sources.

The leads of its paragraphs get a class.
"""

import posixpath
import re
from pathlib import Path

import catalogue
import evidence
import yaml
from mkdocs.exceptions import PluginError

BOOK = yaml.safe_load((Path(__file__).parents[1] / "book.yml").read_text("utf-8"))
HOST = {"en": "https://d2l.ai", "zh": "https://zh.d2l.ai"}
WORDS = {
    "en": {"book": "Exercise {} (Chinese edition’s numbering)", "notebook": "Notebook", "source": "Source", ":": ": ",
           "fresh": "GPU ✓", "stale": "GPU: stale", "missing": "GPU: not yet"},
    "zh": {"book": "原书习题 {}", "notebook": "笔记本", "source": "源代码", ":": "：",
           "fresh": "GPU ✓", "stale": "GPU 已过期", "missing": "GPU 尚未验证"},
}  # fmt: skip
QUESTION = re.compile(r"^## .+\{ #[\w-]+(?P<attributes>.*)\}\n(?P<body>(?:(?!^## .+\{ #).*\n?)*)", re.M)
LEAD = re.compile(r"^( *\*\*[^*\n]+[.。]\*\*)", re.M)


def on_page_markdown(markdown, page, config, files):
    def dressed(question):
        body = LEAD.sub(r"\1{ .lead }", question[0]).rstrip()
        links = " · ".join(links_of(question, page, files, config.theme["language"]))
        return f"{body}\n\n{links}\n{{: .links data-search-exclude='' }}\n\n" if links else f"{body}\n\n"

    return QUESTION.sub(dressed, markdown)


def on_page_content(html, page, config, files):
    language = config.theme["language"]
    labels = {question.id: question.label(language) for question in catalogue.questions(language, page.file.src_uri)}

    def labelled(heading):  # after the contents are made: there, and as a result of a search, a question is its title
        label = f'<span class="kind" data-search-exclude>{labels[heading[1]]}</span> ' if heading[1] in labels else ""
        return heading[0] + label

    return re.sub(r'<h2 [^>]*\bid="([\w-]+)"[^>]*>', labelled, html)


def links_of(question, page, files, language):
    words = WORDS[language]
    number = re.search(r'data-d2l="([\d.]+)"', question["attributes"])
    if number:
        yield f"[{words['book'].format(number[1])}]({book_url(number[1], page, language)})"
    snippets = list(dict.fromkeys(catalogue.SNIPPET.findall(question["body"])))
    for snippet in snippets:
        name = f"`{posixpath.basename(snippet)}`{words[':']}" if len(snippets) > 1 else ""
        notebook, source = url(page, f"notebooks/{snippet}.ipynb"), url(page, f"snippets/{snippet}.py")
        yield f"{name}[{words['notebook']}]({notebook}) · [{words['source']}]({source})"
    if snippets and files.get_file_from_path("verification.md"):
        yield f"[{badge(snippets, words)}]({url(page, 'verification.md')}){{ .verified }}"


def badge(snippets, words):
    """Where the snippets of a question have been verified; the least of them counts."""
    proofs = [evidence.collect()[snippet] for snippet in snippets if snippet in evidence.collect()]
    states = {"stale" if proof.gpu == "damaged" else proof.gpu for proof in proofs}
    on_gpu = next((state for state in ("stale", "missing") if state in states), "fresh")
    here = ["CPU ✓"] if any(proof.cpu for proof in proofs) else []
    return " · ".join([*here, words[on_gpu]])


def book_url(number, page, language):
    section = number.rpartition(".")[0]
    if section not in BOOK:
        raise PluginError(f"{page.file.src_uri}: data-d2l is {number}, and theme/book.yml has no section {section}")
    return f"{HOST[language]}/chapter_{BOOK[section][language]}.html"


def url(page, path):
    return posixpath.relpath(path, posixpath.dirname(page.file.src_uri))
