"""Formulas, figures and code join a page last: search would read their every tag, slowly and for nothing."""

import hashlib
import re

waiting = {}  # also from one build of `mkdocs serve` to the next


def keep(html, text=""):
    """Return what stands for the HTML until `restore`: a mark and, for search, its text."""
    mark = hashlib.sha256(html.encode()).hexdigest()[:16]
    waiting[mark] = html
    return f"<!--part {mark}-->{text}<!--end-->"


def restore(page):
    return re.sub(r"<!--part (\w+)-->.*?<!--end-->", lambda mark: waiting[mark[1]], page, flags=re.S)
