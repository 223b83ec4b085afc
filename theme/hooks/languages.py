"""One build, two languages: the Chinese site is built below the English one; under `mkdocs serve` only if it changes."""

import os
import shutil
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

ROOT = Path(__file__).parents[2]
NOT_READ = {"docs/en", "site", "tests", "node_modules", "lab"}  # by the Chinese site; nor is what is hidden
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
    chinese, sources = Path(config.site_dir, "zh"), ages() if serving else None
    if serving and sources == made_of:
        chinese.with_name(".zh").rename(chinese)
        return
    shutil.rmtree(chinese.with_name(".zh"), ignore_errors=True)
    made_of = None
    site = load_config(
        str(ROOT / "mkdocs.zh.yml"), strict=config.strict, site_dir=str(chinese), site_url=config.site_url + "zh/"
    )
    site.plugins.on_startup(command="build", dirty=False)
    build(site)
    made_of = sources


def ages():
    """When each file that the Chinese site may be made of was last changed."""
    found = {}
    for folder, folders, files in os.walk(ROOT):
        inner = os.path.relpath(folder, ROOT)
        folders[:] = [
            name for name in folders if name[0] != "." and os.path.normpath(f"{inner}/{name}") not in NOT_READ
        ]
        for name in files:
            path = os.path.join(folder, name)
            if name[0] != "." and os.path.exists(path):
                found[path] = os.stat(path).st_mtime_ns
    return found
