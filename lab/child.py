"""The child's side: one snippet in a fresh fork of the preloaded server, fenced in; its result, written to files."""

from __future__ import annotations

import ctypes
import faulthandler
import json
import multiprocessing
import os
import random
import resource
import signal
import sys
import threading
import time
import traceback
from dataclasses import dataclass
from multiprocessing import connection, forkserver
from pathlib import Path

from lab import figure, notebook, outputs, session
from lab.snippet import Snippet

FILE = 2**28  # bytes of any file that a snippet writes: an endless print must not fill the disk
MODULES: list[str] = []  # the lab's, listed by lab.preload: a child that went through all names would copy them
CANNOT_WRITE = 74  # exit status (EX_IOERR) of a child that may be unable to write even its report


@dataclass(frozen=True)
class Job:
    """A snippet to run in a folder of its own, which exists, and which the driver removes afterwards."""

    snippet: Snippet
    file: str  # where the snippet lies
    folder: (
        str  # gets out/ (the result), report.json, cost.json, stdout, stderr, section, work/ (the working directory)
    )
    style: str  # path of a matplotlibrc, or "" for matplotlib's own defaults
    device: str  # cpu or cuda
    memory: float  # GB of data, 0 for no limit
    seed: int = 0  # is added to every seed


def execute(job: Job) -> None:
    """Run the job and end the process; report.json says `device` and `asserts`, or what session.Failed says."""
    preloaded = "lab.preload" in sys.modules  # multiprocessing keeps silent about an ImportError in a preload
    os.setpgid(0, 0)  # the driver ends the whole group, DataLoader workers too
    status = 0
    try:
        _die_with_driver()
        from lab import preload  # noqa: F401  (if the preload failed, this says why)

        if not preloaded:
            raise RuntimeError("the fork server has not preloaded torch, and every snippet would pay for it")
        _fence(job)
        report = _run(job)
    except session.Failed as failed:
        report = failed.args[0]
    except BaseException as error:
        of_the_disk = isinstance(error, OSError)  # full or read-only: our stack would tell nobody anything
        report = {"error": f"{type(error).__name__}: {error}", "trace": "" if of_the_disk else traceback.format_exc()}
        status = CANNOT_WRITE if of_the_disk else 0
    try:
        Path(job.folder, "report.json").write_text(json.dumps(report))
    except OSError:
        status = CANNOT_WRITE
    os._exit(status)  # waits neither for the interpreter's teardown nor for the snippet's threads


def _die_with_driver() -> None:
    """No orphans, however the driver ends.

    The server ends with the driver once no child holds the pipe that it watches, and the child with the server, even
    inside C code that holds the GIL. The thread also takes along the child's own children.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    os.close(forkserver._forkserver._forkserver_alive_fd)
    driver = multiprocessing.parent_process().sentinel

    def watch() -> None:
        connection.wait([driver])
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def _fence(job: Job) -> None:
    """Limits, a private working directory, no keyboard, output into files, and nothing of the lab within reach."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's business
    data = int(job.memory * 2**30) or resource.RLIM_INFINITY
    largest = FILE if job.device == "cpu" else resource.RLIM_INFINITY  # not tried with CUDA's own files
    for kind, size in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, largest), (resource.RLIMIT_DATA, data)):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (size if hard == resource.RLIM_INFINITY or 0 <= size < hard else hard, hard))
    for descriptor, name in enumerate((os.devnull, f"{job.folder}/stdout", f"{job.folder}/stderr")):
        with open(name, "a+") as file:
            os.dup2(file.fileno(), descriptor)
    for descriptor, name in ((1, "stdout"), (2, "stderr")):  # by lines, so that the order of Python's and C's holds
        stream = os.fdopen(descriptor, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
        setattr(sys, name, stream), setattr(sys, f"__{name}__", stream)
    faulthandler.enable(all_threads=False)  # the line of a crash, and of a time-out: the driver sends SIGABRT
    os.mkdir(f"{job.folder}/work")
    os.chdir(f"{job.folder}/work")
    lab = str(Path(__file__).resolve().parents[1])
    sys.path[:] = [path for path in sys.path if path not in ("", lab)]
    for name in MODULES:
        sys.modules.pop(name, None)
    os.environ["PYTHONPATH"] = os.environ["PYTHONPATH"].partition(os.pathsep)[2]


def _run(job: Job) -> dict:
    import matplotlib
    import numpy
    import torch
    from matplotlib import pyplot

    if job.device == "cuda" and not torch.cuda.is_available():
        raise RuntimeError("--device cuda, but torch.cuda.is_available() is False")
    device = torch.cuda.get_device_name() if job.device == "cuda" else "cpu"
    torch.set_num_threads(1)
    if job.seed:
        _shift(job.seed)
    random.seed(job.seed), numpy.random.seed(job.seed), torch.manual_seed(0)
    if job.style:
        matplotlib.rc_file(job.style, use_default_template=False)
        os.environ["MATPLOTLIBRC"] = job.style
    matplotlib.rcParams["svg.hashsalt"] = job.snippet.stem
    pyplot.show = lambda *args, **kwargs: None  # figures are collected at the end of the section

    start = time.perf_counter()
    made, asserts = session.run(job.snippet, job.file, job.folder)
    _note_cost(job, start)
    os.umask(0o22)  # whatever the snippet has set
    out = Path(job.folder, "out")
    out.mkdir()
    outputs.save(made, out)
    for lang in ("en", "zh"):
        cells = notebook.cells(job.snippet, lang, made, figure.paint)
        (out / f"{job.snippet.stem}.{lang}.ipynb").write_bytes(notebook.dump(cells))
    return {"device": device, "asserts": asserts}


def _shift(by: int) -> None:
    """Add `by` to every seed that the snippet sets: its own numbers are torch's."""
    import torch

    set_seed = torch.manual_seed

    class Generator(torch.Generator):
        def manual_seed(self, seed: int) -> torch.Generator:
            return super().manual_seed(seed + by)

    torch.manual_seed, torch.Generator = lambda seed: set_seed(seed + by), Generator


def _note_cost(job: Job, start: float) -> None:
    """Seconds since `start`, peak memory and the device's properties go to cost.json: a result repeats byte for byte."""
    import torch

    if job.device == "cuda":
        torch.cuda.synchronize()
    cost: dict = {"seconds": time.perf_counter() - start, "memory": 0}
    if job.device == "cuda":
        about = torch.cuda.get_device_properties(0)
        capability = f"{about.major}.{about.minor}"
        cost["memory"] = torch.cuda.max_memory_allocated()
        cost["device"] = {"cuda": torch.version.cuda, "capability": capability, "memory": about.total_memory}
    Path(job.folder, "cost.json").write_text(json.dumps(cost))
