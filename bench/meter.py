"""Measure a command and everything that it starts: wall clock, CPU seconds, peak memory. Linux only."""

from __future__ import annotations

import ctypes
import os
import re
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psutil

PR_SET_CHILD_SUBREAPER = 36
T = TypeVar("T")


class Failed(Exception):
    """A command that ended badly or too late; the message has the end of what it said."""


def measure(command: Sequence[str], cwd: Path, env: Mapping[str, str], timeout: float) -> tuple[dict, str]:
    """Run the command to its end; its cost as {wall, cpu, memory} in s, s and MB, and what it wrote.

    `memory` is that of `peak`. Raises Failed.
    """
    adopt_orphans()
    before = _children()
    with tempfile.TemporaryFile() as log, peak() as memory:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            status = f"nothing after {timeout:g} s"
        wall = time.perf_counter() - start
        end_all(60 if status == 0 else 0)
        log.seek(0)
        said = log.read().decode("utf-8", "replace")
    if status != 0:
        raise Failed(f"{' '.join(map(str, command))}: {status}\n{said[-3000:]}")
    return {"wall": round(wall, 3), "cpu": round(_children() - before, 3), "memory": round(memory[0])}, said


@contextmanager
def peak() -> Iterator[list[float]]:
    """A list whose one number grows to the highest rise of the machine's anonymous memory, in MB.

    Pages that processes share count once. Asking each process for its share takes a tenth of a core, which whoever uses
    all of them would have to wait for; this takes nothing, but nobody else may need memory meanwhile.
    """
    before, highest, stop = _anonymous(), [0.0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.1):
            highest[0] = max(highest[0], _anonymous() - before)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield highest
    finally:
        stop.set()
        thread.join()


def descendants() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def timed(wait: Callable[[], T]) -> tuple[dict, T]:
    """The cost, as {wall, cpu}, of what living descendants do until `wait` returns; and what it returns."""
    before, start = living(), time.perf_counter()
    result = wait()
    wall = time.perf_counter() - start
    return {"wall": round(wall, 3), "cpu": round(living() - before, 3)}, result


def living() -> float:
    """CPU seconds of all descendants, and of those of their children that have ended."""
    return sum(sum(process.cpu_times()[:4]) for process in descendants())


def end_all(patience: float) -> None:
    """Wait for every descendant (a fork server outlives its driver), and end those that stay."""
    deadline = time.monotonic() + patience
    while left := descendants():
        _, alive = psutil.wait_procs(left, max(0, deadline - time.monotonic()))
        for process in alive:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                pass


def adopt_orphans() -> None:
    """What outlives its parent becomes our child, and its CPU time is counted."""
    if ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1):
        raise OSError("the bench needs Linux: prctl(PR_SET_CHILD_SUBREAPER) failed")


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _anonymous() -> float:
    return int(re.search(r"AnonPages: +(\d+) kB", Path("/proc/meminfo").read_text())[1]) / 1024


def cores() -> int:
    return len(os.sched_getaffinity(0))
