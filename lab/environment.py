"""What decides the bytes of a result besides its snippet, known without importing torch."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from importlib import metadata
from pathlib import Path

PACKAGES = ("torch", "numpy", "matplotlib", "scikit-learn")
ENGINE = ("snippet", "figure", "notebook", "session", "child", "preload", "export", "store")


def environment(style: bytes, device: str) -> dict:
    """All that decides the bytes of a result besides the snippet; torch is not imported to know it."""
    engine = hashlib.sha256()
    for name in ENGINE:
        engine.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return {
        "engine": engine.hexdigest()[:16],
        "style": hashlib.sha256(style).hexdigest()[:16],
        "device": device,
        "cpu": capability(),
        "threads": 1,  # two threads add in another order than one
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}},
    }


def capability() -> str:
    """The vector instructions that torch will use: with others, the last digits and so 33 of 40 figures differ (measured)."""
    if forced := os.environ.get("ATEN_CPU_CAPABILITY"):
        return forced
    try:
        flags = Path("/proc/cpuinfo").read_text().partition("\nflags")[2].partition("\n")[0].split()
    except OSError:
        flags = []
    return platform.machine() + next((f" {name}" for name in ("avx512f", "avx2") if name in flags), "")


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def key(*parts: object) -> str:
    """The address of a result: a digest of all that it depends on."""
    digest = hashlib.sha256()
    for part in parts:
        part = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True).encode()
        digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest()[:32]
