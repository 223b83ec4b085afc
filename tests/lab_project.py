"""A miniature project for the tests of the lab: snippets in, `python -m lab` on them, results out."""

import copy
import os
import shutil
import subprocess
import sys
import time
import uuid
from pathlib import Path

LAB = Path(__file__).parents[1]

# Stand-ins for the slow imports: driver, fork server and children are the real ones, only quicker to start.
STUBS = {
    "torch.py": """
class cuda:
    is_initialized = is_available = staticmethod(lambda: False)
set_num_threads = manual_seed = lambda n: None
Generator = object
""",
    "numpy.py": "class random:\n    seed = staticmethod(lambda n: None)\n",
    "matplotlib/__init__.py": "rcParams = {}\nuse = rc_file = rcdefaults = lambda *args, **kwargs: None\n",
    "matplotlib/mathtext.py": "class MathTextParser:\n    pass\n",
    "matplotlib/pyplot.py": """
class Anything:
    def __getattr__(self, name):
        return lambda *args, **kwargs: None
    def savefig(self, file, format):
        file.write(b'<svg width="1pt" height="1pt" viewBox="0 0 1 1"/>')
subplots = lambda: (Anything(), Anything())
close = lambda which: None
get_fignums = list
""",
}


def text(title="A claim", tags="", **sections):
    """A snippet with these sections; `_` in a keyword stands for `-`."""
    cells = [f'# %% [markdown] lang="en"\n# # {title}\n\n# %% [markdown] lang="zh"\n# # 命题 {title}\n']
    for name, code in sections.items():
        name = name.replace("_", "-")
        cells.append(f"# %% --8<-- [start:{name}]{tags}\n{code.strip()}\n# --8<-- [end:{name}]\n")
        tags = ""
    return "\n".join(cells)


class Project:
    """snippets/ and results/ in a folder; with `stubs`, torch and matplotlib are replaced by STUBS."""

    def __init__(self, root, stubs=False):
        self.root, self.results = Path(root), Path(root, "results")
        self.mark = uuid.uuid4().hex  # in the environment of every process that a run starts
        (self.root / "snippets").mkdir(parents=True)
        self.env = {**os.environ, "PYTHONPATH": str(LAB), "LAB_TEST": self.mark}
        self.env.pop("DISPLAY", None)
        if stubs:
            for name, code in STUBS.items():
                (self.root / "stubs" / name).parent.mkdir(parents=True, exist_ok=True)
                (self.root / "stubs" / name).write_text(code)
            self.env["PYTHONPATH"] += f"{os.pathsep}{self.root / 'stubs'}"

    def copy(self, root):
        """The project in another folder, snippets and results."""
        shutil.copytree(self.root, root)
        other = copy.copy(self)
        other.root, other.results, other.mark = Path(root), Path(root, "results"), uuid.uuid4().hex
        other.env = {**self.env, "LAB_TEST": other.mark}
        return other

    def add(self, stem, source="", chapter="one", **sections):
        path = self.root / "snippets" / chapter / f"{stem}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(source or text(stem, **sections), "utf-8")
        return path

    def start(self, *args, **options):
        command = [sys.executable, "-m", "lab", *map(str, args)]
        pipes = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
        return subprocess.Popen(command, cwd=self.root, env=self.env, text=True, **{**pipes, **options})

    def run(self, *args, command="run"):
        process = self.start(command, *args)
        process.out, process.err = process.communicate(timeout=300)
        return process

    def result(self, stem, name="result.json", chapter="one"):
        return self.results / chapter / stem / name

    def tree(self):
        """The bytes of all that belongs to results."""
        files = [path.relative_to(self.results) for path in sorted(self.results.rglob("*")) if path.is_file()]
        shown = [path for path in files if not any(part.startswith(".") for part in path.parts)]
        return {str(path): (self.results / path).read_bytes() for path in shown}

    def processes(self):
        """Ids of the living processes that runs in this project started, but for their drivers."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (folder / "environ").read_bytes():
                    command = (folder / "cmdline").read_bytes().split(b"\0")
                    if b"lab" not in command:
                        found.append(int(folder.name))
            except OSError:
                pass
        return found

    def wait_until_gone(self, seconds=10):
        """The processes that are still there after so many seconds, which should be none."""
        end = time.monotonic() + seconds
        while self.processes() and time.monotonic() < end:
            time.sleep(0.02)
        return self.processes()
