"""Which snippets a command means."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path


class UsageError(Exception):
    """A request that cannot be understood."""


def by_name(paths: Iterable[str], names: Iterable[str], root: Path) -> set[str]:
    """The paths that the names mean: each a stem, chapter/stem or path.

    Raises UsageError for a name that no snippet has.
    """
    known = {name: path for path in paths for name in (path, path[len("snippets/") : -3], Path(path).stem)}
    chosen = set()
    for name in names:
        path = known.get(name) or known.get(os.path.relpath(name, root).replace(os.sep, "/"))
        if not path:
            near = ", ".join(difflib.get_close_matches(name, known, 3)) or "a stem, chapter/stem or path"
            raise UsageError(f"no snippet {name}; expected {near}")
        chosen.add(path)
    return chosen


def shard(paths: Iterable[str], part: int, parts: int, seconds: Mapping[str, float]) -> set[str]:
    """Part 1 … `parts` of the paths, by greedy halving of the time they last took: the longest goes where least is."""
    loads, members = [0.0] * parts, [set() for _ in range(parts)]
    weight = {path: seconds.get(Path(path).stem, 1.0) for path in paths}
    for path in sorted(weight, key=lambda path: (-weight[path], path)):
        least = loads.index(min(loads))
        loads[least] += weight[path]
        members[least].add(path)
    return members[part - 1]
