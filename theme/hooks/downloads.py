"""Files of the site that are not in docs/: snippets, their notebooks, and the notebook page of each chapter."""

from pathlib import Path

from mkdocs.plugins import event_priority
from mkdocs.structure.files import File

ROOT = Path(__file__).parents[2]


class NotebookPage(File):
    """A page, not a download: mkdocs-jupyter renders it."""

    def is_documentation_page(self):
        return True


@event_priority(-50)  # after mkdocs-jupyter, whose own wrapping forgets where a generated file comes from
def on_files(files, config):
    language = config.theme["language"]
    for path in sorted(ROOT.glob(f"results/*/*.{language}.ipynb")):
        chapter = path.parent.name
        files.append(NotebookPage.generated(config, f"notebooks/{chapter}.ipynb", abs_src_path=str(path)))
        files.append(File.generated(config, f"notebooks/{chapter}/{chapter}.ipynb", abs_src_path=str(path)))
    for path in sorted(ROOT.glob(f"results/*/*/*.{language}.ipynb")):
        chapter, stem = path.parts[-3:-1]
        files.append(File.generated(config, f"notebooks/{chapter}/{stem}.ipynb", abs_src_path=str(path)))
    for path in sorted(ROOT.glob("snippets/*/*.py")):
        files.append(File.generated(config, f"snippets/{path.parent.name}/{path.name}", abs_src_path=str(path)))
