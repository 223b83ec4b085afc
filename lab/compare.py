"""Compare the records of a device with the results of the CPU: digests, claims, and every number that both printed.

Words must be equal, numbers agree to a tolerance. Where nothing random and no clock has been read, that is one unit of
the last printed digit, for a rounding that tips over. Elsewhere CPU and GPU draw different random numbers: `rtol` of the
larger number and two units are added, and what still differs is no fault, since the claims have passed with both, but
another draw, to be held against what the page says. A number below 1e-6 is a rounding error, and only has to be one on
both devices.
"""

from __future__ import annotations

import re
from pathlib import Path

from lab import archive, outputs
from lab.survey import State, survey

RTOL = 0.1
ROUNDING = 1e-6
NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.]*\w)", re.I)
CHANCE = re.compile(
    r"rand|normal_?\(|uniform_?\(|bernoulli|multinomial|perm\b|permut|shuffle|choice|sample|[Dd]ropout|\bnn\.(?!functional)"
    r"|perf_counter|cuda\.Event"
)


def compare(root: Path, folder: Path, rtol: float = RTOL) -> tuple[list[str], list[str], int]:
    """One line for everything that is not proved by the records in `folder`, one for each other draw, and how many
    snippets are proved."""
    states, _ = survey(root, "cpu")
    name = archive.devices(root).get(folder, {}).get("name", folder.name)
    found, drawn, agree = [], [], 0
    for state in states:
        record, fault = archive.load(folder, state.path, state.content)
        wrong, other = ([f"its record is {fault}"], []) if fault else _differences(state, record, name, rtol)
        found += [f"{state.path}: {line}" for line in wrong]
        drawn += [f"{state.path}: {line}" for line in other]
        agree += not wrong
    known = {archive.file(folder, state.path) for state in states}
    strays = [path for path in sorted(folder.glob("*/*.json")) if path not in known]
    return found + [f"{path.relative_to(root).as_posix()}: its snippet is gone" for path in strays], drawn, agree


def _differences(state: State, record: archive.Record, name: str, rtol: float) -> tuple[list[str], list[str]]:
    if state.error:
        return [state.error], []
    snippet, random, found, drawn = state.read(), False, [], []
    if "gpu" in snippet.tags:
        return [], []  # there is nothing to compare it with: its claims have passed there
    if state.fault:
        return [f"its result on the CPU is {state.fault}: python -m lab run"], []
    made = outputs.load([cell.section for cell in snippet.code], state.folder)
    for cell in snippet.code:
        random = random or bool(CHANCE.search(cell.source))
        here, there = made[cell.section][0].splitlines(), record.printed.get(cell.section, [])
        if len(here) != len(there):
            found.append(f"[{cell.section}] prints {len(here)} lines on the CPU, {len(there)} on {name}")
        for line, (ours, theirs) in enumerate(zip(here, there), 1):
            if why := difference(ours, theirs, rtol if random else 0.0):
                kind = drawn if random and _words(ours) == _words(theirs) else found
                kind.append(f"[{cell.section}] line {line}: CPU {why[0]!r}, {name} {why[1]!r}")
    return found, drawn


def difference(ours: str, theirs: str, rtol: float) -> tuple[str, str] | None:
    """The first pair that disagrees in two printed lines: of numbers, or the lines themselves."""
    if _words(ours) != _words(theirs):
        return ours, theirs
    pairs = zip(NUMBER.findall(ours), NUMBER.findall(theirs))
    return next(((a, b) for a, b in pairs if not _close(a, b, rtol)), None)


def _words(line: str) -> list[list[str]]:
    return [part.split() for part in NUMBER.split(line)]


def _close(a: str, b: str, rtol: float) -> bool:
    x, y = float(a), float(b)
    if max(abs(x), abs(y)) < ROUNDING:
        return True
    whole = a.lstrip("+-").isdigit() and b.lstrip("+-").isdigit()
    units = 0 if whole and not rtol else max(_unit(a), _unit(b)) * (3 if rtol else 1)
    return abs(x - y) <= (units + rtol * max(abs(x), abs(y))) * (1 + 1e-9)


def _unit(number: str) -> float:
    """One in the last printed digit."""
    digits, _, exponent = number.lower().partition("e")
    return 10.0 ** (int(exponent or 0) - len(digits.partition(".")[2]))
