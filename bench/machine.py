"""What was measured on: the kind of machine and the versions, nothing that names it."""

from __future__ import annotations

import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path

import psutil

from bench import peers
from bench.browser import CHROMIUM
from bench.meter import cores
from lab.environment import PACKAGES, capability

SITE = ("mkdocs", "mkdocs-material", "mkdocs-jupyter", "nbclient")
PEERS = ("myst-nb", "markdown-exec")


def machine() -> dict:
    found = re.search(r"^model name\s*: (.*)", Path("/proc/cpuinfo").read_text(), re.M)
    memory = round(psutil.virtual_memory().total / 2**30)
    about = {"cpu": found[1] if found else platform.machine(), "instructions": capability()}
    return {**about, "cores": cores(), "memory": memory}


def versions() -> dict[str, str]:
    ours = {name: metadata.version(name) for name in (*PACKAGES, *SITE)}
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)", peers.REQUIREMENTS.read_text(), re.M))
    browser = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    theirs = {name: pinned[name] for name in PEERS}
    return {"Python": platform.python_version(), **ours, **theirs, "Chromium": browser}
