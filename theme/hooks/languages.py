"""One build, two languages: the Chinese site is built below the English one."""

from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

ROOT = Path(__file__).parents[2]


def on_post_build(config):
    if config.theme["language"] != "en":
        return
    chinese = load_config(
        str(ROOT / "mkdocs.zh.yml"),
        strict=config.strict,
        site_dir=str(Path(config.site_dir) / "zh"),
        site_url=config.site_url + "zh/",
    )
    chinese.plugins.on_startup(command="build", dirty=False)
    build(chinese)
