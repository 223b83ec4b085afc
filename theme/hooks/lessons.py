"""The notebook of a page: the parts of its chapter's notebook that the page shows, in its order."""

import json
import posixpath

import catalogue


def notebooks(results, config):
    """Yield, for each page of questions, its path without extension and its notebook."""
    language = config.theme["language"]
    for index, pages in catalogue.chapters(config).items():
        chapter = posixpath.dirname(index)
        path = results / f"{chapter}/{chapter}.{language}.ipynb"
        if path.exists():
            whole = json.loads(path.read_text("utf-8"))
            parts = sections(whole)
            for page in pages:
                yield page.removesuffix(".md"), {**whole, "cells": cells(language, page, parts)}


def sections(notebook):
    """The cells of a chapter's notebook by the snippet they are of."""
    parts, stem = {}, ""
    for cell in notebook["cells"]:
        stem = cell["metadata"].get("snippet", stem)
        parts.setdefault(stem, []).append(cell)
    return parts


def cells(language, page, parts):
    name, title = posixpath.basename(page).removesuffix(".md"), catalogue.title(language, page)
    chosen = [{"cell_type": "markdown", "id": name, "metadata": {}, "source": [f"# {title}"]}]
    for snippet in catalogue.snippets(language, page):
        chosen += parts.get(posixpath.basename(snippet), [])
    for count, cell in enumerate((cell for cell in chosen if cell["cell_type"] == "code"), 1):
        cell["execution_count"] = count
    return chosen
