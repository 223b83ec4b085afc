"""The driver's side: jobs go to forked children of a preloaded server; one that dies or hangs costs only itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import connection, forkserver, get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from lab.child import CANNOT_WRITE, Job, execute

# Slow imports that only some snippets need, and the word that gives them away (an optimiser imports torch._dynamo).
EXTRA = {"torch._dynamo": r"\boptim\b", "sklearn.datasets": r"\bsklearn\b"}
ONE = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
CONTEXT = get_context("forkserver")


@dataclass(frozen=True)
class Done:
    """How a job ended: `report` as in child.execute, with `error` if it failed; `stderr` is what it wrote there."""

    job: Job
    report: dict
    seconds: float
    stderr: str


def prepare(sources: Iterable[str], device: str, style: str | os.PathLike = "") -> None:
    """Settle the fork server's environment and imports, for snippets with these sources; call before its start.

    `style` is the matplotlibrc whose fonts it loads; a job may bring another.
    """
    text = "\n".join(sources)
    extra = " ".join(module for module, word in EXTRA.items() if re.search(word, text))
    os.environ.update(ONE, PYTHONHASHSEED="0", PYTHONUTF8="1", LAB_PRELOAD=extra, LAB_STYLE=str(style))
    if device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
    else:  # is_available() asks the driver, not CUDA: after CUDA's own answer in the server no child could use it
        os.environ["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"
    lab = str(Path(__file__).resolve().parents[1])
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if paths[0] != lab:
        os.environ["PYTHONPATH"] = os.pathsep.join([lab, *paths])  # Python 3.11's server does not get sys.path
    CONTEXT.set_forkserver_preload(["lab.preload"])


def warm_up() -> None:
    """Start the fork server before there is a job."""
    forkserver.ensure_running()


def run(jobs: Iterable[Job], workers: int, timeout: float) -> Iterator[Done]:
    """Run the jobs in their order, `workers` at a time, each for at most `timeout` seconds; yield each as it ends.

    Close the iterator (contextlib.closing) to end what still runs. Raises OSError if no fork server can be started.
    """
    waiting, again = deque(jobs), set()
    live: dict[int, tuple[BaseProcess, Job, float]] = {}
    try:
        while waiting or live:
            while waiting and len(live) < workers:
                process = _start(waiting[0])
                live[process.sentinel] = process, waiting.popleft(), time.monotonic()
            connection.wait(live, max(0, min(start for *_, start in live.values()) + timeout - time.monotonic()))
            for sentinel, (process, job, start) in list(live.items()):
                ended, seconds = bool(connection.wait([sentinel], 0)), time.monotonic() - start
                if not ended and seconds < timeout:
                    continue
                if not ended:
                    _signal(os.kill, process, signal.SIGABRT)  # faulthandler notes the line
                    connection.wait([sentinel], 1)
                _end(process)
                del live[sentinel]
                if ended and process.exitcode == 255 and job not in again:  # the server was killed, and it with it
                    again.add(job)
                    waiting.append(job)
                    continue
                report = _report(job) if ended and process.exitcode in (0, CANNOT_WRITE) else {}
                stderr = _read(job, "stderr")
                yield Done(job, report or _death(job, ended and process.exitcode, timeout, stderr), seconds, stderr)
    finally:
        for process, *_ in live.values():
            _end(process)


def _start(job: Job) -> BaseProcess:
    for trial in range(5):
        shutil.rmtree(job.folder, ignore_errors=True)
        os.makedirs(job.folder)
        try:
            process = CONTEXT.Process(target=execute, args=[job])
            process.start()
            return process
        except (EOFError, OSError) as error:  # the server was killed under us; the next trial starts a new one
            problem = error
            time.sleep(0.1 * trial)
    raise OSError(f"no fork server could be started: {problem!r}")


def _signal(send: Callable[[int, int], None], process: BaseProcess, number: int) -> None:
    try:
        send(process.pid, number)
    except ProcessLookupError:
        pass


def _end(process: BaseProcess) -> None:
    """End the process and all that it left running."""
    _signal(os.killpg, process, signal.SIGKILL)
    if process.exitcode is None:
        _signal(os.kill, process, signal.SIGKILL)  # it may not have had the time to form a group
    process.join()


def _read(job: Job, name: str) -> str:
    try:
        with open(f"{job.folder}/{name}", "rb") as file:
            return file.read(2**20).decode("utf-8", "replace")
    except OSError:
        return ""


def _report(job: Job) -> dict:
    try:
        return json.loads(_read(job, "report.json"))
    except ValueError:  # it is not there, or not whole
        return {}


def _death(job: Job, exitcode: int | bool, timeout: float, stderr: str) -> dict:
    """The report of a child that could not write one; exit code False means that it was too late."""
    if exitcode is False:
        error = f"TimeoutError: still running after {timeout:g} s (make it smaller, or raise --timeout)"
    elif exitcode == CANNOT_WRITE:
        error = "OSError: its result could not be written; is the disk full?"
    elif exitcode == -signal.SIGKILL:
        error = "killed by SIGKILL, which is what the system does when memory is short"
    elif exitcode < 0:
        error = f"killed by {signal.Signals(-exitcode).name}"
    else:
        error = f"ended its process with exit status {exitcode}; a snippet runs to its end"
    line, _, section = _read(job, "section").partition(" ")
    escaped = job.file.encode("ascii", "backslashreplace").decode()  # as faulthandler writes it
    frame = re.search(rf'File "{re.escape(escaped)}", line (\d+)', stderr)
    trace = "".join(f"  {text}\n" for text in stderr.splitlines()[-20:])
    return {"error": error, "section": section, "line": int(frame[1] if frame else line or 1), "trace": trace}
