"""What the project's own site costs to build: both languages, cold and warm, and after an edit under `mkdocs serve`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import corpus, live
from bench.meter import Failed, living, measure, timed
from lab.snippet import Snippet

BUILD = [sys.executable, "-m", "mkdocs", "build", "--strict"]
MADE = (".*", "node_modules", "__pycache__", "site")


def costs(snippet: Snippet, folder: Path, timeout: float, note: Callable[[str, str, dict], None]) -> dict:
    """The costs by step, for a copy of the project in `folder` that has results and no other cache.

    Afterwards the site is in folder/site. `prose` is an edit of one page, `snippet` one of that snippet, each until it
    is shown; `…-rest` is what the server does after that.
    """
    shutil.copytree(corpus.ROOT, folder, ignore=shutil.ignore_patterns(*MADE))
    (folder / "node_modules").symlink_to(corpus.ROOT / "node_modules")
    env, made = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": "http://127.0.0.1/"}, {}

    def keep(step: str, found: dict) -> None:
        made[step] = found
        note("site", step, found)

    for step in ("cold", "warm"):
        keep(step, measure(BUILD, folder, env, timeout)[0])
    page = folder / "docs/en/index.md"
    with _serving(folder, env, timeout) as rebuilt:
        page.write_text(page.read_text("utf-8") + "\nEdited.\n", "utf-8")
        keep("prose", timed(rebuilt)[0])
        keep("prose-rest", timed(_quiet)[0])
        corpus.write([corpus.edited(snippet, 0)], folder)
        keep("snippet", timed(rebuilt)[0])
        keep("snippet-rest", timed(_quiet)[0])
    return {"pages": len(list(folder.glob("site/**/index.html"))), "costs": made}


def _quiet(pause: float = 2) -> None:
    """Wait until the descendants have but looked at files for `pause` seconds, longer than the server's own pause."""
    before, now = -1.0, living()
    while now - before > pause / 10:
        time.sleep(pause)
        before, now = now, living()


@contextmanager
def _serving(folder: Path, env: dict, timeout: float) -> Iterator[Callable[[], None]]:
    """`mkdocs serve`; yields a function that waits until the site has been built once more."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    epoch = 0

    def rebuilt() -> None:
        """Ask as a browser does that waits for a newer page."""
        nonlocal epoch
        deadline, known = time.monotonic() + timeout, epoch
        while epoch <= known:
            if time.monotonic() > deadline:
                raise Failed(f"mkdocs serve has not built the site in {timeout:g} s")
            try:
                with urllib.request.urlopen(f"http://{address}/livereload/{known}/0", timeout=timeout) as answer:
                    epoch = int(answer.read())
            except OSError:  # the first build comes before the first answer
                time.sleep(0.2)

    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address]
    with live.alive(command, folder, env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        rebuilt()
        yield rebuilt
