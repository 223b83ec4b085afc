"""The cost of an edit while `lab watch` and its fork server stay alive."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.meter import Failed, adopt_orphans, end_all, timed


@contextmanager
def alive(command: list[str | Path], folder: Path, env: dict, **pipes: int) -> Iterator[subprocess.Popen]:
    """The command; it and all that it started end with the block."""
    adopt_orphans()
    with subprocess.Popen(command, cwd=folder, env=env, text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.terminate()
            end_all(patience=5)


def edit(folder: Path, env: dict, change: Callable[[], None]) -> dict:
    """The middle one of three costs from a saved snippet to its installed result. Raises Failed if another one ran."""
    command, pipe = [sys.executable, "-m", "lab", "watch"], subprocess.PIPE
    with alive(command, folder, env, stdin=pipe, stdout=pipe) as lab:

        def ask() -> list[str]:
            print("snippets", file=lab.stdin, flush=True)  # as `mkdocs serve` asks first
            answer = json.loads(lab.stdout.readline() or '{"failed": "it has ended"}')
            if answer["failed"]:
                raise Failed(f"lab watch: {answer['failed']}")
            return answer["ran"]

        change()
        ask()  # so that the server has imported everything
        costs = []
        for _ in range(3):
            change()
            cost, ran = timed(ask)
            costs.append(cost)
            if len(ran) != 1:
                raise Failed(f"lab watch ran {ran}, not the one snippet that was edited")
    return sorted(costs, key=lambda cost: cost["wall"])[1]
