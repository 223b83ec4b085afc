"""Files of the site that are not in docs/: each snippet, its notebook and its chapter's, with everything already run."""

import json
import re
from pathlib import Path

import catalogue
from mkdocs.structure.files import File

ROOT = Path(__file__).parents[2]


def on_files(files, config):
    language = config.theme["language"]
    found = {f"snippets/{path.parent.name}/{path.name}": path for path in ROOT.glob("snippets/*/*.py")}
    for path in ROOT.glob(f"results/*/*/*.{language}.ipynb"):
        found[f"notebooks/{path.parts[-3]}/{path.parts[-2]}.ipynb"] = path
    for uri, path in sorted(found.items()):
        files.append(File.generated(config, uri, abs_src_path=str(path)))
    for path in sorted(ROOT.glob(f"results/*/*.{language}.ipynb")):
        chapter = path.parent.name
        uri = f"notebooks/{chapter}/{chapter}.ipynb"
        files.append(File.generated(config, uri, content=entitled(path, language, f"{chapter}/index.md")))


def entitled(path, language, page):
    """The chapter's notebook under the chapter's title: the lab, which made it, knows no page."""
    title = json.dumps(f"# {catalogue.title(language, page)}", ensure_ascii=False)
    return re.sub('"# (?:[^"\\\\]|\\\\.)*"', lambda heading: title, path.read_text("utf-8"), count=1)
