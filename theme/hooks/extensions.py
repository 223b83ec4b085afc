"""The site's own Markdown extensions. Zensical, which runs no hooks, imports them by name (see `make zensical`)."""

import figures
import formulas
import parts


def on_config(config):
    config.markdown_extensions += [formulas.Formulas(parts.keep), figures.Figures(parts.keep)]


def on_pre_build(config):
    parts.waiting.clear()


def on_post_page(output, page, config):
    return parts.restore(output)
