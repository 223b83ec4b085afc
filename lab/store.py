"""Results on disk: content-addressed, written whole or not at all, and only where their bytes change."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = 1
RESULT = "result.json"  # written last: a folder without it holds no result
OURS = (".txt", ".svg", ".ipynb")  # what a result consists of; anything else in results/ is not touched


def fault(folder: Path, key: str) -> str:
    """Why the result in `folder` cannot serve for `key`: missing, stale or damaged; empty if it is whole and fresh."""
    try:
        result = json.loads((folder / RESULT).read_bytes())
        if (result["schema"], result["key"]) != (SCHEMA, key):
            return "stale"
        files = dict(result["files"])
    except FileNotFoundError:
        return "missing"
    except (OSError, ValueError, KeyError, TypeError):
        return f"damaged: {RESULT}"
    for name in files.keys() | owned(folder):
        try:
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != files.get(name):
                return f"damaged: {name}"
        except OSError:
            return f"damaged: {name}"
    return ""


def owned(folder: Path) -> set[str]:
    """The files in `folder` that a result may consist of."""
    return {name for name in os.listdir(folder) if name.endswith(OURS) and not os.path.isdir(folder / name)}


def install(out: Path, folder: Path, result: dict) -> None:
    """Make `folder` hold the files of `out` and a result.json that vouches for them; a file with the same bytes stays as it is.

    Raises OSError (no space, no permission); what is then half done no longer agrees with result.json and is made again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name in sorted(os.listdir(out)):
        content = (out / name).read_bytes()
        files[name] = hashlib.sha256(content).hexdigest()
        _put(content, out / name, folder / name)
    for name in owned(folder) - files.keys():
        (folder / name).unlink()
    content = json.dumps({"schema": SCHEMA, **result, "files": files}, ensure_ascii=False, indent=1).encode() + b"\n"
    (out / RESULT).write_bytes(content)
    _put(content, out / RESULT, folder / RESULT)


def _put(content: bytes, new: Path, target: Path) -> None:
    try:
        if target.read_bytes() == content:
            return
    except FileNotFoundError:
        pass
    os.replace(new, target)


def orphans(results: Path, known: set[Path]) -> list[Path]:
    """Folders with a result of ours that belongs to no snippet or chapter any more."""
    return sorted(path.parent for depth in ("*", "*/*") for path in results.glob(f"{depth}/{RESULT}") if path.parent not in known)


def remove(folder: Path) -> None:
    """Take our files away, and the folder if nothing else is in it."""
    for name in [*owned(folder), RESULT]:  # result.json last: as long as it is there, the next run would go on
        (folder / name).unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def durations(results: Path) -> dict[str, float]:
    """Seconds that each snippet took when it last ran; a hint, kept apart so that results repeat byte for byte."""
    try:
        found = json.loads((results / ".durations.json").read_bytes())
        return {str(name): float(seconds) for name, seconds in found.items() if float(seconds) >= 0}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def remember(results: Path, seconds: dict[str, float], scratch: Path) -> None:
    """Keep the durations for the next run."""
    try:
        (scratch / "durations").write_text(json.dumps(seconds, ensure_ascii=False, indent=0, sort_keys=True), encoding="utf-8")
        os.replace(scratch / "durations", results / ".durations.json")
    except OSError:  # only a hint
        pass


@contextmanager
def scratch(results: Path, alone: bool) -> Iterator[Path]:
    """A private folder for one run, on the file system of the results; if `alone`, leftovers of killed runs go."""
    for left in results.glob(".tmp-*") if alone else ():
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f".tmp-{os.getpid()}-", dir=results))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def lock(results: Path) -> Iterator[bool]:
    """One run at a time on a results folder, true if so; the system frees the lock however the run ends."""
    try:
        import fcntl

        handle = open(results / ".lock", "a")
    except (ImportError, OSError):  # no such locks here, or a folder that nobody can write
        yield False
        return
    with handle:
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print(f"waiting for another run on {results}", file=sys.stderr, flush=True)
                fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:  # a file system without locks
            handle.close()
        yield not handle.closed
