"""The site's own Markdown extensions. Zensical, which runs no hooks, imports them by name (see `make zensical`)."""

import re

import figures
import formulas
import parts


def on_config(config):
    config.markdown_extensions += [formulas.Formulas(parts.keep), figures.Figures(parts.keep)]


def on_pre_build(config):
    parts.waiting.clear()


def on_page_content(html, page, config, files):
    return re.sub("<pre>.*?</pre>", lambda code: parts.keep(code[0], re.sub("<[^>]*>", "", code[0])), html, flags=re.S)


def on_post_page(output, page, config):
    return parts.restore(output)
