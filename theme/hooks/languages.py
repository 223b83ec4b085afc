"""One build, two languages: the Chinese site is built below the English one; under `mkdocs serve` only if it changes."""

import os
import re
import shutil
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

ROOT = Path(__file__).parents[2]
UNREAD = {ROOT / name for name in ("site", "tests", "lab", "node_modules")}  # nor is what is hidden
serving, made_of = False, None


def on_startup(command, dirty):
    global serving
    serving = serving or command == "serve"


def on_pre_build(config):
    chinese = Path(config.site_dir, "zh")
    if serving and config.theme["language"] == "en" and chinese.exists():
        chinese.rename(chinese.with_name(".zh"))  # MkDocs empties the folder of the site, but for what is hidden


def on_post_build(config):
    global made_of
    if config.theme["language"] != "en":
        return
    chinese, now = Path(config.site_dir, "zh"), state() if serving else None
    if serving and now == made_of:
        chinese.with_name(".zh").rename(chinese)
        return
    shutil.rmtree(chinese.with_name(".zh"), ignore_errors=True)
    made_of = None
    site = load_config(
        str(ROOT / "mkdocs.zh.yml"), strict=config.strict, site_dir=str(chinese), site_url=config.site_url + "zh/"
    )
    site.plugins.on_startup(command="build", dirty=False)
    build(site)
    made_of = now


def state():
    """What the Chinese site is made of: of English pages the headings, of all other files when they last changed."""
    found = {}
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name[0] != "." and Path(folder, name) not in UNREAD]
        for path in (Path(folder, name) for name in files if name[0] != "."):
            if path.is_relative_to(ROOT / "docs/en") and path.suffix == ".md":
                found[path] = re.findall("^#.*", path.read_text("utf-8"), re.M)
            elif path.exists():
                found[path] = path.stat().st_mtime_ns
    return found
