"""make bench: measure everything in one run, print it, and write bench/report/ if nothing was left out."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import browser, corpus, peers, site
from bench.engines import LAB, PEERS
from bench.machine import machine, versions
from bench.meter import Failed
from bench.race import Race
from bench.report import render
from bench.words import WORDS
from lab.snippet import Snippet

REPORT = Path(__file__).with_name("report")
SETS, OWN = "40,own,all,400", 40  # a number is the size of a synthetic set


def main() -> None:
    args = _arguments()
    peers.install()
    subprocess.run([sys.executable, "-m", "lab", "run"], cwd=corpus.ROOT, check=True)
    load = [os.getloadavg()[0]]

    def note(name: str, step: str, cost: dict) -> None:
        load.append(os.getloadavg()[0])
        print(f"{name:15s}{step:8s}{cost} load {load[-1]:.1f}", file=sys.stderr, flush=True)

    engines = [LAB, *(engine for engine in PEERS if not args.only or engine.name in args.only.split(","))]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        sets = {name: _snippets(name, args.own) for name in args.sets.split(",")}
        fit = {name: [engine for engine in engines if len(sets[name]) <= engine.largest] for name in sets}
        races = {name: Race(sets[name], fit[name], folder / name, args.timeout, note) for name in sets}
        for _ in range(args.runs):
            for race in races.values():
                race.run()
        found = {name: race.result() for name, race in races.items()}
        built = site.costs(corpus.own(1)[0], folder / "site", args.timeout, note)
        pages, html = browser.survey(folder / "site/site")
    about = {"machine": machine(), "versions": versions(), "runs": args.runs, "load": [load[0], max(load), load[-1]]}
    results = {**about, "sets": found, "site": built, "pages": pages, "html": html}
    print(render(results, "en"))
    if (args.sets, args.own, args.only) == (SETS, OWN, ""):
        publish(results)


def publish(results: dict) -> None:
    """Write what the pages on performance include."""
    REPORT.mkdir(exist_ok=True)
    (REPORT / "results.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    for language in WORDS:
        (REPORT / f"{language}.md").write_text(render(results, language), "utf-8")


def _snippets(name: str, sample: int) -> list[Snippet]:
    return corpus.own(sample if name == "own" else 0) if name in {"own", "all"} else corpus.synthetic(int(name))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="rounds, of which medians are taken")
    parser.add_argument("--sets", default=SETS, metavar="S,…", help=f"own, all, or a number of synthetic ones ({SETS})")
    parser.add_argument("--own", type=int, default=OWN, metavar="N", help=f"size of the sample `own` ({OWN})")
    parser.add_argument("--only", default="", metavar="E,…", help="the peers to measure (all)")
    parser.add_argument("--timeout", type=float, default=3600, metavar="S", help="for each command (3600)")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except Failed as failed:
        sys.exit(f"bench: {failed}")
