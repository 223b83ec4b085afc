"""The worker's side of an executor: snippets run here as they do at home, and their results go back as bytes.

Whatever the executor's worker is, a thread or a process of dask, the fork server belongs to a light process beside it:
children of a fork server start by importing what its owner was started with.
"""

from __future__ import annotations

import os
import pickle
import platform
import queue
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lab.environment import environment
from lab.snippet import read

ROOT = Path(__file__).resolve().parents[1]
idle: queue.SimpleQueue[subprocess.Popen] = queue.SimpleQueue()  # such processes, waiting for a task


@dataclass(frozen=True)
class Task:
    """A snippet to run, with all that a machine needs to know of ours; `name` sets it apart from another trial."""

    name: str
    path: str
    content: bytes
    style: bytes | None
    words: str  # of all sources, those that give a slow import away
    world: dict  # environment.environment of the driver, and so of the result
    memory: float
    timeout: float


@dataclass(frozen=True)
class Reply:
    """How it ended, as in run.Done, and the files of the result."""

    report: dict
    seconds: float
    stderr: str
    files: dict[str, bytes]


def work(task: Task) -> Reply:
    """Run the task beside this process. Raises RuntimeError if that process dies."""
    try:
        helper = idle.get_nowait()
    except queue.Empty:
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": {**os.environ, "PYTHONPATH": path}}
        helper = subprocess.Popen([sys.executable, "-c", "from lab.worker import main; main()"], **pipes)
    try:
        pickle.dump(task, helper.stdin)
        helper.stdin.flush()
        reply = pickle.load(helper.stdout)
    except BaseException as error:
        helper.kill()
        helper.communicate()
        if isinstance(error, (OSError, EOFError, pickle.UnpicklingError)):
            raise RuntimeError(f"a worker on {platform.node()} ended with status {helper.returncode}") from None
        raise
    idle.put(helper)
    return reply


def main() -> None:
    """Perform the tasks that come in on standard input, until it is closed."""
    tasks, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # the fork server inherits both
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    while tasks.peek(1):
        pickle.dump(perform(pickle.load(tasks)), replies)
        replies.flush()


def perform(task: Task) -> Reply:
    """The result of the snippet, unless this machine would make another one than the driver's."""
    from lab.run import Job, prepare, run

    found = differences(task.world, _environment(task.style or b"", task.world["device"]))
    if found:
        told = f"refused: the worker on {platform.node()} has {', '.join(found)}"
        return Reply({"error": told}, 0.0, "", {})
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        file, style = Path(folder, Path(task.path).name), Path(folder, "matplotlibrc")
        file.write_bytes(task.content)
        if task.style is not None:
            style.write_bytes(task.style)
        prepare([task.words], task.world["device"], style)
        snippet, style = read(task.path, task.content), "" if task.style is None else str(style)
        job = Job(snippet, str(file), f"{folder}/job", style, task.world["device"], task.memory)
        (done,) = run([job], 1, task.timeout)
        made = [] if "error" in done.report else Path(job.folder, "out").iterdir()
        stderr = done.stderr.replace(str(file), task.path)
        return Reply(done.report, done.seconds, stderr, {path.name: path.read_bytes() for path in made})


def differences(ours: dict, theirs: dict) -> list[str]:
    """What `theirs` has that `ours` has not, in words."""
    found = []
    for name, value in ours.items():
        if isinstance(value, dict):
            found += differences(value, theirs.get(name, {}))
        elif value != theirs.get(name):
            found.append(f"{name} {theirs.get(name)} instead of {value}")
    return found


def _forget() -> None:
    global idle
    idle = queue.SimpleQueue()  # those of the process that forked are not ours to ask


_environment = cache(environment)  # of the code that was loaded, though a checkout may change under it
os.register_at_fork(after_in_child=_forget)
