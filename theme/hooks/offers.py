"""Where a reader finds the notebooks: a list of them for each chapter, and a line on the chapter's own page."""

import json
import posixpath
import re
from pathlib import Path

import catalogue
from mkdocs.structure.files import File

ROOT = Path(__file__).parents[2]
WORDS = {
    "en": {
        "title": "Notebooks: {}",
        "list": "The whole chapter is one notebook, run from the first cell to the last: [download it]({}).\n"
        "Or read it here, page by page:",
        "offer": "**As a notebook**, already run: [read it page by page]({}) or [download it]({}).",
    },
    "zh": {
        "title": "笔记本：{}",
        "list": "整章是一份笔记本，从头到尾都已运行，可以[下载]({})，也可以在这里逐页阅读：",
        "offer": "**本章的笔记本**已全部运行：可以[逐页阅读]({})，也可以[下载]({})。",
    },
}


def has_notebook(chapter, language):
    return (ROOT / f"results/{chapter}/{chapter}.{language}.ipynb").exists()


def on_files(files, config):
    language = config.theme["language"]
    for index, pages in catalogue.chapters(config).items():
        chapter = posixpath.dirname(index)
        if has_notebook(chapter, language):
            title = WORDS[language]["title"].format(catalogue.title(language, index))
            rows = [f"- [{catalogue.title(language, page)}]({page.removesuffix('.md')}.ipynb)" for page in pages]
            about = WORDS[language]["list"].format(f"{chapter}/{chapter}.ipynb")
            meta = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---"
            text = "\n".join([meta, f"# {title}", "", about, "", *rows, ""])
            files.append(File.generated(config, f"notebooks/{chapter}.md", content=text))


def on_page_markdown(markdown, page, config, files):
    chapter, name = posixpath.split(page.file.src_uri)
    if name == "index.md" and chapter and has_notebook(chapter, config.theme["language"]):
        links = f"../notebooks/{chapter}.md", f"../notebooks/{chapter}/{chapter}.ipynb"
        offer = WORDS[config.theme["language"]]["offer"].format(*links)
        return re.sub(r"\A\s*# .+\n\n(?:.+\n)+", lambda introduction: f"{introduction[0]}\n{offer}\n", markdown)
