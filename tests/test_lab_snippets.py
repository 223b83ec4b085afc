"""What a snippet may be and do: the reader's complaints, the module it runs as, its warnings. Fast: with stand-ins."""

import pytest
from lab_project import Project

SETUP = "# %% --8<-- [start:setup]\nx = 1\n# --8<-- [end:setup]\n"
ENGLISH, CHINESE = '# %% [markdown] lang="en"\n# Text\n', '# %% [markdown] lang="zh"\n# 文\n'
WRONG = {
    "": "1: expected a section",
    "x = 1\n": "1: expected a cell to start",
    "# %%\nx = 1\n": "1: expected '# %% [markdown]'",
    '# %% [markdown] lang="fr"\n# Texte\n': "1: expected '# %% [markdown]'",
    "# %% --8<-- [start:Setup]\n": "1: expected '# %% [markdown]'",
    "# %% --8<-- [start:setup] gpu\n": "1: expected '# %% [markdown]'",
    "# %% --8<-- [start:setup]\nx = 1\n": "1: expected '# --8<-- [end:setup]' before the next cell",
    "# %% --8<-- [start:setup]\nx = 1\n# %% [markdown]\n": "1: expected '# --8<-- [end:setup]'",
    "# %% --8<-- [start:setup]\nx = 1\n# --8<-- [end:set]\n": "3: expected '# --8<-- [end:setup]'",
    "# %% --8<-- [start:setup]\n# --8<-- [start:more]\n": "2: expected '# --8<-- [end:setup]'",
    "# %% --8<-- [start:setup]\nif x:\n    # %% more\n# --8<-- [end:setup]\n": "1: expected '# --8<-- [end:setup]'",
    "# %% --8<-- [start:figure-2]\n# --8<-- [end:figure-2]\n": "1: expected no number at the end of [figure-2]",
    SETUP.replace("x = 1", "x = '\f'"): "2: expected lines that end in a newline, found another line separator",
    SETUP + "x = 2\n": "4: expected every line of code in a section, but [setup] has ended",
    SETUP + "# --8<-- [end:setup]\n": "4: expected every line of code in a section",
    SETUP + SETUP: "1: expected one section [setup], found 2",
    SETUP + ENGLISH: '4: expected a Markdown cell lang="zh" right after',
    CHINESE + SETUP: '1: expected a Markdown cell lang="en" right before',
    ENGLISH + SETUP + CHINESE: '1: expected a Markdown cell lang="zh" right after',
    "# %% [markdown]\n# --8<-- [end:setup]\n" + SETUP: "2: expected '# %% --8<-- [start:name]' before the end",
    "# %% [markdown]\n# Text\nx = 1\n" + SETUP: "3: expected '# ' before a line of Markdown",
    SETUP.replace("x = 1", "x = = 1"): "2: in section [setup]: SyntaxError: invalid syntax",
    SETUP.replace("x = 1", "x = '\udcff'"): "2: expected UTF-8 text",
}


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path / "project", stubs=True)


def test_every_wrong_snippet_says_where_and_what_was_expected(project):
    project.add("page_good", setup="print('good')")
    for n, wrong in enumerate(WRONG):
        project.add(f"page_{n:02}", "x").write_bytes(wrong.encode("utf-8", "surrogateescape"))
    project.add("page_lost", setup="x = 1", chapter=".")
    project.add("page_twin", setup="x = 1")
    project.add("page_twin", setup="x = 1", chapter="two")
    ended = project.run()
    assert ended.returncode == 1 and f"ran 1, fresh 0, failed {len(WRONG) + 3}" in ended.out
    for n, message in enumerate(WRONG.values()):
        assert f"  snippets/one/page_{n:02}.py:{message}" in ended.err
    assert "snippets/page_lost.py: expected snippets/<chapter>/<page>_<claim>.py" in ended.err
    twins = "snippets/one/page_twin.py and snippets/two/page_twin.py"
    assert ended.err.count(f": expected a name that no other snippet has, found {twins}") == 2
    assert not project.result("page_twin").exists()


def test_a_snippet_is_a_main_module_with_its_source_and_futures(project):
    body = """
import inspect, pickle, sys
def f(x: unknown) -> int:
    return x
class Point: pass
print(__name__, sys.modules["__main__"].f is f, pickle.loads(pickle.dumps(Point())).__class__ is Point)
print(inspect.getsource(f), sys.argv == [__file__], f.__annotations__["x"])
try:
    import lab
except ImportError:
    print("alone")
"""
    project.add("page_main", setup="from __future__ import annotations", measure=body)
    ended = project.run()
    assert ended.returncode == 0, ended.err
    expected = "__main__ True True\ndef f(x: unknown) -> int:\n    return x\n True unknown\nalone\n"
    assert project.result("page_main", "measure.txt").read_text() == expected


def test_warnings_are_passed_on_and_are_not_output(project):
    project.add("page_warns", setup="import warnings\nwarnings.warn('look out')\nprint('text')")
    ended = project.run()
    assert ended.returncode == 0 and "snippets/one/page_warns.py: on standard error" in ended.err
    assert "UserWarning: look out" in ended.err and "warnings.warn" in ended.err
    assert project.result("page_warns", "setup.txt").read_text() == "text\n"
