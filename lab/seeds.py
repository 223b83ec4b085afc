"""Do the claims hold with other random numbers? Run snippets again and again with other seeds, and keep nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path

from lab import outputs, store
from lab.export import Note, Outcome, Settings, complaint
from lab.run import Done, Job, prepare, run
from lab.survey import State, survey

SEEDED = "manual_seed"
STEP = 1000  # more than the seeds of one run, which follow each other


def seeds(
    root: Path, choose: Callable[[set[str]], Collection[str]], settings: Settings, note: Note, count: int, show: bool
) -> Outcome:
    """Run each snippet that sets a seed, of those that `choose(all paths)` returns, with `count` other seeds.

    `note` hears of each run; with `show`, what it printed is shown too, to be held against what its page says of it.
    `ran` of the outcome has the paths whose claims held every time.
    """
    start, results, outcome = time.monotonic(), root / "results", Outcome()
    results.mkdir(exist_ok=True)
    states, _ = survey(root, settings.device)
    chosen = choose({state.path for state in states})
    mine = [state for state in states if state.path in chosen and not state.waits(settings.device)]
    outcome.failed = [state.error for state in mine if state.error]
    mine = [state for state in mine if not state.error and SEEDED in state.read().source]
    style = root / "snippets/matplotlibrc"
    style = str(style) if style.exists() else ""
    good = {state.path for state in mine}
    with store.scratch(results) as scratch:
        jobs = {}
        for state in mine:
            for seed in range(STEP, STEP * count + 1, STEP):
                folder = str(scratch / f"{state.stem}.{seed}")
                about = str(root / state.path), folder, style, settings.device, settings.memory
                jobs[Job(state.read(), *about, seed)] = state
        prepare((state.read().source for state in mine), settings.device, style)
        with closing(run(jobs, settings.jobs, settings.timeout)) as ended:
            for number, done in enumerate(ended, 1):
                state = jobs[done.job]
                trouble = complaint(state.path, done.report) if "error" in done.report else ""
                if trouble:
                    good.discard(state.path)
                    outcome.failed.append(f"seed +{done.job.seed}: " + trouble.partition("\n")[0])
                note(number, len(jobs), f"{state.path}, seed +{done.job.seed}", trouble)
                if show and not trouble:
                    print(_printed(state, done), flush=True)
                shutil.rmtree(done.job.folder, ignore_errors=True)
    outcome.ran, outcome.seconds = sorted(good), time.monotonic() - start
    return outcome


def _printed(state: State, done: Done) -> str:
    made = outputs.load([cell.section for cell in state.read().code], Path(done.job.folder, "out"))
    return "\n".join(text.rstrip("\n") for text, _ in made.values() if text)
