"""Files of the site that are not in docs/: each snippet, and its notebook with everything already run."""

from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[2]


def on_files(files, config):
    language = config.theme["language"]
    found = {f"snippets/{path.parent.name}/{path.name}": path for path in ROOT.glob("snippets/*/*.py")}
    for path in ROOT.glob(f"results/*/*/*.{language}.ipynb"):
        found[f"notebooks/{path.parts[-3]}/{path.parts[-2]}.ipynb"] = path
    for path in ROOT.glob(f"results/*/*.{language}.ipynb"):
        found[f"notebooks/{path.parts[-2]}/{path.parts[-2]}.ipynb"] = path
    for uri, path in sorted(found.items()):
        files.append(File.generated(config, uri, abs_src_path=str(path)))
