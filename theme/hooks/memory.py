"""Slow steps of a build that other packages take are remembered: colouring code, cutting Chinese into words, templates."""

from importlib.metadata import version

import pygments
from cache import FILE, remember
from jinja2 import FileSystemBytecodeCache
from material.plugins.search.plugin import SearchIndex
from nbconvert.exporters import TemplateExporter
from pymdownx import highlight as fences

TOOLS = [version(name) for name in ("pygments", "pymdown-extensions", "mkdocs-material", "jieba")]
cut, create_environment = SearchIndex._segment_chinese, TemplateExporter._create_environment
index_page = SearchIndex.add_entry_from_context
indexed = {}  # canonical URL -> a page as it was last time (again.py keeps its content), its entries
templates = FileSystemBytecodeCache(FILE.with_name("templates"))


def highlight(code, lexer, formatter):
    how = [type(lexer).__name__, lexer.options, type(formatter).__name__, formatter.options]
    return remember(lambda: pygments.highlight(code, lexer, formatter), TOOLS, how, code)


def words(index, text):
    return remember(lambda: cut(index, text), TOOLS, "words", text) if text else ""


def entries(index, page):
    """What search knows of a page: its parser takes as long as rendering all templates."""
    if vars(page).pop("unsearched", False):  # first.py
        return
    made_of = page.content, page.title, dict(page.meta)
    before, found = indexed.get(page.canonical_url, (None, ()))
    if before != made_of:
        start = len(index.entries)
        index_page(index, page)
        found = index.entries[start:]
        del index.entries[start:]
        indexed[page.canonical_url] = made_of, found
    index.entries += map(dict, found)  # which other hooks change


def environment(exporter):
    env = create_environment(exporter)
    env.bytecode_cache = templates
    return env


def on_config(config):
    FILE.with_name("templates").mkdir(parents=True, exist_ok=True)
    fences.highlight = highlight  # none of the three offers another way in
    SearchIndex._segment_chinese = words
    SearchIndex.add_entry_from_context = entries
    TemplateExporter._create_environment = environment


def on_env(env, config, files):
    env.bytecode_cache = templates
