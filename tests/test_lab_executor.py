"""Other machines may run the snippets: any executor makes the same results, and losing a worker costs nothing."""

import re
import subprocess
import sys
import textwrap

import pytest
from lab_project import LAB, Project

EXAMPLE = re.search("```python\n(.*?)```", (LAB / "lab/README.md").read_text("utf-8"), re.S)[1]
DRIVERS = {  # how the executor of the test is made; `stubs()` is what its workers call first
    "thread": "from concurrent.futures import ThreadPoolExecutor\nstubs()\nexecutor = ThreadPoolExecutor(2)",
    "process": "from concurrent.futures import ProcessPoolExecutor\nexecutor = ProcessPoolExecutor(2, initializer=stubs)",
    "dask": """
        import logging
        from dask.distributed import Client, LocalCluster
        logging.disable()  # it is told of the workers that a test kills
        cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
        executor = Client(cluster)
        executor.run(stubs)
    """,
}
DRIVER = """
import os, signal, sys
from pathlib import Path
from lab import worker
from lab.__main__ import note, report
from lab.export import Settings, update

def stubs():
    os.environ["PYTHONPATH"] = {stubs!r}
    os.environ.update({environ!r})

if __name__ == "__main__":
    {executor}
    {run}
"""
RUN = "print(report(update(Path(), lambda paths, _: paths, Settings(timeout=9), note, executor)))"


def drive(project, kind, run=RUN, **environ):
    """Run the project in a process that has such an executor."""
    stubs = project.env["PYTHONPATH"]
    env = {**project.env, "PYTHONPATH": str(LAB)} if kind == "dask" else project.env  # dask needs the true numpy
    executor, run = (textwrap.indent(textwrap.dedent(code), " " * 4).strip() for code in (DRIVERS[kind], run))
    script = project.root / "driver.py"
    script.write_text(DRIVER.format(stubs=stubs, environ=environ, executor=executor, run=run))
    command = [sys.executable, str(script)]
    done = subprocess.run(command, cwd=project.root, env=env, capture_output=True, text=True, timeout=300)
    return done


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """Good and bad snippets, as they come out at home; tests leave them as they are."""
    project = Project(tmp_path_factory.mktemp("executor") / "文 件", stubs=True)
    (project.root / "snippets/matplotlibrc").write_text("lines.linewidth: 3\n")
    for n in range(4):
        project.add(f"page_{n}", setup=f"import time\ntime.sleep(0.3)\nprint({n})", measure="assert True")
    project.add("page_warns", setup="import warnings\nwarnings.warn('look out')")
    project.add("page_crash", setup="import ctypes\nctypes.string_at(0)")
    project.add("page_wrong", setup="x = 1\n\n1 / 0")
    project.ended = project.run()
    return project


@pytest.fixture
def copy(local, tmp_path):
    """The same without results."""
    project = local.copy(tmp_path / "copy")
    subprocess.run(["rm", "-r", project.results], check=True)
    return project


def assert_complete(project, done, local):
    assert "ran 5, fresh 0, failed 2" in done.stdout, done.stdout + done.stderr
    for message in local.ended.err.split("failed:\n")[1].splitlines():
        assert message in done.stderr
    assert project.tree() == local.tree()
    assert not project.wait_until_gone(20)


@pytest.mark.parametrize("kind", ["thread", "process"])
def test_an_executor_makes_the_same_results(kind, copy, local):
    done = drive(copy, kind)
    assert_complete(copy, done, local)
    assert "snippets/one/page_warns.py:9: UserWarning: look out" in done.stderr
    assert project_is_fresh(copy)


def project_is_fresh(project):
    return "ran 0, fresh 5" in project.run("page_warns", *(f"page_{n}" for n in range(4))).out


def test_two_dask_workers_run_what_the_readme_shows(copy, local):
    example = f"""
        sys.argv = ["update.py", cluster.scheduler_address]
        try:
            exec({EXAMPLE!r})
        except SystemExit as status:
            assert status.code == 1
        with Client(cluster) as client:
            print("each", min(client.run(lambda: worker.idle.qsize()).values()))
        cluster.close()
    """
    done = drive(copy, "dask", example)
    assert_complete(copy, done, local)
    assert done.returncode == 0 and "each 1\n" in done.stdout, "both workers have run some"


KILL = "import subprocess\nfor pid in {victims}: os.kill(int(pid), signal.SIGKILL)"
HELPERS = "subprocess.run(['pgrep', '-P', str(os.getpid()), '-f', 'lab.worker'], capture_output=True).stdout.split()"
VICTIMS = {
    "thread": HELPERS,
    "process": "list(executor._processes)[:1]",
    "dask": "[executor.run(os.getpid).popitem()[1]]",
}


@pytest.mark.parametrize("kind", VICTIMS)
def test_a_worker_that_dies_costs_nothing(kind, copy, local):
    kill = KILL.format(victims=VICTIMS[kind])
    run = f"def note_and_kill(count, *rest):\n    note(count, *rest)\n    if count == 1:\n{textwrap.indent(kill, ' ' * 8)}\n"
    done = drive(copy, kind, run + RUN.replace("note,", "note_and_kill,"))
    assert_complete(copy, done, local)
    assert ("the executor takes no more (BrokenProcessPool" in done.stderr) == (kind == "process")


def test_a_worker_of_another_kind_is_refused(copy):
    done = drive(copy, "process", ATEN_CPU_CAPABILITY="sse")
    assert "ran 0, fresh 0, failed 7" in done.stdout
    assert re.search(r"page_0.py:1: refused: the worker on \S+ has cpu \S+ sse instead of", done.stderr), done.stderr
    assert not list(copy.results.glob("*/*/*"))
