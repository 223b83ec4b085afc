"""The result of a snippet that this device cannot run: taken from a fresh record, or one that says what is missing."""

from __future__ import annotations

import re
from pathlib import Path

from lab import archive, figure, notebook, outputs, store
from lab.environment import key
from lab.outputs import Outputs
from lab.snippet import Snippet

WORDS = {
    "missing": {"en": "not yet run on a GPU", "zh": "尚未在 GPU 上运行"},
    "stale": {"en": "changed since it last ran on a GPU", "zh": "上次在 GPU 上运行之后，代码已改动"},
    "damaged": {"en": "its record of a GPU run is damaged", "zh": "GPU 运行记录已损坏"},
}
FRAME = """<svg class="fig" role="img" viewBox="0 0 518.4 96" width="691.2" height="128" xmlns="http://www.w3.org/2000/svg">\
<rect x="1" y="1" width="516.4" height="94" rx="4" style="fill:none;stroke:var(--fig-muted);stroke-dasharray:5 4"/>\
<text x="259.2" y="54" text-anchor="middle" style="fill:var(--fig-muted);font-size:15px;font-family:sans-serif">GPU: —\
</text></svg>
"""


def find(root: Path, path: str, content: bytes) -> dict:
    """What a result that was not run here is made of: `state` fresh, stale, damaged or missing; `record`, `device`."""
    state = "missing"
    for folder, about in archive.devices(root).items():
        if about.get("kind") == "cuda":
            record, fault = archive.load(folder, path, content)
            if record:
                return {"state": "fresh", "device": about["name"], "record": record}
            state = fault if state == "missing" else state
    return {"state": state, "device": "", "record": None}


def address(root: Path, path: str, content: bytes, world: dict) -> str:
    """The key of such a result."""
    found, how = find(root, path, content), Path(__file__).read_bytes()
    return key(world, how, path, content, found["state"], found["device"], repr(found["record"]).encode())


def install(root: Path, snippet: Snippet, content: bytes, folder: Path, about: dict, out: Path) -> None:
    """Write the result by way of `out`, an empty folder; result.json says `recorded`: state, device, date."""
    found = find(root, snippet.path, content)
    record = found["record"]
    outputs.save(_outputs(snippet, found, ("en", "zh")), out)
    for lang in ("en", "zh"):
        cells = notebook.cells(snippet, lang, _outputs(snippet, found, (lang,)), figure.paint)
        (out / f"{snippet.stem}.{lang}.ipynb").write_bytes(notebook.dump(cells))
    said = {"state": found["state"], "device": found["device"], "date": record.date if record else ""}
    sections = [cell.section for cell in snippet.code]
    store.install(out, folder, {**about, "asserts": 0, "recorded": said, "sections": sections})


def _outputs(snippet: Snippet, found: dict, langs: tuple[str, ...]) -> Outputs:
    """Texts begin with the device that printed them. Without a record, what prints and what draws says so."""
    record = found["record"]
    if record:
        label = f"[{found['device']}, {record.date}]"
        texts = {section: "\n".join([label, *lines, ""]) for section, lines in record.printed.items()}
        return {
            cell.section: (texts.get(cell.section, ""), record.figures.get(cell.section, [])) for cell in snippet.code
        }
    text = f"[{' · '.join(WORDS[found['state']][lang] for lang in langs)}]\n"
    return {
        cell.section: (text if re.search(r"\bprint\(", cell.source) else "", [FRAME] * cell.source.count("plt.show()"))
        for cell in snippet.code
    }
