"""`mkdocs serve` builds in one process: a page made of the same text and files as last time is not made again."""

import re
from pathlib import Path
from types import MethodType

from mkdocs.plugins import event_priority

ROOT = Path(__file__).parents[2]
PART = re.compile(r'--8<-- "([^":]+)|\]\((?:\.\./)+(results/[^)\s]+)\)')
MADE = "content", "toc", "meta", "_title_from_render", "present_anchor_ids"
kept = {}  # (language, page) -> what it was made of, what it became


@event_priority(-100)  # the last to change the text
def on_page_markdown(markdown, page, config, files):
    page.made_of = markdown, dict(page.meta), changes(markdown, page), targets(files)
    if same(page, config):
        page.render = MethodType(nothing, page)  # in this object alone


@event_priority(-100)  # the last to change what it became
def on_page_content(html, page, config, files):
    if same(page, config):
        made, links = kept[name(page, config)][1]
        page.links_to_anchors = {files.get_file_from_path(uri): anchors for uri, anchors in links.items()}
        vars(page).update({**made, "meta": dict(made["meta"])})
        return page.content
    page.content = html
    links = {file.src_uri: anchors for file, anchors in (page.links_to_anchors or {}).items()}
    made = {field: getattr(page, field) for field in MADE if hasattr(page, field)}
    kept[name(page, config)] = page.made_of, ({**made, "meta": dict(page.meta)}, links)


def nothing(page, config, files):
    page.content = ""


def same(page, config):
    return page.made_of == kept.get(name(page, config), [None])[0]


def name(page, config):
    return config.theme["language"], page.file.src_uri


def changes(markdown, page):
    """When the page's file, those that its text includes, and the configuration last changed."""
    included = {ROOT / (text or figure) for text, figure in PART.findall(markdown)}
    if page.file.src_uri.endswith(".md") and page.file.abs_src_path:  # other hooks write all other pages
        included.add(Path(page.file.abs_src_path))
    paths = [*included, *ROOT.glob("*.yml"), *ROOT.glob("theme/*.yml")]
    return {path: path.stat().st_mtime_ns for path in paths if path.exists()}


def targets(files):
    """What a link can lead to."""
    return {uri for uri in files.src_uris if not uri.endswith(".svg")}
