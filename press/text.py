"""Markdown of a page as HTML that stands alone: links lead to the site, formulas stay TeX between \\( \\) and \\[ \\]."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from press.book import page_url, site_url

EXTENSIONS = ["abbr", "attr_list", "def_list", "tables", "pymdownx.arithmatex", "pymdownx.superfences"]
OPTIONS = {"pymdownx.arithmatex": {"generic": True, "block_tag": "p"}}


class Links(Treeprocessor):
    """Links between pages are relative to a Markdown file; away from the site they need the published address."""

    def __init__(self, md: Markdown, language: str, page: str):
        super().__init__(md)
        self.language, self.page = language, page

    def run(self, root):
        for link in root.iter("a"):
            target, mark, anchor = link.get("href", "").partition("#")
            if "://" not in target:
                path = urljoin(f"/{self.page}", target).lstrip("/")
                page = path.endswith(".md")
                url = page_url(self.language, path) if page else site_url(self.language) + path
                link.set("href", url + mark + anchor)


class SiteLinks(Extension):
    def __init__(self, language: str, page: str):
        super().__init__()
        self.where = language, page

    def extendMarkdown(self, md):
        md.treeprocessors.register(Links(md, *self.where), "site_links", 1)


def html(text: str, language: str, page: str) -> str:
    """The HTML of Markdown that stands on `page`. No figures and includes: questions are cut free of them before."""
    made = Markdown(extensions=[*EXTENSIONS, SiteLinks(language, page)], extension_configs=OPTIONS).convert(text)
    return re.sub(r'<(span|p) class="arithmatex">(.*?)</\1>', r"\2", made, flags=re.S)
