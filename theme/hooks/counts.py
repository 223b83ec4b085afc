"""A heading that is a link to a page tells how many questions stand there, and leaves room for the reader's progress."""

import posixpath
import re

import catalogue

LINK = re.compile(r"^(?P<indent> *)#{2,3} \[[^\]]+\]\((?P<target>[^)#\s]+\.md)\)$", re.M)
WORDS = {"en": ("1 question", "{} questions"), "zh": ("1 个问题", "{} 个问题")}


def on_page_markdown(markdown, page, config, files):
    language, folder = config.theme["language"], posixpath.dirname(page.file.src_uri)
    chapters = catalogue.chapters(config)

    def counted(heading):
        target = posixpath.normpath(posixpath.join(folder, heading["target"]))
        every = [page for pages in chapters.values() for page in pages]
        pages = every if target == "questions.md" else chapters.get(target, [target])
        ids = [question.id for page in pages for question in catalogue.questions(language, page)]
        if not ids:
            return heading[0]
        words = WORDS[language][len(ids) > 1].format(len(ids))
        progress = f'<span class="progress" data-progress="{" ".join(ids)}"></span>'
        indent = heading["indent"]
        return f"{heading[0]}\n\n{indent}{words} {progress}\n{indent}{{: .count data-search-exclude='' }}"

    return LINK.sub(counted, markdown)
