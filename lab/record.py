"""Run every snippet on the device that is here, and keep what it printed and cost: records/<device>/."""

from __future__ import annotations

import json
import platform
import re
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from lab import archive, outputs, store
from lab.export import Note, Outcome, Settings, complaint
from lab.run import Done, Job, prepare, run
from lab.survey import State, survey

REPEATS = 3


def record(root: Path, choose: Callable[[set[str]], Collection[str]], settings: Settings, note: Note) -> Outcome:
    """Run the snippets that `choose(all paths)` returns, one at a time, and write a record of each that passes.

    A snippet that fails leaves its old record as it was, and costs the others nothing. Each runs three times, in a
    process of its own; the median counts. Raises OSError if a record cannot be written.
    """
    start, results, outcome = time.monotonic(), root / "results", Outcome()
    results.mkdir(exist_ok=True)
    states, world = survey(root, settings.device)
    chosen = choose({state.path for state in states})
    mine = [state for state in states if state.path in chosen]
    outcome.failed = [state.error for state in mine if state.error]
    outcome.needs_cuda = [state.path for state in mine if state.waits(settings.device)]
    mine = [state for state in mine if not state.error and not state.waits(settings.device)]
    with store.lock(results), store.scratch(results) as scratch:  # alone, or the times would be of the others' work
        style = root / "snippets/matplotlibrc"
        style = shutil.copy(style, scratch) if style.exists() else ""
        prepare((state.content.decode("utf-8", "replace") for state in mine), settings.device, style)
        for count, state in enumerate(mine, 1):
            folder = str(scratch / state.stem)
            job = Job(state.read(), str(root / state.path), folder, style, settings.device, settings.memory)
            done, costs = _repeat(job, settings.timeout)
            trouble = complaint(state.path, done.report) if "error" in done.report else ""
            if trouble:
                outcome.failed.append(trouble.partition("\n")[0])
            else:
                _keep(root, state, done, costs, world)
                outcome.ran.append(state.path)
            shutil.rmtree(folder, ignore_errors=True)
            note(count, len(mine), state.path, trouble)
    outcome.seconds = time.monotonic() - start
    return outcome


def _repeat(job: Job, timeout: float) -> tuple[Done, list[dict]]:
    """How the last run ended, and what each that passed has cost."""
    costs = []
    for _ in range(REPEATS):
        with closing(run([job], 1, timeout)) as ended:
            done = next(ended)
        if "error" in done.report:
            break
        costs.append(json.loads(Path(job.folder, "cost.json").read_text()))
    return done, costs


def _keep(root: Path, state: State, done: Done, costs: list[dict], world: dict) -> None:
    about = _device(done.report["device"], costs[0], world)
    folder = root / "records" / archive.slug(about["name"])
    made = outputs.load([cell.section for cell in state.read().code], Path(done.job.folder, "out"))
    printed = {section: text.splitlines() for section, (text, _) in made.items() if text}
    figures = {section: svg for section, (_, svg) in made.items() if svg and "gpu" in state.read().tags}
    seconds = float(f"{statistics.median(cost['seconds'] for cost in costs):.2g}")
    memory = max(cost["memory"] for cost in costs)
    found = (archive.digest(state.content), about["date"], world["versions"], done.report["asserts"], seconds, memory)
    archive.save(folder, state.path, archive.Record(*found, printed, figures))
    archive.write(folder / archive.DEVICE, about)


def _device(name: str, cost: dict, world: dict) -> dict:
    """What is said once of all records of a device. `host` is the folder of the CPU beside it, to compare times."""
    about = {"name": _processor() if name == "cpu" else name, "date": datetime.now(UTC).date().isoformat()}
    if name == "cpu":
        about |= {"kind": "cpu", "cpu": world["cpu"], "threads": world["threads"]}
    else:
        about |= {"kind": "cuda", "host": archive.slug(_processor()), "driver": _driver(), **cost["device"]}
    return {**about, "versions": world["versions"]}


def _processor() -> str:
    try:
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return " ".join(found[1].split()) if found else platform.processor() or platform.machine()


def _driver() -> str:
    ask = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        return subprocess.run(ask, capture_output=True, text=True, check=True).stdout.split()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return "unknown"
