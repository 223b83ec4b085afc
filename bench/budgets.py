"""What the project has promised itself, beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator

from bench.costs import middle, seconds, together

Row = tuple[str, str, str, bool]  # what, budget, measured, whether it is met
WORK = {"median": 0.7, "longest": 5, "total": 180}  # s of CPU for the project's own snippets
RATIOS = {"nbclient": 5, "myst-nb": 12, "mkdocs-jupyter": 12}  # wall, on the synthetic set of 40; CPU: 6 for each
HTML = {"typical": 60, "largest": 150}  # KB, compressed


def of_lab(results: dict, words: dict) -> list[list[str]]:
    """The lab's budgets, with a column for each set; what is missed is bold."""
    names = [words["sets"].get(name, words["sets"]["synthetic"]) for name in results["sets"]]
    titles = [name.format(count=found["work"]["count"]) for name, found in zip(names, results["sets"].values())]
    columns = [list(_lab(found, results["machine"]["cores"], words)) for found in results["sets"].values()]
    rows = [[rows[0][0], rows[0][1], *(_judged(*row) for row in rows)] for rows in zip(*columns)]
    return [[*words["budgets"][:2], *titles], *rows]


def of_the_rest(results: dict, words: dict) -> list[list[str]]:
    """The budgets of snippets, ratios and pages; what is missed is bold."""
    rows = list(_pages(results, words))
    if "all" in results["sets"]:
        rows += _snippets(results["sets"]["all"]["work"], words)
    if "40" in results["sets"]:
        rows += _ratios(results["sets"]["40"]["costs"], words)
    return [words["budgets"], *([row[0], row[1], _judged(*row)] for row in rows)]


def _judged(what: str, budget: str, measured: str, met: bool) -> str:
    return measured if met else f"**{measured}**"


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
    cold = {name: middle(steps["cold"]) for name, steps in costs.items() if steps}
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
