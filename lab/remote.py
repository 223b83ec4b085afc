"""The driver's side of an executor: snippets are submitted, results arrive as bytes and are laid out as a child does."""

from __future__ import annotations

import asyncio
import os
import queue
import re
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from lab.run import EXTRA, Done, Job
from lab.worker import Reply, Task, work

TRIALS = 2


class Executor(Protocol):
    """What is needed of concurrent.futures.Executor or dask.distributed.Client."""

    def submit(self, function: Callable, argument: Any) -> Any:
        """Return a future: add_done_callback, result, cancel."""


def run_with(executor: Executor, jobs: list[Job], world: dict, timeout: float, otherwise: Callable) -> Iterator[Done]:
    """Run the jobs on the executor's workers, in this order; yield each as it ends.

    A job whose worker dies is submitted once more. `otherwise(jobs)` runs, as run.run does, what an executor that has
    ended no longer takes. Close the iterator to take back what has not begun.
    """
    ended, live, lost = queue.SimpleQueue(), {}, []
    found = (re.search(word, job.snippet.source) for word in EXTRA.values() for job in jobs)
    words = " ".join({match[0] for match in found if match})

    def submit(job: Job, trial: int) -> None:
        name, style = uuid.uuid4().hex, Path(job.style).read_bytes() if job.style else None
        content = job.snippet.source.encode()
        task = Task(name, job.snippet.path, content, style, words, world, job.memory, timeout)
        try:
            future = executor.submit(work, task)
        except Exception as error:
            lost.append((job, error))
            return
        live[name] = future, job, trial
        future.add_done_callback(lambda _: ended.put(name))

    try:
        for job in jobs:
            submit(job, 1)
        while live:
            future, job, trial = live.pop(ended.get())
            try:
                done = _receive(job, future.result())
            except (Exception, asyncio.CancelledError) as error:  # dask's cancellation is asyncio's
                if trial < TRIALS:
                    submit(job, trial + 1)
                    continue
                told = f"{type(error).__name__}: {error} (a worker starts in a checkout of this project)"
                done = Done(job, {"error": f"the executor failed: {told}"}, 0.0, "")
            yield done
    finally:
        for future, *_ in live.values():
            future.cancel()
    if lost:
        print(f"the executor takes no more ({lost[0][1]!r}): {len(lost)} run here", file=sys.stderr, flush=True)
        yield from otherwise([job for job, _ in lost])


def _receive(job: Job, reply: Reply) -> Done:
    report = reply.report
    try:
        os.makedirs(f"{job.folder}/out")
        for name, content in reply.files.items():
            Path(job.folder, "out", Path(name).name).write_bytes(content)
    except OSError as error:
        report = {"error": f"its result could not be kept: {error}"}
    return Done(job, report, reply.seconds, reply.stderr)
