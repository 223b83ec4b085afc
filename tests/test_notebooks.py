"""Notebooks run from the first cell to the last, in a fresh kernel and in both languages."""

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from pages import DOCS, ROOT

SNIPPETS = sorted((ROOT / "snippets").glob("*/*.py"), key=lambda path: (path.stat().st_size, path.name))
SHORTEST = SNIPPETS[:4]  # the quickest to run, as far as a file can tell
WORDS = "torch.set_default_dtype"
# of jupyter_client and its sockets, not of ours
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::RuntimeWarning"
)


def notebook(snippet, language):
    path = ROOT / "results" / snippet.parent.name / snippet.stem / f"{snippet.stem}.{language}.ipynb"
    return nbformat.reads(path.read_text("utf-8"), 4)


def execute(cells, folder):
    """Run the notebook in a new kernel, in an empty folder; an exception of a cell is one of the test."""
    NotebookClient(cells, timeout=120, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()


def code(cells):
    return [cell.source for cell in cells.cells if cell.cell_type == "code"]


@pytest.mark.parametrize(
    "snippet, language", [*zip(SHORTEST, ("en", "zh", "en", "zh"))], ids=lambda value: getattr(value, "stem", value)
)
def test_snippet_runs_as_a_notebook(lab, snippet, language, tmp_path):
    execute(notebook(snippet, language), tmp_path)


def test_failing_cell_fails(lab, tmp_path):
    cells = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("assert 1 + 1 == 3, 'no'")])
    with pytest.raises(CellExecutionError, match="no"):
        execute(cells, tmp_path)


@pytest.mark.parametrize("chapter", sorted({path.parent.name for path in SNIPPETS}))
def test_notebooks_are_valid_and_run_the_same_code_in_both_languages(lab, chapter):
    paths = sorted((ROOT / "results" / chapter).rglob("*.en.ipynb"))
    assert len(paths) > 1
    for path in paths:
        english, chinese = (
            nbformat.reads(path.with_name(path.name.replace(".en.", f".{language}.")).read_text("utf-8"), 4)
            for language in DOCS
        )
        nbformat.validate(english)
        nbformat.validate(chinese)
        assert code(english) == code(chinese), path.name
        assert english.metadata.kernelspec.name == "python3"


def test_sections_of_a_chapter_do_not_disturb_each_other(lab, tmp_path):
    """The shortest snippet that changes torch's default type, and after it what a fresh kernel has."""
    snippet = next(path for path in SNIPPETS if WORDS in path.read_text("utf-8"))
    chapter = snippet.parent.name
    whole = nbformat.reads((ROOT / f"results/{chapter}/{chapter}.zh.ipynb").read_text("utf-8"), 4)
    begins = [n for n, cell in enumerate(whole.cells) if "snippet" in cell["metadata"]] + [len(whole.cells)]
    start = next(n for n in begins if whole.cells[n]["metadata"]["snippet"] == snippet.stem)
    end = begins[begins.index(start) + 1]
    after = nbformat.v4.new_code_cell("assert torch.get_default_dtype() == torch.float32")
    whole.cells = [*whole.cells[start:end], after]
    execute(whole, tmp_path)
