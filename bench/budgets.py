"""What the project has promised itself, beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator

from bench.costs import middle, seconds, together

Row = tuple[str, str, str, bool]  # what, budget, measured, whether it is met
WORK = {"median": 0.7, "longest": 5, "total": 180}  # s of CPU for the project's own snippets
RATIOS = {"nbclient": 5, "myst-nb": 12, "mkdocs-jupyter": 12}  # wall, on the synthetic set of 40; CPU: 6 for each
HTML = {"typical": 60, "largest": 150}  # KB, compressed


def budgets(results: dict, words: dict) -> list[list[str]]:
    """The rows of a table, with its head."""
    rows = [words["budgets"]]
    for name, found in results["sets"].items():
        title = words["sets"].get(name, words["sets"]["synthetic"]).format(count=found["work"]["count"])
        rows += [_row(words, title + what, *rest) for what, *rest in _lab(found, results["machine"]["cores"], words)]
    if "all" in results["sets"]:
        rows += [_row(words, *row) for row in _snippets(results["sets"]["all"]["work"], words)]
    if "40" in results["sets"]:
        rows += [_row(words, *row) for row in _ratios(results["sets"]["40"]["costs"], words)]
    return rows + [_row(words, *row) for row in _pages(results, words)]


def _row(words: dict, what: str, budget: str, measured: str, met: bool) -> list[str]:
    return [what, budget, measured, words["met"] if met else words["missed"]]


def _lab(found: dict, cores: int, words: dict) -> Iterator[Row]:
    work, preload = found["work"], found["preload"]
    lab = {step: middle(runs) for step, runs in found["costs"]["lab"].items()}
    overhead = (lab["cold"]["cpu"] - work["total"] - preload) / work["count"] * 1000
    yield words["overhead"], "≤ 60 ms", f"{overhead:.0f} ms", overhead <= 60
    for unit, limit in (("cpu", work["total"]), ("wall", work["total"] / cores)):
        factor = (lab["cold"][unit] - preload) / limit
        yield words[f"limit-{unit}"], "≤ 1.2", f"{factor:.2f}", factor <= 1.2
    idle, live = lab["warm"]["wall"], lab["live"]["wall"] - work["edited"]
    yield words["idle"], "≤ 0.6 s", f"{seconds(idle)} s", idle <= 0.6
    yield words["live-over"], "≤ 0.3 s", f"{seconds(live)} s", live <= 0.3


def _snippets(work: dict, words: dict) -> Iterator[Row]:
    for what, most in WORK.items():
        yield words[f"work-{what}"], f"≤ {most} s", f"{seconds(work[what])} s", work[what] <= most


def _ratios(costs: dict, words: dict) -> Iterator[Row]:
    cold = {name: middle(steps["cold"]) for name, steps in costs.items()}
    ours = together(cold["lab"], middle(costs["lab"]["pages"]))
    for name, least in RATIOS.items():
        for unit, times in (("cpu", 6), ("wall", least)):
            if name in cold:
                ratio = cold[name][unit] / ours[unit]
                what = words["times"].format(name=words[name], unit=words[unit])
                yield what, f"≥ {times}", f"{ratio:.1f}", ratio >= times


def _pages(results: dict, words: dict) -> Iterator[Row]:
    for name, most in HTML.items():
        size = results["html"][name] / 1000
        yield words[f"html-{name}"], f"≤ {most} KB", f"{size:.0f} KB", size <= most
    shift = max(page["shift"] for page in results["pages"])
    yield words["shift"], "≤ 0.01", f"{shift:.3f}", shift <= 0.01
