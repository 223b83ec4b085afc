"""What a snippet can do wrong, and what can go wrong around it: it costs that snippet, is named, and is mended."""

import os
import re
import shutil
import signal
import subprocess
import time

import pytest
from lab_project import Project

BAD = {  # what the snippet does: the line (of a file whose section starts in line 12), and what people are told
    "while True:\n    pass": ("(12|13)", "TimeoutError: still running after 4 s (make it smaller, or raise --timeout)"),
    "import time\ntime.sleep(60)": (13, "TimeoutError: still running after 4 s"),
    "import os\nos._exit(3)": (12, "ended its process with exit status 3; a snippet runs to its end"),
    "import os\nos._exit(0)": (12, "ended its process with exit status 0; a snippet runs to its end"),
    "import ctypes\nctypes.string_at(0)": (13, "killed by SIGSEGV"),
    "import os\nos.abort()": (13, "killed by SIGABRT"),
    "import os\nos.kill(os.getpid(), 9)": (12, "killed by SIGKILL, which is what the system does when memory is short"),
    "import sys\nsys.exit()": (13, "SystemExit (a snippet runs to its end, or what follows is never checked)"),
    "x = input()": (12, "EOFError: EOF when reading a line (a snippet has no keyboard)"),
    "raise KeyboardInterrupt": (12, "KeyboardInterrupt"),
    "def f():\n    f()\nf()": (13, "RecursionError: maximum recursion depth exceeded"),
    "x = bytearray(2**33)": (12, "MemoryError (--memory raises the limit)"),
    "print('x' * 100_000_000)": (12, "OverflowError: printed 100.0 MB; a snippet may print 1 MB"),
    "while True:\n    print('x' * 100_000)": (12, "OverflowError: printed 268.4 MB; a snippet may print 1 MB"),
    "import sys\nsys.stderr.write('x' * 2_000_000)": (12, "OverflowError: printed 2.0 MB; a snippet may print 1 MB"),
    "import os\nos.close(1)\nprint('x')": (14, "OSError: [Errno 9] Bad file descriptor"),
    "assert 1 == 2, 'line one\\nline two'": (12, "AssertionError: line one"),
}
GOOD = {  # what the snippet does: what it printed
    "import os\nos.write(1, b'\\xff\\xfe')": "\ufffd\ufffd\n",
    "import sys\nsys.stdout.close()": "",
    "import sys\nsys.stdout = None": "",
    "import os\nif os.fork() == 0:\n    print('copy', flush=True)\nelse:\n    os.wait()\n    print(1)": "copy\n1\n",
    "import os\nif os.fork() == 0:\n    raise SystemExit\nos.wait()\nprint('snippet')": "snippet\n",
    "import threading, time\nthreading.Thread(target=time.sleep, args=[99]).start()\nprint(1)": "1\n",
    "import subprocess\nsubprocess.Popen(['sleep', '99'])\nprint(1)": "1\n",
    "import os\nos.setpgid(0, 0)\nopen('left', 'w').write('x')\nprint(os.listdir())": "['left']\n",
    "import os, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.umask(0o777)\nprint(1)": "1\n",
    "import multiprocessing as m\nwith m.get_context('fork').Pool(2) as pool:\n    print(pool.map(abs, [-1]))": "[1]\n",
    "import builtins\nbuiltins.print = None": "",
}


def test_every_bad_snippet_costs_only_itself_and_is_named(tmp_path):
    project = Project(tmp_path / "project", stubs=True)
    for n, body in enumerate(BAD):
        project.add(f"page_bad{n:02}", setup="x = 1", measure=body)
    for n, body in enumerate(GOOD):
        project.add(f"page_good{n:02}", setup=body, measure="x = 1")
    ended = project.run("--timeout", 4, "--memory", 4)
    assert ended.returncode == 1
    assert f"ran {len(GOOD)}, fresh 0, failed {len(BAD)} in" in ended.out, ended.err
    listed = ended.err.split("failed:\n")[1]
    for n, (body, (line, message)) in enumerate(BAD.items()):
        where = rf"  snippets/one/page_bad{n:02}\.py:{line}: in section \[measure\]: {re.escape(message)}"
        assert re.search(where, listed), f"{where}\n{listed}"
        assert not project.result(f"page_bad{n:02}").exists()
    for n, (body, printed) in enumerate(GOOD.items()):
        text = project.result(f"page_good{n:02}", "setup.txt")
        assert (text.read_text("utf-8") if text.exists() else "") == printed, body
    assert not project.wait_until_gone(), "no snippet leaves a process behind"
    assert not list(project.results.glob(".tmp-*"))


def test_writing_into_results_is_mended_by_the_next_run(tmp_path):
    project = Project(tmp_path / "project", stubs=True)
    project.add("page_a", setup="print('a')")
    project.add("page_b", setup="print('b')")
    assert project.run().returncode == 0
    good = project.tree()
    path = project.result("page_a", "setup.txt")
    project.add("page_b", setup=f"open({str(path)!r}, 'w').write('forged')\nprint('b')")
    project.run()
    assert path.read_text() == "forged\n" or path.read_text() == "forged"
    project.add("page_b", setup="print('b')")
    assert "ran 2" in project.run().out
    assert project.tree() == good


@pytest.fixture
def slow(tmp_path):
    """Snippets that take a moment, with grandchildren, and a file that says that they are at it."""
    project = Project(tmp_path / "project", stubs=True)
    for n in range(6):
        sleep = "import subprocess, time\nsubprocess.Popen(['sleep', '99'])\n"
        project.add(f"page_{n}", setup=f"{sleep}open({str(tmp_path / f'at{n}')!r}, 'w')\ntime.sleep(0.7)\nprint({n})")
    project.at = lambda n: (tmp_path / f"at{n}").exists()
    project.await_ = lambda n: wait(lambda: project.at(n))
    return project


def wait(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.005)


def server_of(driver):
    """The ids of the fork server of a driver."""
    found = subprocess.run(["pgrep", "-P", str(driver.pid), "-f", "multiprocessing.forkserver"], capture_output=True)
    return [int(line) for line in found.stdout.split()]


def completes(project, ran):
    ended = project.run()
    assert ended.returncode == 0 and f"ran {ran}, fresh {6 - ran}, failed 0" in ended.out, ended.err + ended.out
    assert [project.result(f"page_{n}", "setup.txt").read_text() for n in range(6)] == [f"{n}\n" for n in range(6)]


def test_a_killed_child_is_named_and_run_next_time(slow):
    driver = slow.start("run", "-j1")
    slow.await_(1)
    children = subprocess.run(["pgrep", "-P", str(server_of(driver)[0])], capture_output=True, text=True).stdout.split()
    os.kill(int(children[-1]), signal.SIGKILL)
    _, err = driver.communicate()
    assert driver.returncode == 1 and "snippets/one/page_1.py:8: in section [setup]: killed by SIGKILL" in err
    assert not slow.wait_until_gone()
    completes(slow, 1)


def test_a_killed_fork_server_costs_nothing(slow):
    driver = slow.start("run", "-j2")
    slow.await_(2)
    os.kill(server_of(driver)[0], signal.SIGKILL)
    out, err = driver.communicate()
    assert driver.returncode == 0 and "ran 6, fresh 0, failed 0" in out, err
    assert not slow.wait_until_gone()
    completes(slow, 0)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_the_driver_leaves_no_orphans_and_keeps_what_had_ended(slow, number):
    driver = slow.start("run", "-j2", start_new_session=True)
    slow.await_(3)
    os.kill(driver.pid, number) if number != signal.SIGINT else os.killpg(driver.pid, number)
    _, err = driver.communicate(timeout=10)
    assert driver.returncode == {signal.SIGKILL: -9, signal.SIGINT: 130, signal.SIGTERM: 143}[number], err
    assert not slow.wait_until_gone(), "children, their children and the fork server are gone"
    if number != signal.SIGKILL:
        assert not list(slow.results.glob(".tmp-*")) and "Traceback" not in err
    kept = len(list(slow.results.glob("one/*/result.json")))
    assert 1 <= kept <= 4
    completes(slow, 6 - kept)
    assert not list(slow.results.glob(".tmp-*")), "the next run clears up"


def test_two_runs_at_once_share_the_work(slow):
    first = slow.start("run")
    slow.await_(0)
    second = slow.run()
    out, err = first.communicate()
    assert (first.returncode, second.returncode) == (0, 0), err + second.err
    assert "ran 6, fresh 0" in out and "ran 0, fresh 6" in second.out
    assert f"waiting for another run on {slow.results}" in second.err


def test_a_clock_that_goes_backwards(slow):
    (slow.root / "stubs/sitecustomize.py").write_text(
        "import time\nnow = [2e9]\n\ndef back():\n    now[0] -= 1000\n    return now[0]\n\ntime.time = back\n"
    )
    slow.add("page_5", setup="import time\nassert time.time() > time.time(), 'the stub works'\nprint(5)")
    completes(slow, 6)
    seconds = [float(path.read_text()) for path in slow.results.glob("*/*/.seconds")]
    assert len(seconds) == 6 and all(0 <= value < 60 for value in seconds)


needs_root = pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="mounting needs root")


@needs_root
def test_a_full_disk_and_a_folder_that_cannot_be_written_say_so(slow):
    slow.results.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", slow.results], check=True)
    try:
        slow.add("page_0", setup="print('x' * 40_000)")
        full = slow.run()
        assert full.returncode == 1 and "Traceback" not in full.err
        assert "No space left on device" in full.err or "is the disk full?" in full.err
        subprocess.run(["mount", "-o", "remount,size=4m", slow.results], check=True)
        slow.add("page_0", setup="print(0)")
        slow.run()
        completes(slow, 0)
        subprocess.run(["mount", "-o", "remount,ro", slow.results], check=True)
        completes(slow, 0)
        slow.add("page_0", setup="print('new')")
        before = slow.tree()
        locked = slow.run()
        assert locked.returncode == 1 and "Read-only file system" in locked.err and "Traceback" not in locked.err
        assert slow.tree() == before
    finally:
        subprocess.run(["umount", slow.results], check=True)
