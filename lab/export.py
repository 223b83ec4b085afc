"""Bring results/ up to date with snippets/: run what is stale, install what came out, join chapters, drop orphans."""

from __future__ import annotations

import functools
import shutil
import textwrap
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lab import figure, notebook, outputs, standin, store
from lab.survey import State, chapter_key, chapters, known, survey

if TYPE_CHECKING:
    from lab.remote import Executor
    from lab.run import Done

AFRESH = "torch.set_default_dtype(torch.float32)  # the next section starts as in a fresh kernel"
Choose = Callable[[set[str], dict[str, float]], Collection[str]]
Note = Callable[[int, int, str, str], None]


@dataclass(frozen=True)
class Settings:
    """How to run: `timeout` in seconds and `memory` in GB (0: no limit) for each snippet, `jobs` at a time."""

    device: str = "cpu"
    jobs: int = 1
    timeout: float = 60.0
    memory: float = 4.0


@dataclass
class Outcome:
    """What an update did: `ran` and `needs_cuda` (no run here made their results) hold paths, `failed` messages."""

    ran: list[str] = field(default_factory=list)
    fresh: int = 0
    failed: list[str] = field(default_factory=list)
    needs_cuda: list[str] = field(default_factory=list)
    seconds: float = 0.0


def update(
    root: Path, choose: Choose, settings: Settings, note: Note, executor: Executor | None = None, join: bool = True
) -> Outcome:
    """Run what has no fresh result among the snippets that `choose(all paths, seconds by stem)` returns.

    `note(how many have ended, of how many, path, trouble)` hears of each. A failed run leaves the old result as it was.
    Snippets run in children of a fork server of our own, `settings.jobs` at a time, or on the workers of `executor`.
    Without `join` the chapters' notebooks wait for the next update.
    Raises OSError if something must be written to results/ and cannot.
    """
    root = root.resolve()  # a snippet has a working directory of its own
    start, results, outcome = time.monotonic(), root / "results", Outcome()
    results.mkdir(exist_ok=True)
    with store.lock(results) as alone, ExitStack() as stack:
        if alone:
            store.sweep(results)
        states, world = survey(root, settings.device)
        seconds = store.durations(results)
        chosen = choose({state.path for state in states}, seconds)
        mine = [state for state in states if state.path in chosen]
        outcome.failed = [state.error for state in mine if state.error]
        waiting = [state for state in mine if state.waits(settings.device) and not state.error]
        outcome.needs_cuda = [state.path for state in waiting]
        outcome.fresh = sum(not state.fault and not state.error for state in mine if state not in waiting)
        todo = [state for state in mine if state.fault and not state.error and state not in waiting]

        scratch = functools.cache(lambda: stack.enter_context(store.scratch(results)))
        if todo:
            todo.sort(key=lambda state: (-seconds.get(state.stem, 1e9), state.path))  # longest first, for a short tail
            ended = stack.enter_context(closing(_run(root, todo, settings, world, executor, scratch())))
            for count, (state, done) in enumerate(ended, 1):
                trouble = _settle(state, done, world)
                if trouble:
                    outcome.failed.append(trouble.partition("\n")[0])
                else:
                    state.fault = ""
                    outcome.ran.append(state.path)
                    store.remember(state.folder, done.seconds, scratch())
                    if done.stderr:
                        trouble = f"{state.path}: on standard error\n" + textwrap.indent(done.stderr[-2000:], "  ")
                note(count, len(todo), state.path, trouble)
        for state in (state for state in waiting if state.fault):
            out = scratch() / f"{state.stem}.standin"
            out.mkdir()
            about = {"snippet": state.path, "key": state.key, **world}
            standin.install(root, state.snippet, state.content, state.folder, about, out)
            state.fault = ""
        for folder, members in chapters(states).items() if join else ():
            address = chapter_key(members, world)
            if store.fault(folder, address):
                _join(folder, members, address, scratch())
        for folder in store.orphans(results, known(states)):
            store.remove(folder)
    outcome.ran.sort()
    outcome.seconds = time.monotonic() - start
    return outcome


def _run(
    root: Path, todo: list[State], settings: Settings, world: dict, executor: Executor | None, scratch: Path
) -> Iterator[tuple[State, Done]]:
    from lab.run import Job, prepare, run  # multiprocessing costs 30 ms, which an idle update need not pay

    style = root / "snippets/matplotlibrc"
    style = shutil.copy(style, scratch) if style.exists() else ""
    states = {str(scratch / str(n)): state for n, state in enumerate(todo)}
    jobs = [
        Job(state.snippet, str(root / state.path), folder, style, settings.device, settings.memory)
        for folder, state in states.items()
    ]

    def here(jobs: list[Job]) -> Iterator[Done]:
        prepare((job.snippet.source for job in jobs), settings.device, style)
        return run(jobs, settings.jobs, settings.timeout)

    if executor:
        from lab.remote import run_with

        ended = run_with(executor, jobs, world, settings.timeout, here)
    else:
        ended = here(jobs)
    with closing(ended):
        for done in ended:
            yield states[done.job.folder], done
            shutil.rmtree(done.job.folder, ignore_errors=True)


def _settle(state: State, done: Done, world: dict) -> str:
    """Install the result of a good run; else say what is wrong, in one line, and where, in those after it."""
    report = done.report
    if "error" not in report:
        about = {"snippet": state.path, "key": state.key, **world, **report}
        about["sections"] = [cell.section for cell in state.snippet.code]
        try:
            store.install(Path(done.job.folder, "out"), state.folder, about)
            return ""
        except OSError as error:
            report = {"error": f"its result could not be installed: {error}"}
    return complaint(state.path, report)


def complaint(path: str, report: dict) -> str:
    """What is wrong, in one line, and where, in those after it."""
    section = f" in section [{report['section']}]:" if report.get("section") else ""
    return f"{path}:{report.get('line', 1)}:{section} {report['error']}\n{report.get('trace', '')}".rstrip()


def _join(folder: Path, members: list[State], address: str, scratch: Path) -> None:
    """The notebooks of a chapter, one for each language, made of its snippets' results: nothing is executed."""
    out = scratch / f"{folder.name}.chapter"
    out.mkdir()
    snippets = [(state, state.read()) for state in members]
    made = [(snippet, outputs.load([c.section for c in snippet.code], state.folder)) for state, snippet in snippets]
    for lang in ("en", "zh"):
        cells = [notebook.markdown(f"# {folder.name.replace('-', ' ').capitalize()}", folder.name)]
        for snippet, sections in made:
            part = notebook.cells(snippet, lang, sections, figure.fallback)
            if part[0]["source"][:1] and part[0]["source"][0].startswith("# "):
                part[0]["source"][0] = "#" + part[0]["source"][0]  # one level below the chapter's heading
            else:
                part.insert(0, notebook.markdown(f"## {snippet.stem}", snippet.stem))
            part[0]["metadata"]["snippet"] = snippet.stem  # here it begins
            if "set_default_dtype" in snippet.source:  # all sections share a kernel
                afresh = notebook.markdown(AFRESH, snippet.stem, "afresh")
                part.append({**afresh, "cell_type": "code", "execution_count": None, "outputs": []})
            cells += part
        (out / f"{folder.name}.{lang}.ipynb").write_bytes(notebook.dump(cells))
    store.install(out, folder, {"key": address, "snippets": [state.path for state in members]})
