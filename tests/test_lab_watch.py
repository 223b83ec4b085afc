"""`python -m lab watch`: one fork server for many edits, and an answer to every line."""

import json
import os
import shutil
import signal
import time

import pytest
from lab_project import LAB, Project, text
from test_lab_faults import server_of, wait


@pytest.fixture
def watched(tmp_path):
    """A project, and a watcher that is asked by `project.ask()`."""
    project = Project(tmp_path / "project", stubs=True)
    project.add("page_one", setup="print('one')")
    project.add("page_two", setup="print('two')")
    watcher = project.watcher = project.start("watch")

    def ask(what=""):
        print(what, file=watcher.stdin, flush=True)
        return json.loads(watcher.stdout.readline())

    project.ask = ask
    with watcher:
        yield project
        watcher.kill()


def test_each_line_is_answered_by_one_fork_server_that_stays(watched):
    wait(lambda: server_of(watched.watcher))
    first = watched.ask()
    assert first["ran"] == ["snippets/one/page_one.py", "snippets/one/page_two.py"]
    assert (first["fresh"], first["failed"]) == (0, [])
    server = server_of(watched.watcher)
    assert len(server) == 1 and watched.ask()["fresh"] == 2

    watched.add("page_one", setup="print('edited')")
    start = time.monotonic()
    edited = watched.ask()
    assert edited["ran"] == ["snippets/one/page_one.py"] and 0 < edited["seconds"] <= time.monotonic() - start
    assert watched.result("page_one", "setup.txt").read_text() == "edited\n"

    watched.add("page_one", setup="print('wrong'\n")
    watched.add("page_two", "x = 1\n")
    wrong = watched.ask()
    assert wrong["failed"][0].startswith("snippets/one/page_two.py:1: expected a cell to start")
    assert wrong["failed"][1].startswith("snippets/one/page_one.py:8: in section [setup]: SyntaxError")
    assert watched.result("page_one", "setup.txt").read_text() == "edited\n"

    watched.add("page_one", setup="print('mended')")
    watched.add("page_two", text(tags=' tags=["gpu"]', setup="x = 1"))
    mended = watched.ask()
    assert (mended["failed"], mended["needs_cuda"]) == ([], ["snippets/one/page_two.py"])
    assert server_of(watched.watcher) == server

    watched.watcher.stdin.close()
    assert watched.watcher.wait(10) == 0
    assert not watched.wait_until_gone()


def test_notebooks_of_a_chapter_may_wait(watched):
    watched.ask()
    joined, before = watched.results / "one/one.en.ipynb", watched.tree()
    watched.add("page_one", setup="print('edited')")
    assert watched.ask("snippets")["ran"] == ["snippets/one/page_one.py"]
    assert watched.result("page_one", "setup.txt").read_text() == "edited\n"
    assert joined.read_bytes() == before["one/one.en.ipynb"]
    assert watched.ask()["ran"] == [] and "edited" in joined.read_text()


def test_the_house_style_may_change_and_the_server_may_die(watched):
    watched.ask()
    (watched.root / "snippets/matplotlibrc").write_text("lines.linewidth: 3\n")
    assert len(watched.ask()["ran"]) == 2
    os.kill(server_of(watched.watcher)[0], signal.SIGKILL)
    watched.add("page_one", setup="print('edited')")
    assert watched.ask()["ran"] == ["snippets/one/page_one.py"]


def test_another_engine_needs_another_watcher(watched):
    watched.env["PYTHONPATH"] = str(watched.root / "lab_copy") + os.pathsep + watched.env["PYTHONPATH"]
    shutil.copytree(LAB / "lab", watched.root / "lab_copy/lab")
    watcher = watched.start("watch")
    print(file=watcher.stdin, flush=True)
    assert json.loads(watcher.stdout.readline())["failed"] == []
    with open(watched.root / "lab_copy/lab/session.py", "a") as file:
        file.write("# changed\n")
    out, _ = watcher.communicate("\n")
    assert "start it again" in out and watcher.returncode == 1
