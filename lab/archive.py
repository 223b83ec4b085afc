"""records/<device>/: what each snippet printed and cost on a device, and the digest of the source that did."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

DEVICE = "device.json"  # about the device: every other file there is <chapter>/<stem>.json


@dataclass
class Record:
    """One snippet on one device. `seconds` is a median, `memory` a peak in bytes (0: not measured)."""

    digest: str
    date: str
    versions: dict[str, str]
    asserts: int
    seconds: float
    memory: int
    printed: dict[str, list[str]] = field(default_factory=dict)  # lines by section
    figures: dict[str, list[str]] = field(default_factory=dict)  # SVG by section, of gpu-tagged snippets only


def digest(content: bytes) -> str:
    """Of a snippet's source: what `sha256sum` prints."""
    return hashlib.sha256(content).hexdigest()


def slug(device: str) -> str:
    """The folder of a device: its name in lower case, with hyphens."""
    return re.sub("[^a-z0-9]+", "-", device.lower()).strip("-")


def file(folder: Path, path: str) -> Path:
    """Where the record of snippets/<chapter>/<stem>.py lies in the folder of a device."""
    return folder / f"{path.removeprefix('snippets/').removesuffix('.py')}.json"


def load(folder: Path, path: str, content: bytes) -> tuple[Record | None, str]:
    """The record of a snippet with this source, and ""; else None, and why: missing, stale or damaged."""
    try:
        record = Record(**json.loads(file(folder, path).read_bytes()))
        if not all(isinstance(line, str) for lines in record.printed.values() for line in lines):
            raise TypeError
        float(record.seconds), record.versions["torch"]
    except FileNotFoundError:
        return None, "missing"
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return None, "damaged"
    return (record, "") if record.digest == digest(content) else (None, "stale")


def save(folder: Path, path: str, record: Record) -> None:
    """Install a record whole or not at all."""
    write(file(folder, path), asdict(record))


def write(target: Path, found: dict) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_suffix(".new")
    new.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    os.replace(new, target)


def devices(root: Path) -> dict[Path, dict]:
    """The folders that have records, with what device.json says, the newest first."""
    found = {}
    for path in root.glob(f"records/*/{DEVICE}"):
        try:
            about = json.loads(path.read_bytes())
            found[path.parent] = {**about, "name": str(about["name"]), "date": str(about["date"])}
        except (OSError, ValueError, TypeError, KeyError):
            continue  # its records are then not of any device that we know
    return dict(sorted(found.items(), key=lambda item: (item[1]["date"], item[0].name), reverse=True))
