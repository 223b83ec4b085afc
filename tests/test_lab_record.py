"""Records: made on a fake device, compared with the CPU, shown where a snippet cannot run, refused once it has changed."""

import hashlib
import json

import pytest
from lab_project import Project, text

from lab.compare import difference

FAKE = """
import os
from types import SimpleNamespace
class cuda:
    is_initialized = staticmethod(lambda: False)
    is_available = staticmethod(lambda: os.environ.get("CUDA_VISIBLE_DEVICES") != "")
    get_device_name = staticmethod(lambda: "Fake GPU 9000")
    get_device_properties = staticmethod(lambda n: SimpleNamespace(major=9, minor=0, total_memory=2**33))
    max_memory_allocated = staticmethod(lambda: 3 * 2**20)
    synchronize = staticmethod(lambda: print("synchronised", file=open(os.environ["LAB_TEST_LOG"], "a")))
class version:
    cuda = "13.0"
set_num_threads = manual_seed = lambda n: None
"""
# Allows the standard library and what a snippet may need: on the GPU's machine nothing else is installed.
ALONE = """
import sys
class Alone:
    def find_spec(self, name, path=None, target=None):
        known = {*sys.stdlib_module_names, "lab", "torch", "numpy", "matplotlib", "sklearn", "usercustomize"}
        if name.partition(".")[0] not in known:
            raise ImportError(f"{name} is not installed")
sys.meta_path.insert(0, Alone())
"""
GPU = ' tags=["gpu"]'
MEASURE = "import torch\nprint('value', 0.5)\nprint('cuda', torch.cuda.is_available())"


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path / "project", stubs=True)
    project.env["LAB_TEST_LOG"] = str(tmp_path / "log")
    project.env.pop("CUDA_VISIBLE_DEVICES", None)
    (project.root / "stubs/torch.py").write_text(FAKE)
    project.add("page_same", setup="x = 1", measure="print('a word', 12, 0.3333)", claims="assert x\nassert x == 1")
    project.add("page_gpu", text(tags=GPU, setup=MEASURE, claims="assert True"), chapter="two")
    project.records = project.root / "records/fake-gpu-9000"
    project.record = lambda *names: project.run("--device", "cuda", *names, command="record")
    return project


def read(path):
    return json.loads(path.read_text("utf-8"))


def standin(project):
    return project.result("page_gpu", "setup.txt", chapter="two").read_text("utf-8")


def test_a_record_says_what_ran_where_and_what_it_cost(project, tmp_path):
    ended = project.record()
    assert ended.returncode == 0 and "ran 2," in ended.out, ended.err
    record = read(project.records / "one/page_same.json")
    source = (project.root / "snippets/one/page_same.py").read_bytes()
    assert record["digest"] == hashlib.sha256(source).hexdigest()
    assert (record["asserts"], record["memory"]) == (2, 3 * 2**20) and 0 < record["seconds"] < 60
    assert record["printed"] == {"measure": ["a word 12 0.3333"]} and record["figures"] == {}
    assert (tmp_path / "log").read_text().count("synchronised") == 2 * 3, "each of two snippets ran three times"
    about = read(project.records / "device.json")
    assert (about["name"], about["kind"], about["cuda"], about["capability"]) == (
        "Fake GPU 9000",
        "cuda",
        "13.0",
        "9.0",
    )
    assert about["date"] == record["date"] and about["versions"]["python"] and about["host"] and about["driver"]
    assert not list(project.results.glob("*/*")), "a recording leaves the results of the CPU alone"


def test_the_cpu_beside_a_gpu_can_be_recorded_and_sees_none(project):
    assert project.record().returncode == 0
    project.add("page_cuda", setup="import torch\nassert not torch.cuda.is_available()")
    assert project.run("--device", "cpu", command="record").returncode == 0
    folder = project.root / "records" / read(project.records / "device.json")["host"]
    assert read(folder / "device.json")["kind"] == "cpu" and (folder / "one/page_cuda.json").exists()
    assert not (folder / "two/page_gpu.json").exists(), "what needs a GPU is not recorded without"


def test_what_fails_costs_only_itself_and_keeps_its_old_record(project):
    for stem in ("page_crash", "page_wrong", "page_zlast"):
        project.add(stem, setup="print('good')")
    assert project.record().returncode == 0
    good = (project.records / "one/page_crash.json").read_bytes()
    project.add("page_crash", setup="import os\nos._exit(3)")
    project.add("page_wrong", setup="assert 1 > 2, 'no'")
    project.add("page_zlast", setup="print('edited')")
    ended = project.record()
    assert ended.returncode == 1 and "failed 2" in ended.out
    assert "snippets/one/page_wrong.py:8: in section [setup]: AssertionError: no" in ended.err
    assert (project.records / "one/page_crash.json").read_bytes() == good
    assert read(project.records / "one/page_zlast.json")["printed"] == {"setup": ["edited"]}
    assert not list(project.records.rglob("*.new"))


def test_recording_needs_nothing_but_the_packages_of_snippets(project):
    (project.root / "stubs/sitecustomize.py").write_text(ALONE)
    ended = project.record()
    assert ended.returncode == 0 and "ran 2," in ended.out, ended.err
    project.add("page_stranger", setup="import yaml")
    assert "yaml is not installed" in project.record("page_stranger").err, "the test itself must be able to fail"


def test_without_a_device_the_command_says_so(project):
    project.env["CUDA_VISIBLE_DEVICES"] = ""
    ended = project.record("page_same")
    assert ended.returncode == 1 and "torch.cuda.is_available() is False" in ended.err
    assert not project.records.exists()


def test_a_snippet_that_waits_shows_its_record_and_never_an_old_one(project):
    assert project.run().returncode == 0
    assert standin(project) == "[not yet run on a GPU · 尚未在 GPU 上运行]\n"
    for lang, other in (("en", "尚未"), ("zh", "not yet")):
        book = project.result("page_gpu", f"page_gpu.{lang}.ipynb", chapter="two").read_text("utf-8")
        assert "GPU" in book and other not in book
    assert project.run(command="check").returncode == 0, "that is no fault"
    before = project.tree()
    assert "needs a CUDA device 1, failed 0" in project.run().out and project.tree() == before

    assert project.record().returncode == 0 and project.run().returncode == 0
    date = read(project.records / "device.json")["date"]
    assert standin(project) == f"[Fake GPU 9000, {date}]\nvalue 0.5\ncuda True\n"
    result = read(project.result("page_gpu", chapter="two"))
    assert result["recorded"] == {"state": "fresh", "device": "Fake GPU 9000", "date": date}
    assert result["asserts"] == 0, "no claim was asserted on the CPU"

    record = project.records / "two/page_gpu.json"
    whole = record.read_text("utf-8")
    wrong = {**json.loads(whole), "printed": {"setup": [1]}}
    for content, state in ((whole[:-9], "damaged"), (whole, "fresh"), (json.dumps(wrong), "damaged"), (whole, "fresh")):
        record.write_text(content, "utf-8")
        assert project.run(command="check").returncode == 1 and project.run().returncode == 0
        assert read(project.result("page_gpu", chapter="two"))["recorded"]["state"] == state

    project.add("page_gpu", text(tags=GPU, setup="print('value', 0.25)"), chapter="two")
    assert project.run().returncode == 0
    assert standin(project) == "[changed since it last ran on a GPU · 上次在 GPU 上运行之后，代码已改动]\n"


def test_what_prints_and_what_draws_has_a_stand_in(project):
    code = {"setup": "import matplotlib.pyplot as plt", "measure": "x = 1", "figure": "plt.plot([x])\nplt.show()"}
    project.add("page_gpu", text(tags=GPU, **code), chapter="two")
    assert project.run().returncode == 0
    files = set(read(project.result("page_gpu", chapter="two"))["files"])
    assert files == {"figure.svg", "page_gpu.en.ipynb", "page_gpu.zh.ipynb"}


def test_compare_agrees_and_says_what_is_missing_stale_or_gone(project):
    assert project.run().returncode == 0 and project.record().returncode == 0
    ended = project.run("records/fake-gpu-9000", command="compare")
    assert ended.returncode == 0 and "fake-gpu-9000: 2 snippets agree, 0 faults" in ended.out
    project.add("page_new", setup="print('new')")
    project.add("page_same", setup="print('edited')")
    (project.root / "snippets/two/page_gpu.py").unlink()
    ended = project.run(command="compare")
    assert ended.returncode == 1
    assert "snippets/one/page_new.py: its record is missing" in ended.out
    assert "snippets/one/page_same.py: its record is stale" in ended.out
    assert "records/fake-gpu-9000/two/page_gpu.json: its snippet is gone" in ended.out
    assert project.record().returncode == 0
    assert "page_same.py: its result on the CPU is stale: python -m lab run" in project.run(command="compare").out
    assert project.run("records/nowhere", command="compare").returncode == 2


def test_compare_names_snippet_section_line_and_both_values(project):
    two = "import torch\nprint('same')\nprint('sum', 0.1234, 7 + torch.cuda.is_available())"
    project.add("page_differs", setup="x = 1", measure=two)
    project.add("page_length", setup="import torch\nfor _ in range(1 + torch.cuda.is_available()): print(1)")
    project.add(
        "page_seed",
        setup="import random, torch",
        measure="x = random.random\nprint(f'{0.2 + 0.01 * torch.cuda.is_available():.3f}')",
    )
    assert project.run().returncode == 0 and project.record().returncode == 0
    ended = project.run(command="compare")
    assert ended.returncode == 1 and "3 snippets agree, 2 faults" in ended.out
    assert "snippets/one/page_differs.py: [measure] line 2: CPU '7', Fake GPU 9000 '8'" in ended.out
    assert "snippets/one/page_length.py: [setup] prints 1 lines on the CPU, 2 on Fake GPU 9000" in ended.out
    assert "page_seed" not in ended.out


def test_compare_shows_another_draw_and_fails_for_other_words(project):
    draw = "import random, torch\nx = random.random\ncuda = torch.cuda.is_available()\n"
    project.add("page_draw", setup=draw + "print(f'loss {0.2 + 0.1 * cuda:.3f}')")
    assert project.run().returncode == 0 and project.record().returncode == 0
    ended = project.run(command="compare")
    assert ended.returncode == 0 and "3 snippets agree, 0 faults" in ended.out
    assert "page_draw.py: [setup] line 1: CPU '0.200', Fake GPU 9000 '0.300'" in ended.out
    assert "page_draw" not in project.run("--rtol", "0.5", command="compare").out
    project.add("page_draw", setup=draw + "print(f'loss {0.2 + 0.1 * cuda:.3f}', cuda)")
    assert project.run().returncode == 0 and project.record().returncode == 0
    ended = project.run(command="compare")
    assert ended.returncode == 1 and "1 faults" in ended.out


@pytest.mark.parametrize(
    "ours, theirs, rtol, pair",
    [
        ("n = 3, loss 0.1234", "n = 3,  loss 0.1235", 0, None),
        ("n = 3, loss 0.1234", "n = 3, loss 0.1236", 0, ("0.1234", "0.1236")),
        ("n = 3, loss 0.1234", "n = 4, loss 0.1234", 0, ("3", "4")),
        ("2.5e-03 up", "2.6e-03 up", 0, None),
        ("2.5e-03 up", "2.7e-03 up", 0, ("2.5e-03", "2.7e-03")),
        ("error 1.2e-08", "error 0.0e+00", 0, None),
        ("error 1.2e-08", "error 1.2e-05", 0, ("1.2e-08", "1.2e-05")),
        ("accuracy 0.90", "accuracy 0.95", 0.1, None),
        ("accuracy 0.90", "accuracy 0.55", 0.1, ("0.90", "0.55")),
        ("steps 1000", "steps 1090", 0.1, None),
        ("True", "False", 0.1, ("True", "False")),
        ("1", "-1", 0, ("1", "-1")),
        ("inf", "3.0", 0.1, ("inf", "3.0")),
        ("conv2d 3", "conv2d 3", 0, None),
        ("conv2d 3", "conv3d 3", 0.1, ("conv2d 3", "conv3d 3")),
    ],
)
def test_two_lines_agree_up_to_a_unit_of_the_last_digit(ours, theirs, rtol, pair):
    assert difference(ours, theirs, rtol) == pair
    assert difference(theirs, ours, rtol) == (pair and pair[::-1])
