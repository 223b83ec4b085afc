"""Where nothing has changed the lab imports nothing slow, and opens no file of a snippet or of its figures twice."""

import json
from collections import Counter

import pytest
from lab_project import Project

SLOW = {"torch", "numpy", "matplotlib", "sklearn", "multiprocessing", "asyncio"}
SPY = """
import atexit, json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
atexit.register(lambda: print(json.dumps([opened, sorted(sys.modules)]), file=sys.stderr))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("idle") / "project", stubs=True)
    project.add("page_one", setup="print('one')", measure="print('two')")
    project.add("page_two", setup="print('three')")
    assert project.run().returncode == 0
    (project.root / "stubs/sitecustomize.py").write_text(SPY)
    return project


@pytest.mark.parametrize("command", ["run", "check"])
def test_idle_lab(project, command):
    idle = project.run(command=command)
    assert idle.returncode == 0, idle.err
    opened, modules = json.loads(idle.err.splitlines()[-1])
    assert "lab.survey" in modules and not SLOW & set(modules)
    ours = [path for path in opened if path.startswith(str(project.root)) and "/stubs/" not in path]
    assert any(path.endswith("setup.txt") for path in ours)
    twice = [path for path, times in Counter(ours).items() if times > 1 and not path.endswith("result.json")]
    assert not twice, "only what says how the rest should be is read again, for the chapter's notebooks"
