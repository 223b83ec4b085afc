"""The form in which each tool wants the same snippets; `folder` is the tool's own."""

from __future__ import annotations

from pathlib import Path

import yaml

from bench import corpus
from lab.notebook import cells, dump
from lab.snippet import Snippet

MATERIAL = {
    "site_name": "Bench",
    "theme": {"name": "material", "font": False},
    "markdown_extensions": ["pymdownx.highlight", "pymdownx.superfences", {"pymdownx.snippets": {"base_path": ["."]}}],
}
SPHINX = """extensions = ["myst_nb"]
exclude_patterns = ["_build"]
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 600
"""
TREE = "# Home\n\n```{toctree}\n:glob:\n\n*\n```\n"
# Without a kernel nobody collects the figures: showing them has to draw them …
SHOW = """
import io, itertools
import matplotlib.pyplot as plt

def show(numbers=itertools.count()):
    for number in plt.get_fignums():
        svg = io.StringIO()
        plt.figure(number).savefig(svg, format="svg")
        {keep}
    plt.close("all")

plt.show = show
"""
FILE = SHOW.format(keep='open(f"{__file__}-{next(numbers)}.svg", "w").write(svg.getvalue())')
HTML = SHOW.format(keep='print("<svg" + svg.getvalue().partition("<svg")[2])')
RESET = (
    "import torch\ntorch.set_default_dtype(torch.float32)\n"  # … and in one process a snippet must not spoil the next
)


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def lab(folder: Path, snippets: list[Snippet]) -> None:
    """The snippets, and for each a page that includes its code, its output and its figures."""
    corpus.write(snippets, folder)
    _material(folder)
    for snippet in snippets:
        results = snippet.path.replace("snippets/", "results/").removesuffix(".py")
        page = f"# {snippet.stem}\n"
        for cell in snippet.code:  # what a section has not made is not there to include, and that is no error here
            page += f'\n```python\n--8<-- "{snippet.path}:{cell.section}"\n```\n'
            page += f'\n```text\n--8<-- "{results}/{cell.section}.txt"\n```\n'
            page += f'\n<div>\n--8<-- "{results}/{cell.section}.svg"\n</div>\n'
        put(folder / f"docs/{snippet.stem}.md", page)


def scripts(folder: Path, snippets: list[Snippet]) -> None:
    for snippet in snippets:
        put(folder / f"{snippet.stem}.py", _script(snippet, FILE))


def notebooks(folder: Path, snippets: list[Snippet]) -> None:
    for snippet in snippets:
        put(folder / f"in/{snippet.stem}.ipynb", dump(cells(snippet, "en", {}, str)).decode())


def myst_nb(folder: Path, snippets: list[Snippet]) -> None:
    put(folder / "conf.py", SPHINX)
    put(folder / "index.md", TREE.replace("*", "in/*"))
    notebooks(folder, snippets)


def mkdocs_jupyter(folder: Path, snippets: list[Snippet]) -> None:
    _material(folder, {"mkdocs-jupyter": {"execute": True, "allow_errors": False, "include": ["*.ipynb"]}})
    notebooks(folder / "docs", snippets)


def markdown_exec(folder: Path, snippets: list[Snippet]) -> None:
    _material(folder, "markdown-exec")
    for snippet in snippets:
        code = _script(snippet, HTML) + RESET
        put(folder / f"docs/{snippet.stem}.md", f'# {snippet.stem}\n\n```python exec="on" html="on"\n{code}```\n')


def _material(folder: Path, *plugins: object) -> None:
    put(folder / "mkdocs.yml", yaml.safe_dump({**MATERIAL, "plugins": ["search", *plugins]}))
    put(folder / "docs/index.md", "# Home\n")


def _script(snippet: Snippet, show: str) -> str:
    code = "\n\n".join(cell.source for cell in snippet.code) + "\n"
    return f"{show}{code}plt.show()\n" if "pyplot" in code else code
