"""The snippets to measure with: the project's own or a sample of them, and synthetic ones of known weight."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

from lab.snippet import Snippet, read

ROOT = Path(__file__).parents[1]
SYNTHETIC = {  # template: how often, and which numbers of steps; most are light, a few take a second
    "curve": (5, (1, 20, 200)),
    "spectrum": (4, (1, 5)),
    "descent": (4, (1000, 3000, 8000)),
    "optimisers": (4, (100, 400)),
    "digits": (4, (10, 30, 60)),
    "convolution": (2, (4, 10, 20)),
}


def own(count: int = 0, seed: int = 0) -> list[Snippet]:
    """The project's snippets that a CPU can run, or a sample of them: every k-th in the order of chapters and pages."""
    paths = sorted(ROOT.glob("snippets/*/*.py"))
    found = [read(path.relative_to(ROOT).as_posix(), path.read_bytes()) for path in paths]
    found = [snippet for snippet in found if "gpu" not in snippet.tags]
    if not 0 < count < len(found):
        return found
    start = random.Random(seed).random()
    return [found[int((n + start) * len(found) / count)] for n in range(count)]


def synthetic(count: int) -> list[Snippet]:
    """Seeded snippets like those of a notebook on deep learning, from many light ones to a few heavy ones."""
    frequencies, made = [often for often, _ in SYNTHETIC.values()], []
    for n in range(count):
        choose = random.Random(n % 40)  # from 40 on they differ in their seed alone: the mean weight stays
        (name,) = choose.choices(list(SYNTHETIC), frequencies)
        text = Path(__file__).with_name("synthetic").joinpath(f"{name}.py").read_text("utf-8")
        text = re.sub(r"(?<=^seed, steps = ).*", f"{n}, {choose.choice(SYNTHETIC[name][1])}", text, count=1, flags=re.M)
        made.append(read(f"snippets/synthetic/s{n:03}_{name}.py", text.encode()))
    return made


def edited(snippet: Snippet, n: int) -> Snippet:
    """The snippet with one more line at its end."""
    before, end, after = snippet.source.rpartition("# --8<-- [end:")
    return read(snippet.path, f"{before}print('edit {n}')\n{end}{after}".encode())


def write(snippets: list[Snippet], folder: Path) -> None:
    """The snippets as files, with the house style beside them."""
    for snippet in snippets:
        path = folder / snippet.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(snippet.source, "utf-8")
    shutil.copy(ROOT / "snippets/matplotlibrc", folder / "snippets")
