"""What there is: every snippet, and whether its result can be used as it is. Writes nothing."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lab import store
from lab.environment import environment, key
from lab.snippet import Snippet, SnippetError, read


@dataclass
class State:
    """A snippet file and its result: `fault` says missing, stale or damaged, and is empty if the result is whole and fresh."""

    path: str  # snippets/<chapter>/<stem>.py
    content: bytes
    folder: Path  # of the result
    key: str
    fault: str
    snippet: Snippet | None = None  # read if there is a fault: a fresh result proves that it could be read
    error: str = ""  # why the snippet cannot run

    @property
    def stem(self) -> str:
        return self.folder.name

    @property
    def needs_cuda(self) -> bool:
        return self.snippet is not None and "gpu" in self.snippet.tags


def survey(root: Path, device: str) -> tuple[list[State], dict]:
    """All snippets in the order of their paths, and the environment that their results depend on."""
    style = root / "snippets/matplotlibrc"
    world = environment(style.read_bytes() if style.exists() else b"", device)
    states = [_state(root, path, world) for path in _paths(root)]
    count = Counter(state.stem for state in states)
    for state in states:
        if count[state.stem] > 1:
            twins = " and ".join(other.path for other in states if other.stem == state.stem)
            state.error = f"{state.path}: expected a name that no other snippet has, found {twins}"
    return states, world


def _paths(root: Path) -> Iterable[str]:
    for folder, folders, files in os.walk(root / "snippets"):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in files:
            if name.endswith(".py") and not name.startswith("."):
                yield Path(folder, name).relative_to(root).as_posix()


def _state(root: Path, path: str, world: dict) -> State:
    content = (root / path).read_bytes()
    parts = Path(path).with_suffix("").parts[1:]
    folder, address = root.joinpath("results", *parts), key(world, path, content)
    state = State(path, content, folder, address, store.fault(folder, address))
    try:
        if len(parts) != 2:
            raise SnippetError(f"{path}: expected snippets/<chapter>/<page>_<claim>.py")
        if state.fault:
            state.snippet = read(path, content)
    except SnippetError as error:
        state.error = str(error)
    return state


def chapters(states: Iterable[State], device: str) -> dict[Path, list[State]]:
    """The snippets of each chapter's notebook, by the folder of the chapter's results. What no CPU can run is left out."""
    found: dict[Path, list[State]] = {}
    for state in states:
        members = found.setdefault(state.folder.parent, [])
        if not (state.needs_cuda and device == "cpu"):
            members.append(state)
    return found


def chapter_key(members: Iterable[State], world: dict) -> str:
    """The address of a chapter's notebooks: the results that they are made of. Raises OSError if one is not there."""
    return key(world, *((state.folder / store.RESULT).read_bytes() for state in members))


def faults(root: Path, device: str) -> list[str]:
    """One line for everything that a run would mend."""
    states, world = survey(root, device)
    found = [state.error or f"{state.path}: {state.fault}" for state in states if state.error or state.fault]
    whole = chapters(states, device)
    for folder, members in whole.items():
        if members and not any(state.fault or state.error for state in members):
            if fault := store.fault(folder, chapter_key(members, world)):
                found.append(f"{folder.relative_to(root).as_posix()}: {fault}")
    return found
