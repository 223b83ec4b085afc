"""What the press has made is offered: the files under downloads/, and lists of them on the page downloads.md."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

ROOT = Path(__file__).parents[2]
SECTION = re.compile(r"^## (?:(?!^## ).*\n?)*", re.M)
LIST = re.compile(r'<div data-downloads="(\w+)"></div>')
DECKS = {
    "en": {"en": "Cards in English", "en-zh": "Cards in English and Chinese"},
    "zh": {"zh": "中文卡片", "en-zh": "中英双语卡片"},
}
BOOK = {"en": "All chapters", "zh": "全部各章"}
SIZE = {"en": " ({:.1f} MB)", "zh": "（{:.1f} MB）"}


@cache  # `mkdocs serve` builds at every edit, and a preview can do with the decks that it began with
def make_decks():
    if subprocess.run([sys.executable, "-m", "press", "decks"], cwd=ROOT).returncode:
        raise PluginError("the Anki decks could not be made, see above (python -m press decks)")


def on_files(files, config):
    if config.theme["language"] == "en":  # once for both languages
        make_decks()
    for path in sorted(ROOT.glob(".cache/downloads/*/*")):
        if config.theme["language"] in path.suffixes[-2][1:].split("-"):  # d2l-notes.en-zh.apkg
            files.append(File.generated(config, f"downloads/{path.name}", abs_src_path=str(path)))


def on_page_markdown(markdown, page, config, files):
    if page.file.src_uri == "downloads.md":
        return SECTION.sub(lambda section: filled(section[0], files, config), markdown)


def filled(section, files, config):
    """The section with its list; nothing if there is nothing to list: PDFs and EPUBs exist after `make pdf` and `make epub` only."""
    wanted, size = LIST.search(section), SIZE[config.theme["language"]]
    links = [
        f"- [{label}]({file.src_uri}){size.format(len(file.content_bytes) / 1e6)}"
        for label, file in offered(wanted[1], files, config)
    ]
    return LIST.sub("\n".join(links), section) if links else ""


def offered(kind, files, config):
    """What there is of a kind, as (label, file), chapters in the order of the nav."""
    language, nav = config.theme["language"], str(config.nav)
    if kind == "decks":
        found = [(label, f"downloads/d2l-notes.{code}.apkg") for code, label in DECKS[language].items()]
    elif kind == "epub":
        found = [(BOOK[language], f"downloads/d2l-notes.{language}.epub")]
    else:
        chapters = sorted(ROOT.glob(f"docs/{language}/*/index.md"), key=lambda path: nav.find(f"'{path.parent.name}/"))
        pattern = {"pdf": f"downloads/{{0}}.{language}.pdf", "notebooks": "notebooks/{0}/{0}.ipynb"}[kind]
        found = [(heading(path), pattern.format(path.parent.name)) for path in chapters]
    return [(label, files.get_file_from_path(uri)) for label, uri in found if files.get_file_from_path(uri)]


def heading(path):
    return re.search(r"^# (.+)", path.read_text("utf-8"), re.M)[1].strip()
