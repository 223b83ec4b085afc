"""The list of all questions, with titles in both languages, below the text of questions.md."""

from html import escape

import catalogue
from mkdocs.utils import get_relative_url

OTHER = {"en": "zh", "zh": "en"}
WORDS = {
    "en": {
        "filter": "Filter the questions",
        "words": "Words",
        "chapter": "Chapter",
        "kind": "Kind",
        "number": "Exercise",
        "all": "all",
        "some": "{} of {} questions",
        "none": "No question matches.",
        "reset": "Show all",
    },
    "zh": {
        "filter": "筛选问题",
        "words": "关键词",
        "chapter": "章",
        "kind": "类型",
        "number": "习题编号",
        "all": "全部",
        "some": "显示 {} 个问题，共 {} 个",
        "none": "没有符合条件的问题。",
        "reset": "显示全部",
    },
}


def on_page_markdown(markdown, page, config, files):
    if page.file.src_uri == "questions.md":
        page.meta["search"] = {"boost": 0.1}  # a question itself is a better answer than its line in the list
        language, chapters = config.theme["language"], catalogue.chapters(config)
        script = get_relative_url("assets/js/filter.js", page.url)
        lists = (chapter(language, index, pages) for index, pages in chapters.items())
        parts = [markdown, form(language, chapters), *lists, f'<script src="{script}"></script>']
        return "\n\n".join(parts)


def form(language, chapters):
    """The controls, hidden until the script shows them."""
    words = WORDS[language]
    titles = {index.split("/")[0]: catalogue.title(language, index) for index in chapters}
    return f"""<form class="filter" aria-label="{words["filter"]}" hidden>
<label>{words["words"]}<input type="search" name="words" autocomplete="off"></label>
<label>{words["number"]}<input type="search" name="number" autocomplete="off" placeholder="4.6.2"></label>
<label>{words["chapter"]}{select("chapter", titles, words["all"])}</label>
<label>{words["kind"]}{select("kind", catalogue.KINDS[language], words["all"])}</label>
<output data-some="{words["some"]}" data-none="{words["none"]}"></output>
<button type="reset" class="md-button">{words["reset"]}</button>
</form>"""


def select(name, options, every):
    rows = [f'<option value="{value}">{escape(text)}</option>' for value, text in {"": every, **options}.items()]
    return f'<select name="{name}">{"".join(rows)}</select>'


def chapter(language, index, pages):
    sections = "\n\n".join(section(language, page) for page in pages)
    name, title = index.split("/")[0], catalogue.title(language, index)
    return f'<section data-chapter="{name}" markdown>\n\n## [{title}]({index})\n\n{sections}\n\n</section>'


def section(language, page):
    other = {question.id: question.title for question in catalogue.questions(OTHER[language], page)}
    rows = "\n".join(row(language, question, other) for question in catalogue.questions(language, page))
    title = catalogue.title(language, page)
    return f'<section class="questions" markdown>\n\n### [{title}]({page})\n\n{rows}\n\n</section>'


def row(language, question, other):
    link = f"[{question.title}]({question.page}#{question.id})"
    data = f'{{ data-kind="{question.kind}" data-d2l="{question.number}" }}'
    translated = f'<span lang="{OTHER[language]}">{other.get(question.id, "")}</span>'
    return f'- {link}{data} {translated} <span class="kind">{question.label(language)}</span>'
