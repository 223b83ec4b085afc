"""When a file last changed, as git knows it. Anki takes a note again only if it is newer than the one it has."""

from __future__ import annotations

import subprocess

from press.book import ROOT

SOURCES = ["docs", "snippets", "press"]
FIRST = 1_735_689_600  # 2025: what has no date is older than all that has one


def changed() -> dict[str, int]:
    """Seconds since 1970 of the commit that brought each file its present text, by path; nothing without git.

    Only the main line counts: what a merge brings is as old as the merge, so published decks never go back in time.
    """
    command = ["git", "log", "--first-parent", "-m", "--no-renames", "--format=%x00%ct", "--name-only", "--", *SOURCES]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return {}
    dates: dict[str, int] = {}
    for commit in done.stdout.split("\0")[1:]:
        seconds, *paths = commit.split("\n")
        for path in filter(None, paths):
            dates.setdefault(path, int(seconds))
    return dates
