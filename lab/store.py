"""Results on disk: addressed by content, installed whole or not at all, and rewritten only where bytes change."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SCHEMA = 1
RESULT = "result.json"  # written last; a folder without it holds no result
SECONDS = ".seconds"  # beside it, how long the run took: a hint, and no part of what repeats byte for byte
OURS = (".txt", ".svg", ".ipynb")  # what a result consists of: nothing else in results/ is ever touched


def fault(folder: Path, key: str) -> str:
    """Why the result in `folder` does not serve for `key`: missing, stale or damaged; "" if it is whole and fresh."""
    try:
        with open(f"{folder}/{RESULT}", "rb") as file:
            result = json.loads(file.read())
        if (result["schema"], result["key"]) != (SCHEMA, key):
            return "stale"
        files = dict(result["files"])
    except FileNotFoundError:
        return "missing"
    except (OSError, ValueError, KeyError, TypeError):
        return f"damaged: {RESULT}"
    for name in files.keys() | owned(folder):
        try:
            with open(f"{folder}/{name}", "rb") as file:
                if hashlib.sha256(file.read()).hexdigest() != files.get(name):
                    return f"damaged: {name}"
        except (OSError, ValueError):
            return f"damaged: {name}"
    return ""


def owned(folder: Path) -> set[str]:
    """The files in `folder` that can belong to a result."""
    return {entry.name for entry in os.scandir(folder) if entry.name.endswith(OURS) and not entry.is_dir()}


def install(out: Path, folder: Path, result: dict) -> None:
    """Make `folder` hold the files of `out`, and a result.json that vouches for them; what has the same bytes stays.

    Raises OSError (no space, no permission). What is half done then disagrees with result.json and is made again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name in sorted(os.listdir(out)):
        content = (out / name).read_bytes()
        files[name] = hashlib.sha256(content).hexdigest()
        _put(content, out / name, folder / name)
    for name in owned(folder) - files.keys():
        (folder / name).unlink()
    content = json.dumps({"schema": SCHEMA, **result, "files": files}, ensure_ascii=False, indent=1) + "\n"
    (out / RESULT).write_text(content, "utf-8")
    _put(content.encode(), out / RESULT, folder / RESULT)


def _put(content: bytes, new: Path, target: Path) -> None:
    with suppress(FileNotFoundError):
        if target.read_bytes() == content:
            return
    os.replace(new, target)


def orphans(results: Path, known: set[Path]) -> list[Path]:
    """Folders with a result of ours that belongs to no snippet or chapter any more, the innermost first."""
    found = {path.parent for depth in ("*/*", "*") for path in results.glob(f"{depth}/{RESULT}")}
    return sorted(found - known, reverse=True)


def remove(folder: Path) -> None:
    """Take away our files, and the folder if nothing else is in it."""
    for name in [*owned(folder), SECONDS, RESULT]:  # result.json last: as long as it is there, the next run goes on
        (folder / name).unlink(missing_ok=True)
    with suppress(OSError):  # not empty
        folder.rmdir()


def durations(results: Path) -> dict[str, float]:
    """Seconds that each snippet took when it last ran."""
    found = {}
    for path in results.glob(f"*/*/{SECONDS}"):
        with suppress(OSError, ValueError):
            found[path.parent.name] = max(0.0, float(path.read_bytes()))
    return found


def remember(folder: Path, seconds: float, scratch: Path) -> None:
    """Keep beside a result how long it took."""
    with suppress(OSError):
        (scratch / SECONDS).write_text(f"{seconds:.3f}\n")
        os.replace(scratch / SECONDS, folder / SECONDS)


def sweep(results: Path) -> None:
    """Drop what killed runs have left; not while another run is at work."""
    for left in results.glob(".tmp-*"):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def scratch(results: Path) -> Iterator[Path]:
    """A private folder for one run, on the file system of the results."""
    folder = Path(tempfile.mkdtemp(prefix=".tmp-", dir=results))
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
        alone = True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for another run on {results}", file=sys.stderr, flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:  # a file system without locks
            alone = False
        yield alone
