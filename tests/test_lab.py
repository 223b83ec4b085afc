"""The lab, end to end, with the real libraries: what is run, what comes out, what is kept."""

import json
import shutil
import xml.etree.ElementTree as ElementTree

import nbformat
import pytest
from lab_project import LAB, Project, text

SETUP = "import random\nimport matplotlib.pyplot as plt\nimport numpy\nimport torch"
FIGURE = """
for n in range(2):
    fig, ax = plt.subplots()
    ax.plot([0, 1, 2], [0.1234567, 2, 1], "o-", color=f"C{n}", markerfacecolor="white", label="$x^2$")
    ax.axhline(1, color="gray")
    ax.text(0, 1, "ink", color="black")
    ax.imshow([[0, 1], [1, 0]], extent=(0, 1, 0, 1))
    ax.plot([0.5, 1.5], [0.2, 0.4], "o", color=f"C{n}", alpha=0.4, rasterized=True)
    ax.legend()
plt.show()
"""
ODD = r"""
import os, sys
print("trailing   \n\n")
sys.stdout.write("half a line, "); sys.stdout.flush()
os.write(1, b"by descriptor, "); os.system("echo by a shell")
os.write(1, b"\xff\n")
print("\ud800")
"""
OPTIMISER = """
import gc, os, sys
import torch
from matplotlib.mathtext import MathTextParser
print("torch._dynamo" in sys.modules, os.listdir(f"/proc/{os.getppid()}/task") == [str(os.getppid())])
print(gc.isenabled(), MathTextParser("path").parse("$x^2$") is MathTextParser("path").parse("$x^2$"))
torch.optim.Adam([torch.nn.Parameter(torch.zeros(2))])
"""
LEAK = """
plt.rcParams["lines.linewidth"] = 17
torch.set_default_dtype(torch.float64)
torch.set_num_threads(2)
torch.use_deterministic_algorithms(True)
torch.randn(3), numpy.random.rand(), random.random()
import os
os.chdir("/"); os.environ["LEAK"] = "1"; open("/tmp/leak", "a").close(); os.remove("/tmp/leak")
"""
CLEAN = """
import os
print(plt.rcParams["lines.linewidth"], torch.get_default_dtype(), torch.get_num_threads())
print(torch.rand(1), numpy.random.rand(), random.random(), os.getcwd() != "/", "LEAK" in os.environ, os.listdir())
"""


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A project whose snippets have run once, two at a time; tests leave it as it is."""
    project = Project(tmp_path_factory.mktemp("first"))
    shutil.copy(LAB / "snippets/matplotlibrc", project.root / "snippets")
    project.add("page_figure", setup=SETUP, figure=FIGURE, second_one="plt.plot([1, 2])\nplt.savefig('mine.png')")
    project.add("page_figures", setup=SETUP, figure=FIGURE)
    project.add("page_odd", setup=ODD, quiet="x = 1", measure="print('measured')", claims="assert x == 1\nassert x < 2")
    project.add("page_leak", setup=SETUP, measure=LEAK)
    project.add("page_zclean", setup=SETUP, measure=CLEAN)
    project.add("数据_空 格", setup="print('中文')", figure="import matplotlib.pyplot as plt\nplt.plot([1, 2], '--')")
    project.add("page_gpu", text(tags=' tags=["gpu"]', setup="print('on a GPU')"), chapter="two")
    project.add("page_optim", setup=OPTIMISER)
    project.ended = project.run("-j2")
    return project


@pytest.fixture
def copy(first, tmp_path):
    """The same project in another folder, to be changed."""
    return first.copy(tmp_path / "copy")


def test_everything_runs_and_the_summary_counts_it(first):
    assert first.ended.returncode == 0, first.ended.err
    assert "ran 7, fresh 0, needs a CUDA device 1, failed 0 in" in first.ended.out.splitlines()[-1]
    assert "snippets/two/page_gpu.py: needs a CUDA device" in first.ended.out
    standin = first.result("page_gpu", "setup.txt", chapter="two").read_text("utf-8")
    assert standin.startswith("[not yet run on a GPU"), "nothing else is shown in its place"
    assert not list(first.results.glob(".tmp-*")), "private folders are removed"


def test_unchanged_project_executes_nothing_and_does_not_import_torch(first):
    before = first.tree()
    first.env["PYTHONPROFILEIMPORTTIME"] = "1"
    again = first.run()
    del first.env["PYTHONPROFILEIMPORTTIME"]
    assert "ran 0, fresh 7," in again.out
    assert "lab.survey" in again.err and "torch" not in again.err and "multiprocessing" not in again.err
    assert first.tree() == before
    assert first.run(command="check").returncode == 0


def test_results_repeat_byte_for_byte_in_another_folder_one_at_a_time(first, copy):
    shutil.rmtree(copy.results)
    assert copy.run("-j1").returncode == 0
    assert copy.tree() == first.tree()


def test_text_is_what_was_printed_however_it_was_printed(first):
    odd = first.result("page_odd", "setup.txt").read_text("utf-8")
    assert odd == "trailing\n\n\nhalf a line, by descriptor, by a shell\n\ufffd\n\\ud800\n"
    assert first.result("page_odd", "measure.txt").read_text() == "measured\n"
    assert not first.result("page_odd", "quiet.txt").exists(), "a section that prints nothing has no text"
    result = json.loads(first.result("page_odd").read_text())
    assert (result["asserts"], result["device"]) == (2, "cpu")
    assert result["sections"] == ["setup", "quiet", "measure", "claims"]
    assert set(result["files"]) == {"setup.txt", "measure.txt", "page_odd.en.ipynb", "page_odd.zh.ipynb"}


def test_nothing_leaks_into_another_snippet(first):
    width, dtype, threads, *_, tail = first.result("page_zclean", "measure.txt").read_text().split(maxsplit=3)
    assert (width, dtype, threads) == ("1.8", "torch.float32", "1")
    assert tail.endswith("True False []\n")
    assert tail.startswith("tensor([0.4963]) 0.5488135039273248 0.8444218515250481"), "three seeds are set"


def test_the_server_has_imported_what_is_needed_and_owns_one_thread(first):
    imported, prepared = first.result("page_optim", "setup.txt").read_text().splitlines()
    assert imported == "True True"
    assert prepared == "True True", "children collect garbage, and no formula is parsed twice"


def test_figures_are_one_line_of_xml_with_ids_of_their_own_and_colours_by_name(first):
    names = ["figure.svg", "figure-2.svg", "second-one.svg"]
    figures = [first.result("page_figure", name).read_text("utf-8") for name in names]
    figures += [first.result("page_figures", "figure.svg").read_text("utf-8")]
    figures += [first.result("数据_空 格", "figure.svg").read_text("utf-8")]
    ids, prefixes = [], ["page_figure-figure-", "page_figure-figure-2-", "page_figure-second-one-"]
    for svg in figures:
        assert svg.count("\n") == 1 and svg.endswith("</svg>\n")
        for word in ("<metadata", "<style", "<!--", "xlink", "#0b62c4", "#1f2328", "#808080"):
            assert word not in svg
        root = ElementTree.fromstring(svg)
        assert (root.get("class"), root.get("role")) == ("fig", "img")
        assert root.get("viewBox").split()[2:] == [f"{float(root.get(s)) * 3 / 4:g}" for s in ("width", "height")]
        own = [element.get("id") for element in root.iter() if element.get("id")]
        used = {part.split('"')[0].split(")")[0] for part in svg.replace('href="#', "url(#").split("url(#")[1:]}
        assert used == set(own), "every reference has its target, and no id is idle"
        assert not any(" " in name for name in own)
        ids += own
    assert len(ids) == len(set(ids)), "ids are unique over the site"
    for svg, prefix in zip(figures, prefixes):
        assert svg.count(' id="') == svg.count(f' id="{prefix}')
    for name in ("--fig-1", "--fig-bg", "--fig-fg", "--fig-grid", "--fig-muted"):
        assert f"var({name})" in figures[0] or name == "--fig-grid", name
    assert "var(--fig-2)" in figures[1] and "var(--fig-2)" not in figures[0]
    assert "data:image/png;base64,iVBOR" in figures[0]
    for svg, name in zip(
        figures, ("--fig-1", "--fig-2")
    ):  # the points follow the scheme, the heat map keeps its meaning
        assert svg.count("<image ") == 2 and svg.count(" filter=") == 1 and f"flood-color:var({name})" in svg


def test_one_edit_runs_one_and_rewrites_only_what_differs(copy):
    path = copy.root / "snippets/one/page_figure.py"
    path.write_text(path.read_text("utf-8") + "\n# %% [markdown]\n# For both languages.\n", "utf-8")
    before = {path: path.stat() for path in copy.results.rglob("*.*") if path.is_file()}
    ended = copy.run()
    assert "ran 1, fresh 6," in ended.out, ended.err
    stats = {path: (old, path.stat()) for path, old in before.items()}
    changed = {path.name for path, pair in stats.items() if len({(s.st_ino, s.st_mtime_ns) for s in pair}) > 1}
    own = {f"{stem}.{lang}.ipynb" for stem in ("page_figure", "one") for lang in ("en", "zh")}
    assert changed == own | {"result.json", ".seconds"}, "figures and texts with the same bytes stay as they are"


def test_notebooks_are_valid_and_hold_the_one_run(first):
    for path in first.results.rglob("*.ipynb"):
        book = nbformat.reads(path.read_text("utf-8"), as_version=4)
        nbformat.validate(book)
        code = [cell for cell in book.cells if cell.cell_type == "code"]
        assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
        assert len({cell.id for cell in book.cells}) == len(book.cells)
    book = nbformat.read(first.result("page_odd", "page_odd.zh.ipynb"), as_version=4)
    assert [cell.cell_type for cell in book.cells] == ["markdown", *["code"] * 4]
    assert book.cells[0].source == "# 命题 page_odd"
    assert book.cells[1].outputs[0].text == first.result("page_odd", "setup.txt").read_text("utf-8")
    assert book.cells[4].source == "assert x == 1\nassert x < 2" and not book.cells[4].outputs


def test_figures_of_a_notebook_need_no_page(first):
    single = nbformat.read(first.result("page_figure", "page_figure.en.ipynb"), as_version=4)
    whole = nbformat.read(first.results / "one/one.en.ipynb", as_version=4)
    for book, colour in ((single, "#0b62c4"), (whole, "var(--fig-1,#0b62c4)")):
        drawn = [output for cell in book.cells for output in cell.get("outputs", ()) if "data" in output]
        assert colour in drawn[0].data["image/svg+xml"] and "(--fig-1)" not in drawn[0].data["image/svg+xml"]
        for output in drawn:
            ElementTree.fromstring(output.data["image/svg+xml"])
    assert '"100%" height="100%" fill="#ffffff"' in single.cells[2].outputs[0].data["image/svg+xml"]
    assert "filter" not in single.cells[2].outputs[0].data["image/svg+xml"], (
        "its points have the light ink by themselves"
    )


def test_a_chapter_joins_its_snippets_in_order(first):
    book = nbformat.read(first.results / "one/one.zh.ipynb", as_version=4)
    headings = [cell.source for cell in book.cells if cell.cell_type == "markdown"]
    stems = ["page_figure", "page_figures", "page_leak", "page_odd", "page_optim", "page_zclean", "数据_空 格"]
    assert headings == ["# One", *(f"## 命题 {stem}" for stem in stems)]
    single = nbformat.read(first.result("page_odd", "page_odd.zh.ipynb"), as_version=4)
    texts = [output.text for cell in book.cells for output in cell.get("outputs", ()) if "text" in output]
    assert single.cells[1].outputs[0].text in texts
    waiting = nbformat.read(first.results / "two/two.en.ipynb", as_version=4)
    assert "not yet run on a GPU" in waiting.cells[2].outputs[0].text, "a notebook says what has not run"


def test_memory_eater_and_bad_drawing_are_named(tmp_path):
    project = Project(tmp_path / "project")
    project.add("page_eats", setup="import torch", measure="x = torch.ones(2**30)\nprint('never')")
    project.add("page_draws", setup="import matplotlib.pyplot as plt", figure="x = 1\nplt.plot([1])\nplt.title('$x_$')")
    ended = project.run("--memory", 2)
    assert ended.returncode == 1
    assert "snippets/one/page_eats.py:12: in section [measure]: RuntimeError:" in ended.err
    assert "--memory raises the limit" in ended.err
    assert "snippets/one/page_draws.py:12: in section [figure]: ValueError: x_" in ended.err
