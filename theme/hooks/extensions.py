"""The site's own Markdown extensions. Zensical, which runs no hooks, imports them by name (see `make zensical`)."""

import re

import figures
import formulas
import parts

PLAIN = re.compile(r'<span class="(?:n|o|p|w)">([^<]*)</span>')  # names, signs, spaces: in the colour of the block


def on_config(config):
    config.markdown_extensions += [formulas.Formulas(parts.keep), figures.Figures(parts.keep)]


def on_page_content(html, page, config, files):
    def code(block):
        light = PLAIN.sub(r"\1", block[0])
        return parts.keep(light, re.sub("<[^>]*>", "", light))

    return re.sub("<pre>.*?</pre>", code, html, flags=re.S)


def on_post_page(output, page, config):
    return parts.restore(output)
