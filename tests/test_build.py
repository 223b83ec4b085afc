"""The strict build: it fails for each kind of mistake on a page, and says which page and what is wrong there."""

import os
import shutil
import subprocess
import sys

import pytest
import yaml
from pages import ROOT

SVG = '<svg xmlns="http://www.w3.org/2000/svg" class="fig" role="img" viewBox="0 0 9 9"><defs><path id="a"/></defs></svg>\n'
PAGE = """# Page

## A question? { #question data-d2l="4.6.1" data-kind="code" }

Text with $x^2$.

```python
--8<-- "snippets/chapter/page_claim.py:setup"
```

![A square.](../../../results/chapter/page_claim/figure.svg)
/// caption
A caption.
///
"""


def build(site):
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site / "site")]
    return subprocess.run(command, cwd=site, env=env, capture_output=True, text=True)


@pytest.fixture
def mini(tmp_path):
    """A copy of the site with one page in each language and a lab that does nothing."""
    for name in ("theme", "press"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "records").mkdir()
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        config = yaml.safe_load((ROOT / name).read_text("utf-8"))
        config["nav"] = ["index.md", "chapter/index.md", "chapter/page.md"]
        (tmp_path / name).write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")
    files = {
        "lab/__main__.py": "",
        "snippets/chapter/page_claim.py": "# %% --8<-- [start:setup]\nx = 1\n# --8<-- [end:setup]\n",
        "results/chapter/page_claim/figure.svg": SVG,
    }
    for language in ("en", "zh"):
        files[f"results/chapter/page_claim/page_claim.{language}.ipynb"] = "{}"
        files[f"docs/{language}/index.md"] = "# Home\n"
        files[f"docs/{language}/chapter/index.md"] = "# Chapter\n\n## [Page](page.md)\n"
        files[f"docs/{language}/chapter/page.md"] = PAGE
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_good_page_builds(mini):
    page = mini / "docs/en/chapter/page.md"
    page.write_text(PAGE + PAGE.split("\n\n")[-1], "utf-8")  # the figure twice
    done = build(mini)
    assert done.returncode == 0, done.stdout + done.stderr
    html = (mini / "site/chapter/page/index.html").read_text("utf-8")
    assert 'aria-label="A square."' in html and 'id="a"' in html and 'id="a-2"' in html
    assert 'class="katex"' in html and "$x^2$" not in html
    assert "https://d2l.ai/chapter_multilayer-perceptrons/dropout.html" in html
    assert 'href="../../notebooks/chapter/page_claim.ipynb"' in html
    assert (mini / "site/zh/notebooks/chapter/page_claim.ipynb").exists()
    assert (mini / "site/snippets/chapter/page_claim.py").exists()


MISTAKES = {
    "unknown include": ("page_claim.py:setup", "page_other.py:setup", "page_other.py"),
    "missing section": ("page_claim.py:setup", "page_claim.py:nowhere", "nowhere"),
    "missing figure": ("page_claim/figure.svg", "page_claim/other.svg", "results/chapter/page_claim/other.svg"),
    "missing image": ("../../../results/chapter/page_claim/figure.svg", "other.png", "other.png"),
    "no alternative text": ("A square.", "", "page_claim/figure.svg"),
    "dead link": ("Text", "[Text](other.md)", "other.md"),
    "dead anchor": ("Text", "[Text](../index.md#nowhere)", "#nowhere"),
    "bad LaTeX": ("x^2", r"\frac{x", r"\frac{x"),
    "unknown command": ("x^2", r"\foo x", r"\foo"),
    "no title": ("# Page", "Page", "expected a title"),
    "unknown book section": ("4.6.1", "99.1.1", "99.1"),
}


@pytest.mark.parametrize(
    "language, mistake", [*(("en", name) for name in MISTAKES), ("zh", "dead link"), ("zh", "bad LaTeX")]
)
def test_mistake_fails_the_build_and_is_named(mini, mistake, language):
    old, new, named = MISTAKES[mistake]
    (mini / f"docs/{language}/chapter/page.md").write_text(PAGE.replace(old, new), "utf-8")
    done = build(mini)
    said = done.stdout + done.stderr
    assert done.returncode, f"{mistake}: the build passed\n{said}"
    assert "chapter/page.md" in said and named in said, said


def test_failing_lab_fails_the_build(mini):
    (mini / "lab/__main__.py").write_text("import sys\nsys.exit('snippets/chapter/page_claim.py:7: no')\n", "utf-8")
    done = build(mini)
    assert done.returncode and "page_claim.py:7" in done.stderr and not (mini / "site").exists()


def test_chapter_without_an_index_fails_the_build_and_is_named(mini):
    (mini / "docs/zh/chapter/index.md").unlink()
    done = build(mini)
    assert done.returncode and "docs/zh/chapter/index.md is missing" in done.stderr


def test_page_missing_in_one_nav_fails_the_build(mini):
    (mini / "docs/zh/chapter/stray.md").write_text("# Stray\n", "utf-8")
    done = build(mini)
    assert done.returncode and "chapter/stray.md" in done.stderr


def test_two_builds_are_equal(mini):
    def files():
        assert build(mini).returncode == 0
        site = mini / "site"
        return {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}

    first = files()
    shutil.rmtree(mini / ".cache")
    second = files()
    assert [name for name in first | second if first.get(name) != second.get(name)] == []
