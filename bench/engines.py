"""Our lab and its peers: how each is called, what it may remember, how its figures are counted."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import forms, peers
from bench.corpus import ROOT
from bench.meter import cores
from lab.snippet import Snippet

JOBS = str(cores())
MKDOCS = ["-m", "mkdocs", "build", "--quiet"]  # quiet, for here nobody counts warnings
SPHINX = ["-m", "sphinx", "-q", "-b", "html", ".", "_build/html"]


@dataclass(frozen=True)
class Engine:
    """One tool. `prepare(folder, snippets)` writes its form of them, and is not part of what is measured."""

    name: str
    prepare: Callable[[Path, list[Snippet]], None]
    command: list[str | Path]
    drawn: tuple[str, str]  # the files with figures, and what stands there once for each
    caches: tuple[str, ...]  # what a cold run must not find
    remembers: bool = True  # whether a second run can be shorter than the first
    largest: int = 40  # the number of snippets up to which we measure it; nothing is extrapolated

    def forget(self, folder: Path) -> None:
        for name in self.caches:
            shutil.rmtree(folder / name, ignore_errors=True)

    def figures(self, folder: Path) -> int:
        files, mark = self.drawn
        return sum(len(re.findall(mark, path.read_text("utf-8", "replace"))) for path in folder.glob(files))


LAB = Engine(
    "lab",
    forms.lab,
    [sys.executable, "-m", "lab", "run", "--jobs", JOBS],
    ("results/*/*/*.svg", "<svg "),
    ("results", "site"),
    largest=1000,
)
PAGES = [sys.executable, *MKDOCS]  # what makes pages of the lab's results
PEERS = [
    Engine(
        "python",
        forms.scripts,
        ["sh", "-c", f"ls *.py | xargs -P {JOBS} -n 1 '{peers.PYTHON}'"],
        ("*.svg", "<svg "),
        (),
        remembers=False,
        largest=200,
    ),
    Engine(
        "nbclient",
        forms.notebooks,
        [peers.PYTHON, Path(__file__).with_name("notebooks.py"), "in", "out", JOBS],
        ("out/*.ipynb", '"image/svg'),
        ("out",),
        remembers=False,
    ),
    Engine("myst-nb", forms.myst_nb, [peers.PYTHON, *SPHINX], ("_build/html/_images/*.svg", "<svg "), ("_build",)),
    Engine(
        "mkdocs-jupyter",
        forms.mkdocs_jupyter,
        [peers.PYTHON, *MKDOCS],
        ("site/in/*/index.html", 'src="data:image/svg'),
        ("site", ".cache"),
    ),
    Engine(
        "markdown-exec",
        forms.markdown_exec,
        [peers.PYTHON, *MKDOCS],
        ("site/*/index.html", "image/svg"),
        ("site",),
        remembers=False,
    ),
]


def environment(folder: Path) -> dict[str, str]:
    """The same for everybody: one thread in each process, the house style, no settings of the user."""
    env = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}  # turns inline figures off
    profile = folder / "ipython/profile_default/ipython_kernel_config.py"
    forms.put(profile, "c.InlineBackend.figure_formats = {'svg'}\n")
    return {
        **env,
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(ROOT),
        "MATPLOTLIBRC": str(ROOT / "snippets/matplotlibrc"),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
        "JUPYTER_PATH": f"{sys.prefix}/share/jupyter",  # the templates of nbconvert, which the peers take from us
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
    }
