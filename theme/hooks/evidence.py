"""What proves a snippet: its result on the CPU, made by this build, and its newest record on a GPU, committed."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TITLE = re.compile(r'^# %% \[markdown\] lang="(\w+)"\n# # (.+)', re.M)


@dataclass
class Evidence:
    """`gpu` is fresh, stale, damaged or missing; `cpu` is empty if the snippet needs a GPU, or if the lab has not run."""

    snippet: str  # chapter/stem
    digest: str  # of the source
    titles: dict  # the claim in a sentence, by language
    cpu: dict  # result.json
    needs_gpu: bool
    gpu: str
    record: dict
    cpu_seconds: float | None  # measured beside that GPU, or on the newest CPU that was recorded


def read(path):
    try:
        found = json.loads(path.read_bytes())
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def devices(kind):
    """The recorded devices of a kind: what device.json says, the newest first."""
    found = [{**read(path), "folder": path.parent} for path in ROOT.glob("records/*/device.json")]
    found = [about for about in found if about.get("kind") == kind and {"name", "date", "versions"} <= about.keys()]
    return sorted(found, key=lambda about: (about["date"], about["name"]), reverse=True)


def record(device, snippet, digest):
    """The state of a snippet's record on a device, and the record if it is fresh."""
    path = device["folder"] / f"{snippet}.json"
    found = read(path)
    if not path.exists():
        return "missing", {}
    if not {"digest", "date", "asserts", "seconds"} <= found.keys():
        return "damaged", {}
    return ("fresh", found) if found["digest"] == digest else ("stale", {})


@cache
def gpu():
    """The GPU whose records count: the one that was recorded last; None if there is none."""
    return next(iter(devices("cuda")), None)


@cache
def cpu():
    """The CPU whose times count: the one beside that GPU, so that a ratio compares one machine with itself."""
    found = devices("cpu")
    host = (gpu() or {}).get("host")
    return next((about for about in found if about["folder"].name == host), None if host else next(iter(found), None))


@cache
def collect():
    """The evidence for every snippet, by chapter/stem; kept until `forget`."""
    found, cuda, processor = {}, gpu(), cpu()
    for path in sorted(ROOT.glob("snippets/*/*.py")):
        snippet, source = f"{path.parent.name}/{path.stem}", path.read_bytes()
        digest, text = hashlib.sha256(source).hexdigest(), source.decode("utf-8", "replace")
        result = read(ROOT / f"results/{snippet}/result.json")
        state, on_gpu = record(cuda, snippet, digest) if cuda else ("missing", {})
        timed = record(processor, snippet, digest)[1] if processor else {}
        needs_gpu = "recorded" in result
        titles = {"en": path.stem, "zh": path.stem, **dict(reversed(TITLE.findall(text)))}
        there = {} if needs_gpu else result
        found[snippet] = Evidence(snippet, digest, titles, there, needs_gpu, state, on_gpu, timed.get("seconds"))
    return found


def forget():
    """A new build looks again."""
    for kept in (collect, gpu, cpu):
        kept.cache_clear()
