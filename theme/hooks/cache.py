"""What is slow to make and made of text alone is kept between builds, in .cache/."""

import hashlib
import sqlite3
from functools import cache
from pathlib import Path

FILE = Path(__file__).parents[2] / ".cache/site.sqlite3"
LARGEST = 2**28  # bytes, a hundred times a site: what nobody asks for any more is dropped with all the rest


@cache
def connection():
    FILE.parent.mkdir(exist_ok=True)
    if FILE.exists() and FILE.stat().st_size > LARGEST:
        FILE.unlink()
    opened = sqlite3.connect(FILE, isolation_level=None, check_same_thread=False)
    opened.executescript("PRAGMA synchronous = OFF; CREATE TABLE IF NOT EXISTS made (key PRIMARY KEY, html)")
    return opened


def remember(make, *key):
    """Return make(), or what it returned when the key was the same. The key holds all that the result depends on."""
    name = hashlib.sha256(repr(key).encode()).hexdigest()
    for (html,) in connection().execute("SELECT html FROM made WHERE key = ?", [name]):
        return html
    html = make()
    connection().execute("INSERT OR REPLACE INTO made VALUES (?, ?)", [name, html])
    return html
