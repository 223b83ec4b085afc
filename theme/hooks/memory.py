"""Slow steps of a build that other packages take are remembered: colouring code, cutting Chinese into words, templates."""

from importlib.metadata import version

import pygments
from cache import FILE, remember
from jinja2 import FileSystemBytecodeCache
from material.plugins.search.plugin import SearchIndex
from pymdownx import highlight as fences

cut = SearchIndex._segment_chinese
TOOLS = [version(name) for name in ("pygments", "pymdown-extensions", "mkdocs-material", "jieba")]


def highlight(code, lexer, formatter):
    how = [type(lexer).__name__, lexer.options, type(formatter).__name__, formatter.options]
    return remember(lambda: pygments.highlight(code, lexer, formatter), TOOLS, how, code)


def words(index, text):
    return remember(lambda: cut(index, text), TOOLS, "words", text) if text else ""


def on_config(config):
    fences.highlight = highlight  # neither offers another way in
    SearchIndex._segment_chinese = words


def on_env(env, config, files):
    FILE.with_name("templates").mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(FILE.with_name("templates"))
