"""Notebooks as pages like any other: the part of its chapter's notebook that belongs to each page of questions.

mkdocs-jupyter renders a stub of the notebook, one cell of prose: with the code and figures of a chapter it takes minutes.
"""

import hashlib
import json
import posixpath
from pathlib import Path

import catalogue
import lessons
import pieces
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.toc import get_toc

ROOT = Path(__file__).parents[2]
WORDS = {
    "en": {"title": "Notebook: {}", "about": "{}: every cell of its notebook with what it printed and drew."},
    "zh": {"title": "笔记本：{}", "about": "“{}”的笔记本，每个单元都已运行，附打印结果和插图。"},
}
contents = {}  # what the marks in the prose stand for: cells of code, with their outputs


class NotebookPage(File):
    def is_documentation_page(self):
        return True

    @property
    def place(self):
        """<chapter>/<page>"""
        return self.src_uri.removeprefix("notebooks/").removesuffix(".ipynb")


@event_priority(-50)  # after mkdocs-jupyter, whose own wrapping forgets where a generated file comes from
def on_files(files, config):
    language = config.theme["language"]
    config.plugins["mkdocs-jupyter"].config["cache_dir"] = f".cache/mkdocs-jupyter/{language}"  # each sweeps its own
    for place, notebook in lessons.notebooks(ROOT / "results", config):
        download = f"notebooks/{place}/{posixpath.basename(place)}.ipynb"
        files.append(File.generated(config, download, content=json.dumps(notebook, ensure_ascii=False, indent=1)))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                for svg in pieces.figures(cell):
                    uri = f"notebooks/{place}/{pieces.figure_name(svg)}"
                    files.append(File.generated(config, uri, content=svg))
        notebook["cells"] = [{**notebook["cells"][0], "source": "\n\n".join(map(prose, notebook["cells"]))}]
        page = ROOT / f".cache/notebooks/{language}/{place}.ipynb"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
        here, aside = f"notebooks/{place}.ipynb", InclusionLevel.NOT_IN_NAV
        files.append(NotebookPage.generated(config, here, abs_src_path=str(page), inclusion=aside))


def prose(cell):
    if cell["cell_type"] == "markdown":
        return "".join(cell["source"])
    mark = f"cell_{hashlib.sha256(json.dumps(cell).encode()).hexdigest()[:16]}"
    contents[mark] = cell
    return mark


def on_nav(nav, config, files):
    pages = [file.page for file in files if isinstance(file, NotebookPage)]
    for page, following in zip(pages, pages[1:]):
        if posixpath.dirname(page.file.place) == posixpath.dirname(following.file.place):
            page.next_page, following.previous_page = following, page


def on_page_content(html, page, config, files):
    if isinstance(page.file, NotebookPage) and html:  # without, the page has not changed (again.py)
        language, place = config.theme["language"], page.file.place
        title = catalogue.title(language, f"{place}.md")
        page.meta["title"] = WORDS[language]["title"].format(title)
        page.meta["description"] = WORDS[language]["about"].format(title)
        page.meta["search"] = {"exclude": True}  # the lessons have the same code
        html, headings = pieces.assemble(html, contents, page.title, place, language)
        page.toc = get_toc(headings)
        return html
