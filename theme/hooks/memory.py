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
templates = FileSystemBytecodeCache(FILE.with_name("templates"))


def highlight(code, lexer, formatter):
    how = [type(lexer).__name__, lexer.options, type(formatter).__name__, formatter.options]
    return remember(lambda: pygments.highlight(code, lexer, formatter), TOOLS, how, code)


def words(index, text):
    return remember(lambda: cut(index, text), TOOLS, "words", text) if text else ""


def environment(exporter):
    env = create_environment(exporter)
    env.bytecode_cache = templates
    return env


def on_config(config):
    FILE.with_name("templates").mkdir(parents=True, exist_ok=True)
    fences.highlight = highlight  # none of the three offers another way in
    SearchIndex._segment_chinese = words
    TemplateExporter._create_environment = environment


def on_env(env, config, files):
    env.bytecode_cache = templates
