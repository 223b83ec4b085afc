"""A driver killed at any moment, or refused by the disk, leaves a store that the next run completes, and no process."""

import os
import random
import time

import pytest
from lab_project import Project

INTERRUPT = """
import os, signal
replace, left = os.replace, [int(os.environ.get("LAB_TEST_AT", 1000))]

def interrupted(*paths):
    left[0] -= 1
    if left[0] == 0 and os.environ["LAB_TEST_HOW"] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if left[0] == 0:
        raise OSError(28, "No space left on device")
    replace(*paths)

os.replace = interrupted
"""
KILLS = int(os.environ.get("LAB_TEST_KILLS", 60))  # 1000 for the full loop
ROUND = 4  # kills on top of each other before a run may complete


@pytest.mark.parametrize(("how", "moments"), [("kill", range(1, 11)), ("full", (1, 6))])
def test_an_installation_interrupted_at_any_file_is_noticed(tmp_path, how, moments):
    project = Project(tmp_path / "project", stubs=True)
    (project.root / "stubs/sitecustomize.py").write_text(INTERRUPT)
    old = {"setup": "print('old')", "measure": "print('old')", "gone": "print('old')"}
    new = {"setup": "print('new')", "measure": "print('new')", "more": "print('new')"}
    project.add("page_one", **old)
    project.run()
    expected = project.tree()
    for at in moments:
        project.add("page_one", **new)
        project.env.update(LAB_TEST_AT=str(at), LAB_TEST_HOW=how)
        ended = project.run()
        del project.env["LAB_TEST_AT"]
        if ended.returncode == 0 and at > 6:  # six files make a result; what follows is the durations, a mere hint
            continue
        assert ended.returncode == (-9 if how == "kill" else 1) and "Traceback" not in ended.err
        assert how == "kill" or "No space left on device" in ended.err and "failed 1 in" in ended.out
        project.add("page_one", **old)  # the old key again: is what lies there believed?
        assert project.run().returncode == 0
        assert project.tree() == expected, f"interrupted at file {at}"


def test_any_moment_is_a_good_moment_to_be_killed(tmp_path):
    project = Project(tmp_path / "project", stubs=True)
    editions, expected = [], []
    for edition in range(2):
        for n in range(4):
            body = f"print({n}, {edition if n % 2 else 'same'!r})" + "\nprint('x' * 20_000)" * (edition + 1)
            project.add(f"page_{n}", setup=body, **({"extra": "print('more')"} if edition else {}))
        editions.append({path: path.read_text() for path in project.root.glob("snippets/*/*.py")})
        start = time.monotonic()
        assert project.run().returncode == 0
        whole = time.monotonic() - start
        expected.append(project.tree())

    chance, running = random.Random(os.environ.get("LAB_TEST_SEED", 0)), 0
    for kill in range(1, KILLS + 1):
        edition = chance.randrange(2)
        for path, content in editions[edition].items():
            path.write_text(content)
        driver = project.start("run", "-j2")
        time.sleep(chance.uniform(0, whole))
        hit = driver.poll() is None
        running += hit
        whole *= 1.1 if hit else 0.9  # so that the moments cover the run, however busy the machine is
        driver.kill()
        out, err = driver.communicate()
        assert driver.returncode in (0, -9), out + err
        assert not project.wait_until_gone(), f"orphans after kill {kill}"
        if kill % ROUND == 0:
            done = project.run()
            assert done.returncode == 0, done.err
            assert project.tree() == expected[edition], f"after kill {kill}"
            assert not list(project.results.glob(".tmp-*"))
    assert running > KILLS / 4, "most moments must lie within a run"
