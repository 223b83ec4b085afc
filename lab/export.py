"""Bring results/ up to date with snippets/: run what is not fresh, install what came out, join chapters, drop orphans."""

from __future__ import annotations

import functools
import shutil
import textwrap
import time
from collections.abc import Callable, Collection
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lab import figure, notebook, store
from lab.snippet import read
from lab.survey import State, chapter_key, chapters, survey

if TYPE_CHECKING:
    from lab.run import Done

Choose = Callable[[list[State], dict[str, float]], Collection[str]]
Note = Callable[[int, int, str, str], None]


@dataclass(frozen=True)
class Settings:
    """How to run: `timeout` in seconds, `memory` in GB for each snippet (0: no limit)."""

    device: str = "cpu"
    jobs: int = 1
    timeout: float = 60.0
    memory: float = 4.0


@dataclass
class Outcome:
    """What an update did; `failed` holds messages, `ran` and `needs_cuda` paths."""

    ran: list[str] = field(default_factory=list)
    fresh: int = 0
    failed: list[str] = field(default_factory=list)
    needs_cuda: list[str] = field(default_factory=list)
    seconds: float = 0.0


def update(root: Path, choose: Choose, settings: Settings, note: Note) -> Outcome:
    """Run those snippets that have no fresh result, among the paths `choose(states, seconds by stem)`.

    `note(how many ended, of how many, path, trouble)` hears of each. A failed run leaves the old result as it was.
    Raises OSError if results/ cannot be written and something had to be.
    """
    start, results, outcome = time.monotonic(), root / "results", Outcome()
    results.mkdir(exist_ok=True)
    with store.lock(results) as alone, ExitStack() as stack:
        states, world = survey(root, settings.device)
        seconds = store.durations(results)
        paths = choose(states, seconds)
        mine = [state for state in states if state.path in paths]
        outcome.failed = [state.error for state in mine if state.error]
        mine = [state for state in mine if not state.error]
        todo = [state for state in mine if state.fault]
        outcome.fresh = len(mine) - len(todo)
        if settings.device == "cpu":  # the place to look up a record of a run on a GPU
            outcome.needs_cuda = [state.path for state in todo if state.needs_cuda]
            todo = [state for state in todo if not state.needs_cuda]

        scratch = functools.cache(lambda: stack.enter_context(store.scratch(results, alone)))
        if todo:
            _run(root, todo, settings, world, seconds, scratch(), outcome, note)
            for state in mine:  # a snippet can write anywhere, into results/ too
                if not state.fault and (fault := store.fault(state.folder, state.key)):
                    outcome.failed.append(f"{state.path}: its result is {fault}; which snippet writes there?")
        for folder, members in chapters(states, settings.device).items():
            if members and not any(state.fault or state.error for state in members):
                address = chapter_key(members, world)
                if store.fault(folder, address):
                    _join(folder, members, address, scratch())
        known = {folder for state in states for folder in (state.folder, state.folder.parent)}
        for folder in store.orphans(results, known):
            store.remove(folder)
    outcome.seconds = time.monotonic() - start
    return outcome


def _run(
    root: Path, todo: list[State], settings: Settings, world: dict, seconds: dict, scratch: Path, outcome: Outcome, note: Note
) -> None:
    from lab.run import Job, prepare, run  # multiprocessing costs 30 ms, which an idle update need not pay

    style = root / "snippets/matplotlibrc"
    style = shutil.copy(style, scratch) if style.exists() else ""
    todo.sort(key=lambda state: (-seconds.get(state.stem, 1e9), state.path))  # longest first, for a short tail
    states = {str(scratch / str(n)): state for n, state in enumerate(todo)}
    jobs = [
        Job(state.snippet, str(root / state.path), folder, style, settings.device, settings.memory)
        for folder, state in states.items()
    ]
    prepare((state.snippet.source for state in todo), settings.device)
    try:
        with closing(run(jobs, settings.jobs, settings.timeout)) as ended:
            for count, done in enumerate(ended, 1):
                state = states[done.job.folder]
                trouble = _settle(state, done, world)
                if trouble:
                    outcome.failed.append(trouble.partition("\n")[0])
                else:
                    state.fault = ""
                    outcome.ran.append(state.path)
                    seconds[state.stem] = round(done.seconds, 3)
                    if done.stderr:
                        trouble = f"{state.path} wrote to standard error:\n" + textwrap.indent(done.stderr[-2000:], "  ")
                note(count, len(jobs), state.path, trouble)
                shutil.rmtree(done.job.folder, ignore_errors=True)
    finally:
        store.remember(root / "results", seconds, scratch)


def _settle(state: State, done: Done, world: dict) -> str:
    """Install the result of a good run; else say what is wrong, in the first line, and show where."""
    report = done.report
    if "error" not in report:
        sections = [cell.section for cell in state.snippet.code]
        about = {"snippet": state.path, "key": state.key, **world, "sections": sections}
        try:
            store.install(Path(done.job.folder, "out"), state.folder, {**about, **report})
            return ""
        except OSError as error:
            report = {"error": f"the result cannot be installed: {error}"}
    section = f" in section [{report['section']}]:" if "section" in report else ""
    return f"{state.path}:{report.get('line', 1)}:{section} {report['error']}\n{report.get('trace', '')}".rstrip()


def _join(folder: Path, members: list[State], address: str, scratch: Path) -> None:
    """One notebook per language for a chapter, made of its snippets' results; nothing is executed again."""
    out = scratch / "chapter" / folder.name
    out.mkdir(parents=True)
    title = folder.name.replace("-", " ").capitalize()
    for lang in ("en", "zh"):
        cells = [notebook.heading(f"# {title}")]
        for state in members:
            snippet = state.snippet or read(state.path, state.content)
            part = notebook.cells(snippet, lang, _outputs(state), figure.fallback)
            if part[0]["source"][:1] and part[0]["source"][0].startswith("# "):
                part[0]["source"][0] = "#" + part[0]["source"][0]
            else:
                part.insert(0, notebook.heading(f"## {state.stem}"))
            cells += part
        out.joinpath(f"{folder.name}.{lang}.ipynb").write_bytes(notebook.dump(cells))
    store.install(out, folder, {"key": address, "snippets": [state.path for state in members]})


def _outputs(state: State) -> notebook.Outputs:
    """The outputs of a result as the files that the site includes."""
    outputs: notebook.Outputs = {}
    for path in sorted(state.folder.iterdir(), key=lambda path: (len(path.name), path.name)):  # figure-2 before figure-10
        section = path.stem if path.suffix == ".txt" else path.stem.rstrip("0123456789").removesuffix("-")
        text, figures = outputs.setdefault(section, ("", []))
        if path.suffix == ".txt":
            outputs[section] = path.read_text("utf-8"), figures
        elif path.suffix == ".svg":
            figures.append(path.read_text("utf-8"))
    return outputs
