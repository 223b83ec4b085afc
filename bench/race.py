"""One set of snippets through every engine in turn: cold, warm, one snippet edited."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median

from bench import corpus, live
from bench.engines import LAB, PAGES, Engine, environment
from bench.meter import Failed, measure
from lab.snippet import Snippet

Note = Callable[[str, str, dict], None]


class Race:
    """The engines' folders, and the costs so far: `costs[engine][step]` has one for each round."""

    def __init__(self, snippets: list[Snippet], engines: list[Engine], folder: Path, timeout: float, note: Note):
        self.snippets, self.engines, self.folder = snippets, list(engines), folder
        self.timeout, self.note = timeout, note
        self.env, self.costs, self.work, self.rounds = environment(folder), {}, [], 0

    def run(self) -> None:
        """One more round, in which another engine starts. A peer that fails takes part no more, the lab raises Failed."""
        first = self.rounds % len(self.engines)
        order = self.engines[first:] + self.engines[:first]
        self.rounds += 1
        self._weigh()
        for step in (self._whole, self._edit):
            for engine in [engine for engine in order if engine in self.engines]:
                try:
                    step(engine)
                except Failed as failed:
                    if engine is LAB:
                        raise
                    print(f"{engine.name} is out: {failed}", file=sys.stderr, flush=True)
                    self.engines.remove(engine)
                    self.costs[engine.name] = {}

    def _whole(self, engine: Engine) -> None:
        folder = self.folder / engine.name
        engine.prepare(folder, self.snippets)
        engine.forget(folder)
        said = self._cost(engine, "cold", engine.command)
        drawn, figures = engine.figures(folder), self.work[-1]["figures"]
        if drawn != figures:
            raise Failed(f"it drew {drawn} figures, the snippets have {figures}\n{said[-3000:]}")
        if engine.remembers:
            self._cost(engine, "warm", engine.command)
        if engine is LAB:
            self._cost(engine, "pages", PAGES)
            self._weigh()  # before and after it, because a machine is not equally fast for an hour

    def _edit(self, engine: Engine) -> None:
        if not engine.remembers:
            return
        folder, versions = self.folder / engine.name, itertools.count(3 * self.rounds)

        def change() -> None:
            engine.prepare(folder, [corpus.edited(self._middle(), next(versions))])

        change()
        self._cost(engine, "edit", engine.command)
        if engine is LAB:
            self._add(engine, "live", live.edit(folder, self.env, change))

    def result(self) -> dict:
        """The set in numbers: its figures, what its snippets weigh, in CPU seconds, and the costs."""
        weights = self._weights()
        return {
            "figures": self.work[-1]["figures"],
            "preload": median(work["preload"] for work in self.work),
            "work": {
                "count": len(weights),
                "total": sum(weights.values()),
                "mean": mean(weights.values()),
                "median": median(weights.values()),
                "longest": max(weights.values()),
                "edited": weights[self._middle().stem],
            },
            "costs": self.costs,
        }

    def _weigh(self) -> None:
        corpus.write(self.snippets, self.folder / "work")
        command = [sys.executable, "-m", "bench.work", self.folder / "work"]
        _, said = measure(command, corpus.ROOT, self.env, self.timeout)
        self.work.append(json.loads(said.splitlines()[-1]))

    def _weights(self) -> dict[str, float]:
        return {snippet.stem: median(work["weights"][snippet.stem] for work in self.work) for snippet in self.snippets}

    def _middle(self) -> Snippet:
        weights = self._weights()
        return sorted(self.snippets, key=lambda snippet: weights[snippet.stem])[len(self.snippets) // 2]

    def _cost(self, engine: Engine, step: str, command: list[str | Path]) -> str:
        cost, said = measure(command, self.folder / engine.name, self.env, self.timeout)
        self._add(engine, step, cost)
        return said

    def _add(self, engine: Engine, step: str, cost: dict) -> None:
        cost["load"] = round(os.getloadavg()[0], 1)
        self.costs.setdefault(engine.name, {}).setdefault(step, []).append(cost)
        self.note(engine.name, step, cost)
