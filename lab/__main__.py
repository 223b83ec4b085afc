"""python -m lab run | check | watch | seeds | record | compare: results/ and records/ in agreement with snippets/."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import signal
import sys
from pathlib import Path

from lab.choose import UsageError, by_name, shard
from lab.environment import environment
from lab.export import Outcome, Settings, update
from lab.survey import faults


def main() -> int:
    args = _arguments()
    root = Path(args.root).resolve()
    if not (root / "snippets").is_dir():
        raise UsageError(f"{root} has no folder snippets/; --root names the folder that has")
    if args.command == "check":
        found = faults(root, args.device)
        print(*found, f"{len(found)} to mend: python -m lab run" if found else "all results are fresh", sep="\n")
        return bool(found)
    if args.command == "compare":
        return compared(root, args.folders, args.rtol)
    cuda = args.device == "cuda"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    jobs = getattr(args, "jobs", None) or (1 if cuda else cores)
    memory = args.memory if args.memory is not None else 0.0 if cuda else 4.0
    settings = Settings(args.device, jobs, args.timeout, memory)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # unwinds, so that the children end
    if args.command == "watch":
        return watch(root, settings)

    def choose(paths: set[str], seconds: dict[str, float]) -> set[str]:
        paths = by_name(paths, args.names, root) if args.names else paths
        return shard(paths, *args.shard, seconds) if args.command == "run" and args.shard else paths

    if args.command == "record":
        from lab.record import record

        return report(record(root, lambda paths: choose(paths, {}), settings, note))
    if args.command == "seeds":
        from lab.seeds import seeds

        return report(seeds(root, lambda paths: choose(paths, {}), settings, note, args.number, args.show))
    return report(update(root, choose, settings, note))


def note(count: int, total: int, path: str, trouble: str) -> None:
    """A bar on a terminal, else a line for each snippet; trouble goes to standard error in full."""
    clear = "\r\033[K" if sys.stderr.isatty() else ""
    if trouble:
        print(clear + trouble, file=sys.stderr, flush=True)
    if clear:
        bar = f"[{'#' * (30 * count // total):.<30}] {count}/{total} {path}" if count < total else ""
        print(clear + bar, end="", file=sys.stderr, flush=True)
    else:
        print(f"[{count}/{total}] {path}", flush=True)


def report(outcome: Outcome) -> int:
    """Say what happened, what failed again at the end; the exit status."""
    for path in outcome.needs_cuda:
        print(f"{path}: needs a CUDA device")
    sys.stdout.flush()
    if outcome.failed:
        print("failed:", *outcome.failed, sep="\n  ", file=sys.stderr, flush=True)
    cuda = f"needs a CUDA device {len(outcome.needs_cuda)}, " if outcome.needs_cuda else ""
    ran, failed = len(outcome.ran), len(outcome.failed)
    print(f"ran {ran}, fresh {outcome.fresh}, {cuda}failed {failed} in {outcome.seconds:.1f} s")
    return bool(outcome.failed)


def compared(root: Path, folders: list[str], rtol: float) -> int:
    """Say what the records prove and what not; the exit status, 1 unless they prove everything."""
    from lab import archive
    from lab.compare import compare

    chosen = [Path(folder).resolve() for folder in folders] or list(archive.devices(root))
    unknown = [folder for folder in chosen if not (folder / archive.DEVICE).is_file()]
    if unknown or not chosen:
        raise UsageError(f"no {archive.DEVICE} in {unknown[0] if unknown else root / 'records'}: python -m lab record")
    status = 0
    for folder in chosen:
        found, drawn, agree = compare(root, folder, rtol)
        if drawn:
            print(
                "other random numbers, to be held against the page (python -m lab seeds --show NAME):", *drawn, sep="\n"
            )
        print(*found, f"{folder.name}: {agree} snippets agree, {len(found)} faults", sep="\n")
        status |= bool(found)
    return status


def watch(root: Path, settings: Settings) -> int:
    """Update at every line on standard input, with a fork server that stays alive; answer each with a line of JSON.

    After the line "snippets" the chapters' notebooks wait for the next empty line.
    """
    from lab.run import prepare, warm_up

    sources = (path.read_text("utf-8", "replace") for path in (root / "snippets").rglob("*.py"))
    prepare(sources, settings.device, root / "snippets/matplotlibrc")
    warm_up()
    world = environment(b"", settings.device)
    for line in sys.stdin:
        if environment(b"", settings.device) != world:
            print(json.dumps({"failed": ["the lab or a package has changed: start it again"]}), flush=True)
            return 1
        try:
            outcome = update(root, lambda paths, _: paths, settings, _only_trouble, join=line.strip() != "snippets")
        except OSError as error:
            outcome = Outcome(failed=[str(error)])
        print(json.dumps(dataclasses.asdict(outcome), ensure_ascii=False), flush=True)
    return 0


def _only_trouble(count: int, total: int, path: str, trouble: str) -> None:
    if trouble:
        print(trouble, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    def part(text: str) -> tuple[int, int]:
        k, n = map(int, text.split("/"))
        if not 1 <= k <= n:
            raise ValueError
        return k, n

    def count(text: str) -> int:
        if int(text) < 1:
            raise ValueError
        return int(text)

    parser = argparse.ArgumentParser(prog="python -m lab", description="Run snippets and keep their results.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("run", "run what has no fresh result"),
        ("check", "list what a run would make, and write nothing"),
        ("watch", "update at every line on standard input, answer in JSON"),
        ("record", "run on the device that is here, three times each, and write records/<device>/"),
        ("seeds", "run with other seeds what draws random numbers: do the claims still hold? writes nothing"),
        (
            "compare",
            "compare records with the results of the CPU; fails if what is not random differs, or is not fresh",
        ),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--root", default=".", metavar="DIR", help="the folder that has snippets/ (default: here)")
        if name == "compare":
            command.add_argument("folders", nargs="*", metavar="FOLDER", help="records/<device> (default: all)")
            command.add_argument("--rtol", type=float, default=0.1, help="between random numbers (default: 0.1)")
            continue
        command.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
        if name in ("run", "record", "seeds"):
            command.add_argument("names", nargs="*", metavar="NAME", help="stem, chapter/stem or path (default: all)")
        if name == "run":
            command.add_argument("--shard", type=part, metavar="K/N", help="the K-th of N parts of equal duration")
        if name == "seeds":
            command.add_argument("-n", "--number", type=count, default=20, metavar="N", help="of seeds (default: 20)")
            command.add_argument("--show", action="store_true", help="what each run printed, too")
        if name in ("run", "watch", "seeds"):
            command.add_argument("-j", "--jobs", type=count, metavar="N", help="at a time (default: cores; 1 on cuda)")
        if name != "check":
            command.add_argument("--timeout", type=float, default=60, metavar="S", help="for a snippet (default: 60)")
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
