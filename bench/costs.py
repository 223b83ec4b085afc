"""Costs as numbers, and numbers as cells of a Markdown table."""

from __future__ import annotations

from statistics import median


def middle(costs: list[dict]) -> dict:
    """The median of each unit over the rounds."""
    return {unit: median(cost[unit] for cost in costs) for unit in costs[0]}


def together(first: dict, second: dict) -> dict:
    """What two commands cost that run one after the other."""
    memory = max(first["memory"], second["memory"])
    return {"cpu": first["cpu"] + second["cpu"], "wall": first["wall"] + second["wall"], "memory": memory}


def seconds(value: float) -> str:
    """Three digits, at most two of them decimals."""
    return f"{value:.{2 - (abs(value) >= 10) - (abs(value) >= 100)}f}"


def both(cost: dict) -> str:
    """CPU seconds, and wall time."""
    return f"{seconds(cost['cpu'])} / {seconds(cost['wall'])}"


def table(rows: list[list[str]]) -> str:
    """A Markdown table; the first row is its head, the first column words, the others numbers, which do not break."""
    head, *body = rows
    ruler = ["---", *["--:"] * (len(head) - 1)]
    body = [[row[0], *(cell.replace(" ", "\N{NO-BREAK SPACE}") for cell in row[1:])] for row in body]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ruler, *body])
