"""The bench's own arithmetic, on canned measurements; and the pages show what was measured. Nothing is timed here."""

import json
import re
import subprocess
import sys
from collections import Counter

import pytest
from pages import DOCS, ROOT, read
from typography import faults

from bench import corpus
from bench.report import render
from bench.words import WORDS

REPORT = ROOT / "bench/report"
SECTION = re.compile(r"\[start:([\w-]+)\]")


def cost(cpu, wall, memory=100):
    return {"cpu": cpu, "wall": wall, "memory": memory, "load": round(wall / 10, 1)}


@pytest.fixture
def canned():
    """Ten snippets of one second each, on two cores; the lab needs 0.05 s more for each, a peer needs six times as much."""
    lab = {"cold": [cost(12.5, 7), cost(12.5, 9), cost(12.5, 8)], "warm": [cost(0.1, 0.2)], "edit": [cost(4, 4)]}
    lab |= {"pages": [cost(1.5, 2, 120)], "live": [{"cpu": 1.1, "wall": 1.4, "load": 0.2}]}
    work = {"count": 10, "total": 10, "mean": 1, "median": 1, "longest": 1, "edited": 1}
    costs = {"lab": lab, "nbclient": {"cold": [cost(84, 60)]}, "mkdocs-jupyter": {}}
    found = {"figures": 7, "preload": 2, "work": work, "costs": costs}
    page = {"kind": "home", "language": "en", "requests": 9, "kilobytes": 80.4, "html": 20, "paint": 1.25, "main": 0.5}
    return {
        "machine": {"cpu": "Fast", "instructions": "x86_64 avx2", "cores": 2, "memory": 8},
        "versions": {"Python": "3.11.7", "torch": "2.13.0"},
        "runs": 3,
        "load": [0.1, 2.3, 1.9],
        "sets": {"40": found, "all": found},
        "site": {"pages": 20, "costs": {"cold": cost(30, 31), "prose": {"cpu": 5, "wall": 5.5}}},
        "pages": [{**page, "shift": 0.0}, {**page, "kind": "notebook", "language": "zh", "shift": 0.2}],
        "html": {"typical": 41_000, "largest": 151_000},
    }


def rows(report, section):
    part = report.replace("\N{NO-BREAK SPACE}", " ").partition(f"[start:{section}]")[2].partition("[end:")[0]
    return {row[0]: row[1:] for line in part.splitlines() if (row := line.strip("| ").split(" | ")) and "|" in line}


def test_ratios_are_taken_of_medians_and_of_lab_and_pages_together(canned):
    engines = rows(render(canned, "en"), "set-40")
    assert engines["*the snippets themselves*"][:2] == ["10.0", "5.00"], "the limit: the work over two cores"
    assert engines["lab"] == ["12.5 (0.9×)", "8.00 (0.8×)", "100", "0.10 / 0.20", "4.00 / 4.00"]
    assert engines["**lab + MkDocs**"] == ["14.0 (1.0×)", "10.0 (1.0×)", "120", "1.60 / 2.20", "5.50 / 6.00"]
    assert engines["nbclient"] == ["84.0 (6.0×)", "60.0 (6.0×)", "100", "as cold", "as cold"]
    assert engines["mkdocs-jupyter"][0] == "fails"
    assert engines["`lab watch`"][-1] == "1.10 / 1.40"
    assert "10 snippets with 7 figures; one weighs 1.00 s" in (report := render(canned, "en"))
    assert "Load of the machine meanwhile: 0.0 to 6.0." in report


def test_what_misses_its_budget_is_bold(canned):
    lab, others = (rows(render(canned, "en"), name) for name in ("budgets-lab", "budgets"))
    assert lab["what"] == ["budget", "synthetic 10", "all 10"]
    assert lab["CPU per snippet beyond its work"] == ["≤ 60 ms", "50 ms", "50 ms"]
    assert lab["(wall − preload) / (work / cores)"] == ["≤ 1.2", "1.20", "1.20"]
    assert lab["`lab watch`, one edit beyond its work"] == ["≤ 0.3 s", "**0.40 s**", "**0.40 s**"]
    assert others["Synthetic 40, nbclient / lab + MkDocs, wall"] == ["≥ 5", "6.0"]
    assert others["A snippet, median"] == ["≤ 0.7 s", "**1.00 s**"]
    assert others["HTML of a notes page, largest, compressed"] == ["≤ 150 KB", "**151 KB**"]
    assert others["Layout shift of a page, largest"][-1] == "**0.200**"
    assert not [what for what in others if "MyST-NB" in what or "jupyter" in what], (
        "what was not measured is not judged"
    )


def test_site_and_pages(canned):
    report = render(canned, "en")
    assert rows(report, "site")["build, no cache but the results"] == ["30.0", "31.0", "1500"]
    assert rows(report, "pages")["home"] == ["9", "80", "20", "1.2", "0.5", "0.000"]
    assert rows(report, "machine")["load of the machine before, at its highest, after"] == ["0.1 → 2.3 → 1.9"]


def test_both_languages_say_the_same(canned):
    def numbers(report):
        return [re.findall(r"\d[\d.]*", line) for line in report.splitlines() if line.startswith("|")]

    assert WORDS["en"].keys() == WORDS["zh"].keys()
    assert numbers(render(canned, "en")) == numbers(render(canned, "zh"))
    assert not list(faults(render(canned, "zh")))


def test_report_is_what_the_renderer_makes_of_the_measurements(language):
    results = json.loads((REPORT / "results.json").read_text("utf-8"))
    text = (REPORT / f"{language}.md").read_text("utf-8")
    assert text == render(results, language), "bench/report/ is written by make bench alone"
    shown = re.findall(rf'--8<-- "bench/report/{language}\.md:([\w-]+)"', read(language, "performance.md"))
    assert sorted(shown) == sorted(SECTION.findall(text)), f"{DOCS[language]}/performance.md shows all of it, once"


def test_report_names_a_kind_of_machine_and_no_machine():
    text = "".join(path.read_text("utf-8") for path in REPORT.iterdir())
    assert not re.search(r"/(home|root|work|tmp|usr)/|https?://", text)


def test_samples_repeat_and_cover_the_chapters():
    everything = corpus.own()
    sample = corpus.own(20)
    assert sample == corpus.own(20) and len({snippet.path for snippet in sample}) == 20
    chapters = Counter(snippet.path.split("/")[1] for snippet in everything)
    large = {chapter for chapter, count in chapters.items() if count >= len(everything) / 20}
    assert len(large) > 1 and large <= {snippet.path.split("/")[1] for snippet in sample}
    assert corpus.own(len(everything)) == everything


def test_synthetic_snippets_repeat_and_differ():
    snippets = corpus.synthetic(80)
    assert snippets == corpus.synthetic(80) and len({snippet.source for snippet in snippets}) == 80
    edited = corpus.edited(snippets[0], 3)
    assert edited.path == snippets[0].path and edited.code[-1].source.endswith("print('edit 3')")


METER = """
import json, os, sys
from bench.meter import Failed, measure
busy = "import time\\nwhile time.process_time() < 0.5: pass"
cost, said = measure(["sh", "-c", f"echo started; '{sys.executable}' -c '{busy}' &"], ".", os.environ, 60)
try:
    measure(["sh", "-c", "echo why; exit 3"], ".", os.environ, 60)
except Failed as failed:
    print(json.dumps([cost["cpu"], said, str(failed)]))
"""


def test_meter_counts_what_outlives_the_command_and_says_why_one_failed():
    done = subprocess.run([sys.executable, "-c", METER], cwd=ROOT, capture_output=True, text=True, check=True)
    cpu, said, failed = json.loads(done.stdout)
    assert cpu >= 0.5 and said == "started\n" and ": 3\nwhy" in failed
