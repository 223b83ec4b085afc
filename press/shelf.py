""".cache/downloads/: what has been made, each in a folder named by what it was made of, and only as long as that stays."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

from press.book import ROOT, site_url

SHELF = ROOT / ".cache/downloads"
ALWAYS = ["press/*.*", "mkdocs*.yml", "theme/base.yml", "requirements.txt", "constraints.txt"]


def place(name: str, *made_of: str, more: object = "") -> Path:
    """Where the download `name` stands if it is made of the files that the patterns `made_of` find now."""
    digest = hashlib.sha256(repr((name, site_url("en"), more)).encode())
    for pattern in (*ALWAYS, *made_of):
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"\0{path.relative_to(ROOT).as_posix()}\0".encode() + fingerprint(path))
    return SHELF / digest.hexdigest()[:16] / name


@cache
def fingerprint(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def put(place: Path, content: bytes) -> None:
    """Write a download whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(place)


def sweep(places: list[Path]) -> None:
    """Drop what stands anywhere but at one of the `places`: it was made of what is no more."""
    for path in SHELF.glob("*/*"):
        if path not in places:
            path.unlink(missing_ok=True)
            with suppress(OSError):  # another download is still there
                path.parent.rmdir()
