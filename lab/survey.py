"""What there is: every snippet, and whether its result can be used as it is. Writes nothing."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lab import standin, store
from lab.environment import environment, key
from lab.snippet import Snippet, SnippetError, read


@dataclass
class State:
    """A snippet file and its result; `fault` says missing, stale or damaged, and is empty if the result is fresh."""

    path: str  # snippets/<chapter>/<stem>.py
    content: bytes
    folder: Path  # of the result
    key: str
    fault: str
    snippet: Snippet | None = None  # read unless a run here made the result: that proves that it can be read
    error: str = ""  # why the snippet cannot run

    @property
    def stem(self) -> str:
        return self.folder.name

    def read(self) -> Snippet:
        """The snippet. Raises SnippetError."""
        return self.snippet or read(self.path, self.content)

    def waits(self, device: str) -> bool:
        """Whether this device cannot make its result: a record of another does, or a stand-in (lab.standin)."""
        return device == "cpu" and self.snippet is not None and "gpu" in self.snippet.tags


def survey(root: Path, device: str) -> tuple[list[State], dict]:
    """All snippets in the order of their paths, and the environment that their results depend on."""
    style = root / "snippets/matplotlibrc"
    world = environment(style.read_bytes() if style.exists() else b"", device)
    states = [state for path in sorted(_paths(root)) if (state := _state(root, path, world))]
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
                yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")


def _state(root: Path, path: str, world: dict) -> State | None:
    try:
        content = (root / path).read_bytes()
    except FileNotFoundError:  # removed, or being replaced by an editor
        return None
    parts = path.removesuffix(".py").split("/")[1:]
    folder, address = root.joinpath("results", *parts), key(world, path, content)
    state = State(path, content, folder, address, store.fault(folder, address))
    try:
        if len(parts) != 2:
            raise SnippetError(f"{path}: expected snippets/<chapter>/<page>_<claim>.py")
        if state.fault:
            state.snippet = read(path, content)
        if state.waits(world["device"]):
            state.key = standin.address(root, path, content, world)
            state.fault = store.fault(folder, state.key)
    except SnippetError as error:
        state.error = str(error)
    return state


def chapters(states: Iterable[State]) -> dict[Path, list[State]]:
    """By the folder of its results, each chapter whose notebooks can be made: all its snippets have fresh results."""
    found: dict[Path, list[State]] = {}
    for state in states:
        found.setdefault(state.folder.parent, []).append(state)
    return {folder: all_ for folder, all_ in found.items() if not any(state.fault or state.error for state in all_)}


def chapter_key(members: Iterable[State], world: dict) -> str:
    """The address of a chapter's notebooks: the results they are made of, and how. Raises OSError if one is gone."""
    how = Path(__file__).with_name("export.py").read_bytes()
    return key(world, how, *((state.folder / store.RESULT).read_bytes() for state in members))


def faults(root: Path, device: str) -> list[str]:
    """One line for everything that a run would make or mend, or cannot."""
    states, world = survey(root, device)
    found = [state.error for state in states if state.error]
    stale = [state for state in states if state.fault and not state.error]
    found += [f"{state.path}: its result is {state.fault}" for state in stale]
    for folder, members in chapters(states).items():
        if fault := store.fault(folder, chapter_key(members, world)):
            found.append(f"{folder.relative_to(root).as_posix()}/: its notebooks are {fault}")
    for folder in store.orphans(root / "results", known(states)):
        found.append(f"{folder.relative_to(root).as_posix()}/: its snippets are gone")
    return found


def known(states: Iterable[State]) -> set[Path]:
    """The folders that may hold a result."""
    return {folder for state in states for folder in (state.folder, state.folder.parent)}
