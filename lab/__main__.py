"""python -m lab run | check | watch: keep results/ in agreement with snippets/."""

from __future__ import annotations

import argparse
import dataclasses
import difflib
import json
import os
import signal
import sys
from pathlib import Path

from lab.export import Outcome, Settings, update
from lab.survey import State, faults


class UsageError(Exception):
    """A request that cannot be understood."""


def main() -> int:
    args = _arguments()
    root = Path(args.root).resolve()
    if not (root / "snippets").is_dir():
        raise UsageError(f"{root} has no folder snippets/; --root names the folder that has")
    if args.command == "check":
        found = faults(root, args.device)
        print(*found, f"{len(found)} results to make, see above" if found else "all results are fresh", sep="\n")
        return bool(found)
    settings = Settings(
        args.device,
        args.jobs or (1 if args.device == "cuda" else len(os.sched_getaffinity(0))),
        args.timeout,
        args.memory if args.memory is not None else 0.0 if args.device == "cuda" else 4.0,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # unwinds, so that children end
    if args.command == "watch":
        return watch(root, settings)
    outcome = update(root, lambda states, seconds: choose(states, seconds, args.names, args.shard, root), settings, note)
    return report(outcome)


def choose(states: list[State], seconds: dict[str, float], names: list[str], shard: tuple[int, int] | None, root: Path) -> set[str]:
    """The paths meant by names (stem, chapter/stem or path), or all; of these, the shard K of N of about equal duration.

    Raises UsageError for a name that is no snippet's.
    """
    paths = {state.path for state in states}
    if names:
        known = {name: state.path for state in states for name in (state.stem, f"{state.folder.parent.name}/{state.stem}")}
        paths = set()
        for name in names:
            file = Path(name).resolve()
            shown = file.relative_to(root).as_posix() if file.is_relative_to(root) else ""
            path = known.get(name) or next((state.path for state in states if state.path in (shown, name)), None)
            if not path:
                near = ", ".join(difflib.get_close_matches(name, known, 3)) or "python -m lab run runs all"
                raise UsageError(f"no snippet {name}; did you mean: {near}")
            paths.add(path)
    if shard:
        loads = [(0.0, n) for n in range(1, shard[1] + 1)]
        mine = set()
        for state in sorted(states, key=lambda state: (-seconds.get(state.stem, 1.0), state.path)):
            if state.path in paths:
                load, n = min(loads)
                loads[loads.index((load, n))] = load + seconds.get(state.stem, 1.0), n
                mine |= {state.path} if n == shard[0] else set()
        paths = mine
    return paths


def note(count: int, total: int, path: str, trouble: str) -> None:
    """A bar on a terminal, else one line for each snippet; trouble goes to standard error in full."""
    bar = sys.stderr.isatty()
    if trouble:
        print("\r\033[K" * bar + trouble, file=sys.stderr, flush=True)
    if bar:
        end = "\r\033[K" if count == total else ""
        done = 30 * count // total
        print(f"\r\033[K[{'#' * done}{'.' * (30 - done)}] {count}/{total} {path}{end}", end="", file=sys.stderr, flush=True)
    else:
        print(f"[{count}/{total}] {path}", flush=True)


def report(outcome: Outcome) -> int:
    """Say what happened, what failed last of all; the exit status."""
    for path in outcome.needs_cuda:
        print(f"{path}: needs a CUDA device")
    if outcome.failed:
        print("failed:", *outcome.failed, sep="\n  ", file=sys.stderr, flush=True)
    cuda = f"needs a CUDA device {len(outcome.needs_cuda)}, " * bool(outcome.needs_cuda)
    print(f"ran {len(outcome.ran)}, fresh {outcome.fresh}, {cuda}failed {len(outcome.failed)} in {outcome.seconds:.1f} s")
    return bool(outcome.failed)


def watch(root: Path, settings: Settings) -> int:
    """Update at every line on standard input, with a fork server that stays alive, and answer with one line of JSON."""
    from lab.environment import environment
    from lab.run import prepare, warm_up

    prepare((path.read_text("utf-8", "replace") for path in (root / "snippets").rglob("*.py")), settings.device)
    warm_up()
    world = environment(b"", settings.device)
    for _ in sys.stdin:
        if environment(b"", settings.device) != world:
            print(json.dumps({"failed": ["the lab or a package has changed: start it again"]}), flush=True)
            return 1
        outcome = update(
            root, lambda states, _: {state.path for state in states}, settings,
            lambda *about: about[-1] and print(about[-1], file=sys.stderr, flush=True),
        )
        print(json.dumps(dataclasses.asdict(outcome), ensure_ascii=False), flush=True)
    return 0


def _arguments() -> argparse.Namespace:
    def shard(text: str) -> tuple[int, int]:
        k, n = map(int, text.split("/"))
        if not 1 <= k <= n:
            raise ValueError
        return k, n

    parser = argparse.ArgumentParser(prog="python -m lab", description="Run snippets and keep their results.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("run", "run what has no fresh result"),
        ("check", "list what a run would make; write nothing"),
        ("watch", "update at every line on standard input, answer in JSON"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--root", default=".", metavar="DIR", help="the folder that has snippets/ (default: here)")
        command.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
        if name == "run":
            command.add_argument("names", nargs="*", metavar="NAME", help="stem, chapter/stem or path (default: all)")
            command.add_argument("--shard", type=shard, metavar="K/N", help="only the K-th of N parts of equal duration")
        if name != "check":
            command.add_argument("--jobs", "-j", type=int, metavar="N", help="snippets at a time (default: cores; 1 on cuda)")
            command.add_argument("--timeout", type=float, default=60, metavar="S", help="seconds for a snippet (default 60)")
            command.add_argument("--memory", type=float, metavar="GB", help="for a snippet (default: 4; none on cuda)")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UsageError as error:
        print(f"lab: {error}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        print(f"lab: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nlab: interrupted; what had ended is kept", file=sys.stderr)
        sys.exit(128 + signal.SIGINT)
