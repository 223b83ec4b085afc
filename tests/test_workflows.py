"""The workflows: least permissions everywhere, and nobody from outside reaches the machine with the GPU."""

import re

import pytest
import yaml
from pages import ROOT

FILES = sorted(ROOT.glob(".github/workflows/*.yml"))


def load(path):
    found = yaml.safe_load(path.read_text("utf-8"))
    return {"on" if key is True else key: value for key, value in found.items()}  # YAML 1.1 reads `on` as true


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_workflow_reads_and_no_more_ends_and_is_limited(path):
    workflow = load(path)
    assert workflow["permissions"] == {"contents": "read"} and workflow["concurrency"]["group"]
    for job in workflow["jobs"].values():
        outside = "self-hosted" in job["runs-on"]
        assert not outside or path.stem == "gpu", "one workflow alone may use a machine of ours"


def test_pull_requests_never_reach_the_gpu():
    path = ROOT / ".github/workflows/gpu.yml"
    workflow, text = load(path), path.read_text("utf-8")
    assert set(workflow["on"]) == {"workflow_dispatch", "schedule", "push"}
    assert workflow["on"]["push"] == {"branches": ["main"]}
    (job,) = workflow["jobs"].values()
    assert job["runs-on"] == ["self-hosted", "gpu"] and 0 < job["timeout-minutes"] <= 120
    conditions = set(re.split(r"\s*&&\s*", job["if"]))
    assert conditions == {
        "github.event_name != 'pull_request'",
        "github.ref == 'refs/heads/main'",
        "!github.event.repository.fork",
    }
    assert "permissions" not in job and "environment" not in job
    assert not re.search(r"secrets|GITHUB_TOKEN|github\.token", text)


def test_the_gpu_job_starts_and_leaves_clean_and_uploads_records():
    (job,) = load(ROOT / ".github/workflows/gpu.yml")["jobs"].values()
    first, *others, last = job["steps"]
    assert first["with"] == {"clean": True, "persist-credentials": False}
    assert last == {"run": "git clean -ffdx", "if": "always()"}
    upload = next(step for step in others if step.get("uses", "").startswith("actions/upload-artifact@"))
    assert upload["with"]["path"] == "records/" and upload["if"] == "always()"
    assert any(step.get("run", "").startswith("make gpu ") for step in others)
