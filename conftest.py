"""Every fenced `python` block of a page runs as the reader copies it; and no test of a browser or a GPU is skipped in silence."""

import functools
import os
import re
from pathlib import Path

import pytest
import pytest_codeblocks.plugin
from markdown import Markdown

os.environ.setdefault("MPLBACKEND", "agg")
ROOT = Path(__file__).parent
EN, ZH = ROOT / "docs/en", ROOT / "docs/zh"
PYTHON = re.compile(r"\s*\{?\s*\.?(?:python|py|python3)\b")
SNIPPETS = {"base_path": [str(ROOT)], "check_paths": True, "dedent_subsections": True}

extract = pytest_codeblocks.plugin.extract_from_file
includes = Markdown(extensions=["pymdownx.snippets"], extension_configs={"pymdownx.snippets": SNIPPETS})


def python_blocks(path):
    """The page's Python with includes resolved. Blocks of any other language, shell above all, are never run."""
    blocks = [block for block in extract(path) if PYTHON.match(block.syntax or "")]
    for block in blocks:
        block.syntax = "python"
        if any(needs_gpu(name) for name in re.findall(r'--8<-- "(snippets/[^":]+)', block.code)):
            block.marks.append("pytest.mark.gpu")
        block.code = "\n".join(includes.preprocessors["snippet"].run(block.code.splitlines())) + "\n"
    return blocks


@functools.cache
def needs_gpu(snippet):
    path = ROOT / snippet
    return path.exists() and 'tags=["gpu"]' in path.read_text("utf-8")


def each_block_once(path):
    """A block that both languages have runs with the English page, and its test names both."""
    if path.is_relative_to(ZH):
        english = EN / path.relative_to(ZH)
        known = {block.code for block in extract_if_exists(english)}
        return [block for block in python_blocks(path) if block.code not in known]
    blocks = python_blocks(path)
    if path.is_relative_to(EN):
        chinese = {block.code: block.lineno for block in extract_if_exists(ZH / path.relative_to(EN))}
        for block in blocks:
            block.lineno = f"{block.lineno} (zh: {chinese.get(block.code, 'missing')})"
    return blocks


def extract_if_exists(path):
    return python_blocks(path) if path.exists() else []


pytest_codeblocks.plugin.extract_from_file = each_block_once


def pytest_runtest_setup(item):
    """No block inherits what another one set: fences share a process, for speed. What needs a GPU is skipped without."""
    if item.get_closest_marker("gpu"):
        import torch

        if not torch.cuda.is_available():
            pytest.skip("needs a CUDA device")
    if isinstance(item, pytest_codeblocks.plugin.TestBlock):
        import matplotlib.pyplot as plt
        import torch

        torch.set_default_dtype(torch.float32)
        torch.manual_seed(0)
        plt.close("all")


def pytest_terminal_summary(terminalreporter):
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "test_site" in report.nodeid]
    if skipped:
        words = f"{len(skipped)} BROWSER TESTS WERE SKIPPED: no Chromium (apt-get install chromium, or set CHROMIUM)"
        terminalreporter.section(words, sep="!", red=True, bold=True)
    waiting = [report for report in terminalreporter.stats.get("skipped", []) if "gpu" in report.keywords]
    if waiting:
        words = f"{len(waiting)} GPU TESTS WERE SKIPPED: no CUDA device (run them where there is one: pytest -m gpu)"
        terminalreporter.section(words, sep="!", yellow=True, bold=True)
