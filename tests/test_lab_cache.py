"""What is run again and what is not, and what people are told. Fast: torch and matplotlib are stand-ins."""

import os
import shutil

import pytest
from lab_project import Project, text

from lab.survey import faults


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    """Two snippets with results; who changes them brings them back."""
    project = Project(tmp_path_factory.mktemp("lasting") / "with space 文", stubs=True)
    project.add("page_one", setup="x = 1", measure="print('one')")
    project.add("page_two", setup="x = 2", measure="print('two')")
    assert project.run().returncode == 0
    return project


@pytest.fixture
def project(lasting, tmp_path):
    """The same in a folder of its own."""
    return lasting.copy(tmp_path / "copy")


def test_a_failure_keeps_the_old_result_and_harms_no_other(project):
    before = project.tree()
    path = project.add("page_one", setup="import json", claims="def f():\n    json.loads('?')\n\nx = 1\nf()")
    project.add("page_two", setup="x = 3", measure="print('three')")
    ended = project.run()
    assert ended.returncode == 1 and "ran 1, fresh 0, failed 1" in ended.out
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "json.loads" in text)
    message = f"snippets/one/page_one.py:{line}: in section [claims]: JSONDecodeError: Expecting value"
    assert ended.err.count(message) == 2, "once with its traceback, once at the end"
    assert "in f\n    json.loads" in ended.err and "json/decoder.py" in ended.err and "session.py" not in ended.err
    assert ended.err.count("  File ") == 3, "the snippet's frames and the innermost"
    after = project.tree()
    assert {name for name in before if before[name] != after.get(name)} == {
        f"one/page_two/{name}" for name in ("measure.txt", "page_two.en.ipynb", "page_two.zh.ipynb", "result.json")
    }
    check = project.run(command="check")
    assert check.returncode == 1 and "snippets/one/page_one.py: its result is stale\n" in check.out


def test_an_assert_without_words_is_quoted(project):
    project.add("page_one", setup="x = 1\nassert x == 2, ''")
    assert "page_one.py:9: in section [setup]: AssertionError: assert x == 2, ''" in project.run().err


def damage(name, change):
    def apply(project):
        path = project.result("page_one", name)
        content = path.read_bytes() if path.exists() else b""
        path.unlink(missing_ok=True)
        if (new := change(content)) is not None:
            path.write_bytes(new)

    return apply


OLD = b'{"schema": 0, "key": "", "files": {}}'
DAMAGES = {
    "result deleted": damage("result.json", lambda old: None),
    "result empty": damage("result.json", lambda old: b""),
    "result truncated": damage("result.json", lambda old: old[:-20]),
    "result is a list": damage("result.json", lambda old: b"[1]"),
    "result is no text": damage("result.json", lambda old: b"\xff\0"),
    "result of an older version": damage("result.json", lambda old: OLD),
    "older schema, same key": damage("result.json", lambda old: old.replace(b'"schema": 1', b'"schema": 0')),
    "file names that are none": damage("result.json", lambda old: old.replace(b"measure.txt", b"a\\u0000b")),
    "text deleted": damage("measure.txt", lambda old: None),
    "text truncated": damage("measure.txt", lambda old: old[:2]),
    "text edited": damage("measure.txt", lambda old: old.replace(b"one", b"two")),
    "notebook truncated": damage("page_one.zh.ipynb", lambda old: old[:100]),
    "a figure too many": damage("figure.svg", lambda old: b"<svg/>"),
    "chapter's notebook edited": damage("../one.en.ipynb", lambda old: old + b" "),
    "chapter's result deleted": damage("../result.json", lambda old: None),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_damage_is_noticed_and_mended(lasting, case):
    before = lasting.tree()
    DAMAGES[case](lasting)
    assert len(faults(lasting.root, "cpu")) == 1
    ended = lasting.run()
    assert ended.returncode == 0, ended.err
    assert ("ran 0, fresh 2" if "chapter" in case else "ran 1, fresh 1") in ended.out
    assert lasting.tree() == before


def test_what_the_result_depends_on(project):
    """The house style, the vector instructions, the name of the snippet."""

    def rename():
        (project.root / "snippets/one/page_one.py").rename(project.root / "snippets/one/page_3.py")
        shutil.copytree(project.result("page_one").parent, project.result("page_3").parent)

    for change in (
        lambda: (project.root / "snippets/matplotlibrc").write_text("lines.linewidth: 3"),
        lambda: project.env.update(ATEN_CPU_CAPABILITY="none"),
        rename,
    ):
        assert project.run(command="check").returncode == 0
        change()
        found = project.run(command="check")
        assert found.returncode == 1 and "its result is stale" in found.out
        assert project.run().returncode == 0


def test_results_without_a_snippet_go_and_nothing_else_does(project):
    project.add("page_three", setup="print(3)", chapter="two")
    project.run()
    for name in ("README", "two/page_three/notes.md", "one/other/a.txt"):
        path = project.results / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")
    (project.root / "snippets/two/page_three.py").unlink()
    (project.root / "snippets/one/page_two.py").unlink()
    assert "its snippets are gone" in project.run(command="check").out
    assert project.run().returncode == 0
    kept = {name for name in project.tree() if not name.startswith("one/page_one/")}
    assert kept == {
        "README",
        "two/page_three/notes.md",
        "one/other/a.txt",
        "one/one.en.ipynb",
        "one/one.zh.ipynb",
        "one/result.json",
    }
    assert "page_two" not in (project.results / "one/one.en.ipynb").read_text()


def test_names_choose_and_unknown_names_are_explained(project):
    for path in project.results.glob("*/*/result.json"):
        path.unlink()
    assert "ran 1, fresh 0" in project.run("page_one").out
    assert "ran 0, fresh 1" in project.run("one/page_one").out
    assert "ran 1, fresh 1" in project.run("snippets/one/page_one.py", project.root / "snippets/one/page_two.py").out
    unknown = project.run("page_on")
    assert unknown.returncode == 2
    assert unknown.err == "lab: no snippet page_on; expected page_one, page_two, one/page_one\n"
    assert project.run("--root", project.results).returncode == 2
    assert project.run("--shard", "3/2").returncode == project.run("-j0").returncode == 2


def test_shards_are_disjoint_and_even_and_merge_by_copying_folders(project, tmp_path):
    seconds = {f"page_s{n}": 10 - n for n in range(9)}
    for stem, took in seconds.items():
        project.add(stem, setup=f"print({took})", chapter="two")
        hint = project.result(stem, ".seconds", "two")
        hint.parent.mkdir(parents=True)
        hint.write_text(f"{took}\n")
    machines = [project.copy(tmp_path / f"machine {k}") for k in (1, 2, 3)]
    ran = []
    for k, machine in enumerate(machines, 1):
        ended = machine.run("--shard", f"{k}/3")
        assert ended.returncode == 0, ended.err
        ran.append([line.split("/")[-1][:-3] for line in ended.out.splitlines() if line.startswith("[")])
        assert machine.run(command="check").returncode == 1
    assert sorted(sum(ran, [])) == sorted(seconds)
    assert max(sum(seconds[stem] for stem in part) for part in ran) <= 20

    shutil.rmtree(project.results)
    assert project.run("-j2").returncode == 0
    alone = project.tree()
    shutil.rmtree(project.results)
    for machine, stems in zip(machines, ran):
        for stem in seconds.keys() - set(stems):
            machine.result(stem, ".seconds", "two").unlink()
        shutil.copytree(machine.results, project.results, dirs_exist_ok=True)
    assert "ran 0, fresh 11" in project.run().out, "what remains is to join the chapters"
    assert project.tree() == alone and project.run(command="check").returncode == 0
    for machine, stems in zip(machines, ran):
        for stem in stems:
            hints = [where.result(stem, ".seconds", "two").read_text() for where in (machine, project)]
            assert hints[0] == hints[1] and float(hints[0]) < 5, "each machine's durations are known after the merge"


def test_hints_are_only_hints(project):
    for content in (b"", b"[]", b"-1", b"nan", b"\xff"):
        project.result("page_one", ".seconds").write_bytes(content)
        project.result("page_one").unlink()
        assert project.run().returncode == 0
    assert 0 < float(project.result("page_one", ".seconds").read_text()) < 60


def test_a_gpu_snippet_is_counted_and_is_no_fault(project):
    project.add("page_gpu", text(tags=' tags=["gpu"]', setup="x = 1"))
    ended = project.run()
    assert ended.returncode == 0
    assert "snippets/one/page_gpu.py: needs a CUDA device\n" in ended.out
    assert "ran 0, fresh 2, needs a CUDA device 1, failed 0" in ended.out
    assert project.run(command="check").returncode == 0
    on_cuda = project.run("--device", "cuda", "page_gpu")
    assert "RuntimeError: --device cuda, but torch.cuda.is_available() is False" in on_cuda.err


def test_a_terminal_gets_a_bar(project):
    project.add("page_one", setup="x = 3")
    terminal, end = os.openpty()
    driver = project.start("run", stderr=end)
    out, _ = driver.communicate()
    os.close(end)
    project.add("page_one", setup="assert False")
    seen = os.read(terminal, 10_000).decode()
    os.close(terminal)
    assert out.startswith("ran 1, fresh 1, failed 0 in") and seen == "\r\x1b[K"
