"""What decides the bytes of a result besides its snippet, known without importing torch."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from importlib import metadata
from pathlib import Path

PACKAGES = ("torch", "numpy", "matplotlib", "scikit-learn")
ENGINE = ("snippet", "figure", "raster", "outputs", "notebook", "session", "child", "preload")  # they write results


def environment(style: bytes, device: str) -> dict:
    """Engine, house style, device, vector instructions, threads and versions: a new result is made if any differs."""
    engine = [Path(__file__).with_name(f"{name}.py").read_bytes() for name in ENGINE]
    return {
        "engine": key(*engine)[:12],
        "style": key(style)[:12],
        "device": device,
        "cpu": capability(),
        "threads": 1,  # two threads add up in another order than one
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}},
    }


def capability() -> str:
    """The vector instructions that torch will use: with others the last digits, and so 33 of 40 figures, differ."""
    try:
        flags = Path("/proc/cpuinfo").read_text().partition("\nflags")[2].partition("\n")[0].split()
    except OSError:
        flags = []
    found = next((name for name in ("avx512f", "avx2") if name in flags), "default")
    return f"{platform.machine()} {os.environ.get('ATEN_CPU_CAPABILITY', found)}"


def key(*parts: object) -> str:
    """The address of a result: a digest of all that it depends on, as bytes or as JSON."""
    digest = hashlib.sha256()
    for part in parts:
        part = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()
        digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest()[:32]


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
