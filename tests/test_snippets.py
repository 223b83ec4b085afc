"""Snippets: each runs, asserts its claim, needs nothing of ours, and is shown on its page in both languages."""

import ast
import re
import sys

import pytest
from pages import DOCS, ROOT, pages, read
from typography import faults

SNIPPETS = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("snippets/*/*.py"))
PACKAGES = {"torch", "numpy", "matplotlib", "sklearn"}
TEXT = {language: "".join(read(language, page) for page in pages(language)) for language in DOCS}

every_snippet = pytest.mark.parametrize("snippet", SNIPPETS)


def test_every_snippet_runs(lab):
    if lab.returncode:
        pytest.fail(lab.stdout[-2000:] + lab.stderr, pytrace=False)


@every_snippet
def test_snippet_asserts_its_claim(snippet):
    code = ast.parse((ROOT / snippet).read_text("utf-8"))
    assert any(isinstance(node, ast.Assert) for node in ast.walk(code)), f"{snippet} asserts nothing"


@every_snippet
def test_snippet_runs_alone(snippet):
    code = list(ast.walk(ast.parse((ROOT / snippet).read_text("utf-8"))))
    names = [alias.name for node in code if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in code if isinstance(node, ast.ImportFrom)]
    strangers = {name.split(".")[0] for name in names} - PACKAGES - sys.stdlib_module_names
    assert not strangers, f"{snippet} needs {strangers}: a student has {sorted(PACKAGES)}"


@every_snippet
def test_snippet_is_shown(snippet, language):
    assert f'--8<-- "{snippet}' in TEXT[language], f"no page of docs/{language}/ includes {snippet}"


@every_snippet
def test_what_a_snippet_prints_and_draws_is_shown(snippet, lab):
    folder = snippet.replace("snippets/", "results/").removesuffix(".py")
    made = sorted(f"{folder}/{path.name}" for path in (ROOT / folder).glob("*") if path.suffix in {".txt", ".svg"})
    unused = [name for name in made if name not in TEXT["en"]]
    assert not unused, f"{snippet} makes what no page shows: {unused}"


@every_snippet
def test_figures_are_small(snippet, lab):
    for figure in (ROOT / snippet.replace("snippets/", "results/").removesuffix(".py")).glob("*.svg"):
        assert figure.stat().st_size < 250_000, f"{figure.name} of {snippet}: thin out the points, or rasterized=True"


@every_snippet
def test_chinese_typography_of_the_notebook_text(snippet):
    text = (ROOT / snippet).read_text("utf-8")
    for cell in re.finditer(r'^# %% \[markdown\].*lang="zh".*\n((?:#.*\n)+)', text, re.M):
        first = text.count("\n", 0, cell.start(1))
        prose = re.sub(r"^# ?", "", cell[1], flags=re.M)
        wrong = [f"{snippet}:{first + line}: {fault}" for line, fault in faults(prose)]
        if wrong:
            pytest.fail("\n".join(wrong), pytrace=False)
