"""What only a CUDA device can show: gpu-tagged snippets pass on it, and leave memory and the CPU's runs alone."""

import json
import shutil

import pytest
from lab_project import Project
from pages import ROOT

pytestmark = pytest.mark.gpu
TAGGED = [path for path in sorted(ROOT.glob("snippets/*/*.py")) if 'tags=["gpu"]' in path.read_text("utf-8")]


@pytest.fixture
def project(tmp_path):
    project = Project(tmp_path / "project")
    shutil.copy(ROOT / "snippets/matplotlibrc", project.root / "snippets")
    project.env.pop("CUDA_VISIBLE_DEVICES", None)
    return project


@pytest.mark.parametrize("snippet", TAGGED, ids=lambda path: path.stem)
def test_tagged_snippet_passes_and_draws(project, snippet):
    project.add(snippet.stem, snippet.read_text("utf-8"))
    ended = project.run("--device", "cuda")
    assert ended.returncode == 0, ended.err
    assert project.result(snippet.stem, "measure.txt").exists() and project.result(snippet.stem, "figure.svg").exists()


def test_a_record_of_the_real_device(project):
    code = "import torch\nx = torch.ones(2**20, device='cuda')\nprint(x.sum().item())"
    project.add("page_sum", setup=code, claims="assert x.is_cuda")
    assert project.run("--device", "cuda", command="record").returncode == 0
    (path,) = project.root.glob("records/*/one/page_sum.json")
    record, about = json.loads(path.read_text()), json.loads((path.parents[1] / "device.json").read_text())
    assert record["printed"] == {"setup": ["1048576.0"]} and record["memory"] >= 4 * 2**20
    assert about["kind"] == "cuda" and about["driver"] != "unknown" and about["cuda"]
