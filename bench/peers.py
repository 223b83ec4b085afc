"""The tools that we are measured against, in a virtual environment of their own that also sees the project's packages."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

from bench.corpus import ROOT

FOLDER = ROOT / ".cache/bench/venv"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
PYTHON = FOLDER / "bin/python"


def install() -> None:
    """Make the environment unless it is there with these very requirements. Raises CalledProcessError."""
    ready = FOLDER / "requirements.txt"
    if ready.exists() and ready.read_bytes() == REQUIREMENTS.read_bytes():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER], check=True)
    # The same torch, matplotlib and MkDocs for everybody, and not a second time on the disk
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(FOLDER), "platbase": str(FOLDER)}))
    (packages / "project.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    constraints = [ROOT / "requirements.txt", ROOT / "constraints.txt"]
    subprocess.run([*pip, "-r", REQUIREMENTS, *(f"-c{path}" for path in constraints)], check=True)
    ready.write_bytes(REQUIREMENTS.read_bytes())
