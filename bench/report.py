"""The measurements as Markdown, in either language: sections that the pages on performance include."""

from __future__ import annotations

from bench import budgets
from bench.costs import both, middle, seconds, table, together
from bench.words import WORDS

ORDER = ("python", "nbclient", "myst-nb", "mkdocs-jupyter", "markdown-exec")


def render(results: dict, language: str) -> str:
    """The report; each of its parts is a section that pymdownx.snippets can include."""
    words = WORDS[language]
    parts = {"machine": machine(results, words)}
    parts |= {"budgets-lab": table(budgets.of_lab(results, words))}
    parts |= {"budgets": table(budgets.of_the_rest(results, words))}
    parts |= {f"set-{name}": race(found, results["machine"]["cores"], words) for name, found in results["sets"].items()}
    parts |= {"site": site(results["site"], words), "pages": pages(results["pages"], words)}
    made = [f"<!-- --8<-- [start:{name}] -->\n{part}\n<!-- --8<-- [end:{name}] -->\n" for name, part in parts.items()]
    return "\n".join([f"<!-- {words['made']} -->\n", *made])


def machine(results: dict, words: dict) -> str:
    about = results["machine"]
    rows = [
        words["machine"],
        [words["processor"], f"{about['cpu']} ({about['instructions']})"],
        [words["cores"], str(about["cores"])],
        [words["memory"], f"{about['memory']} GB"],
        [words["runs"], str(results["runs"])],
        [words["load"], " → ".join(f"{value:.1f}" for value in results["load"])],
    ]
    versions = words["comma"].join(f"{name} {version}" for name, version in results["versions"].items())
    return f"{table(rows)}\n\n{words['versions'].format(versions=versions)}"


def race(found: dict, cores: int, words: dict) -> str:
    """One set: every engine's costs, and how many times those of lab and pages together they are."""
    costs = {name: {step: middle(runs) for step, runs in steps.items()} for name, steps in found["costs"].items()}
    work, lab = found["work"], costs["lab"]
    whole = {step: together(lab[step], lab["pages"]) for step in ("cold", "warm", "edit")}
    rows = [words["engines"]]
    rows.append([words["work"], seconds(work["total"]), seconds(work["total"] / cores), "", "", ""])
    for name, cost in [("lab", lab), ("lab-pages", whole), *((name, costs[name]) for name in ORDER if name in costs)]:
        if not cost:
            rows.append([words[name], words["failed"], "", "", "", ""])
            continue
        times = {unit: f" ({cost['cold'][unit] / whole['cold'][unit]:.1f}×)" for unit in ("cpu", "wall")}
        row = [words[name], *(seconds(cost["cold"][unit]) + times[unit] for unit in times)]
        row += [f"{cost['cold']['memory']:.0f}"]
        rows.append(row + [both(cost[step]) if step in cost else words["cold"] for step in ("warm", "edit")])
    rows.append([words["live"], "", "", "", "", both(lab["live"])])
    loads = [cost["load"] for steps in found["costs"].values() for runs in steps.values() for cost in runs]
    numbers = {name: seconds(work[name]) for name in ("mean", "longest", "edited")}
    numbers |= {"count": work["count"], "figures": found["figures"], "preload": seconds(found["preload"])}
    numbers |= {"idlest": min(loads), "busiest": max(loads)}
    return f"{table(rows)}\n\n{words['set'].format(**numbers)}"


def site(found: dict, words: dict) -> str:
    rows, pages = [words["builds"]], found["pages"]
    for step, cost in found["costs"].items():
        row = [words[f"site-{step}"], seconds(cost["cpu"]), seconds(cost["wall"])]
        rows.append([*row, f"{cost['cpu'] / pages * 1000:.0f}"])
    return f"{table(rows)}\n\n{words['site'].format(pages=pages)}"


def pages(found: list[dict], words: dict) -> str:
    rows = [words["visits"]]
    for page in found:
        row = [f"{words[page['kind']]}{words['language'][page['language']]}", str(page["requests"])]
        row += [f"{page['kilobytes']:.0f}", f"{page['html']:.0f}", f"{page['paint']:.1f}", f"{page['main']:.1f}"]
        rows.append([*row, f"{page['shift']:.3f}"])
    return table(rows)
