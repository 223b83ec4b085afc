"""A chapter's notebook as a page like any other.

mkdocs-jupyter renders a stub of the notebook, one cell of prose: with the code and figures of a chapter it takes minutes.
"""

import hashlib
import json
from pathlib import Path

import pieces
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File
from mkdocs.structure.toc import get_toc

ROOT = Path(__file__).parents[2]
contents = {}  # what the marks in the prose stand for: cells of code, with their outputs


class NotebookPage(File):
    def is_documentation_page(self):
        return True


@event_priority(-50)  # after mkdocs-jupyter, whose own wrapping forgets where a generated file comes from
def on_files(files, config):
    language = config.theme["language"]
    config.plugins["mkdocs-jupyter"].config["cache_dir"] = f".cache/mkdocs-jupyter/{language}"  # each sweeps its own
    for path in sorted(ROOT.glob(f"results/*/*.{language}.ipynb")):
        chapter, notebook = path.parent.name, json.loads(path.read_text("utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                for svg in pieces.figures(cell):
                    uri = f"notebooks/{chapter}/{pieces.figure_name(svg)}"
                    files.append(File.generated(config, uri, content=svg))
        notebook["cells"] = [{**notebook["cells"][0], "source": "\n\n".join(map(prose, notebook["cells"]))}]
        page = ROOT / f".cache/notebooks/{language}/{chapter}.ipynb"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
        files.append(NotebookPage.generated(config, f"notebooks/{chapter}.ipynb", abs_src_path=str(page)))


def prose(cell):
    if cell["cell_type"] == "markdown":
        return "".join(cell["source"])
    mark = f"cell_{hashlib.sha256(json.dumps(cell).encode()).hexdigest()[:16]}"
    contents[mark] = cell
    return mark


def on_page_content(html, page, config, files):
    if isinstance(page.file, NotebookPage):
        html, headings = pieces.assemble(html, contents, page.title, page.file.name, config.theme["language"])
        page.toc = get_toc(headings)
        page.meta["search"] = {"exclude": True}  # the lessons have the same code
        return html
