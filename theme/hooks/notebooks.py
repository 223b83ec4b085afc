"""A chapter's notebook as a page like any other.

mkdocs-jupyter renders a stub of the notebook, without code and figures: with those of a whole chapter it takes minutes.
"""

import hashlib
import json
from pathlib import Path

import pieces
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File
from mkdocs.structure.toc import get_toc

ROOT = Path(__file__).parents[2]
contents = {}  # what a stub stands for: code by its name, a figure by its file


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
                cell["source"] = [stub("code_{}", "".join(cell["source"]))]
            for data in (output["data"] for output in cell.get("outputs", []) if "data" in output):
                name = stub("{}.svg", "".join(data.pop("image/svg+xml")))
                data["text/html"] = [f'<img src="{name}">']
                files.append(File.generated(config, f"notebooks/{chapter}/{name}", content=contents[name]))
        page = ROOT / f".cache/notebooks/{language}/{chapter}.ipynb"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(json.dumps(notebook, ensure_ascii=False), "utf-8")
        files.append(NotebookPage.generated(config, f"notebooks/{chapter}.ipynb", abs_src_path=str(page)))


def stub(name, content):
    name = name.format(hashlib.sha256(content.encode()).hexdigest()[:16])
    contents[name] = content
    return name


def on_page_content(html, page, config, files):
    if isinstance(page.file, NotebookPage):
        html, headings = pieces.assemble(html, contents, page.title, page.file.name, config.theme["language"])
        page.toc = get_toc(headings)
        page.meta["search"] = {"exclude": True}  # the lessons have the same code
        return html
