"""What several test files share: the lab is run once a session."""

import signal
import subprocess
import sys

import pytest
from browser import base, browser, site, visit  # noqa: F401  (fixtures)
from pages import DOCS, ROOT

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts what is in the background deaf to Ctrl-C


@pytest.fixture(scope="session")
def lab():
    """The finished `python -m lab run`; only what has changed was executed."""
    return subprocess.run([sys.executable, "-m", "lab", "run"], cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(params=DOCS)
def language(request):
    return request.param
