"""What the site says of a snippet that needs a GPU: without a record, with one, and with one of an older source."""

import hashlib
import json

import pytest
from test_build import build, mini  # noqa: F401  (a fixture)

SNIPPET = "snippets/chapter/page_claim.py"
TITLES = '# %% [markdown] lang="en"\n# # A claim of $a|b$\n\n# %% [markdown] lang="zh"\n# # 命题\n\n'
OUTPUT = '\n```text title="Output"\n--8<-- "results/chapter/page_claim/setup.txt"\n```\n'


@pytest.fixture
def waiting(mini):  # noqa: F811
    """The miniature site, its snippet now in need of a GPU, with a verification page."""
    (mini / SNIPPET).write_text(TITLES + (mini / SNIPPET).read_text(), "utf-8")
    write(mini / "results/chapter/page_claim/result.json", {"recorded": {}, "asserts": 0})
    (mini / "results/chapter/page_claim/setup.txt").write_text("PRINTED\n")
    for name, language in (("mkdocs.yml", "en"), ("mkdocs.zh.yml", "zh")):
        config = (mini / name).read_text("utf-8").replace("- chapter/page.md", "- chapter/page.md\n- verification.md")
        (mini / name).write_text(config, "utf-8")
        (mini / f"docs/{language}/verification.md").write_text("# Verification\n\n<!-- verification -->\n")
        (mini / f"docs/{language}/index.md").write_text("# Home\n\n<!-- claims -->\n")
        page = mini / f"docs/{language}/chapter/page.md"
        page.write_text(page.read_text("utf-8") + OUTPUT, "utf-8")
    return mini


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")


def pages(site):
    done = build(site)
    assert done.returncode == 0, done.stdout + done.stderr
    names = ("index.html", "chapter/page/index.html", "verification/index.html")
    return [(site / "site" / folder / name).read_text("utf-8") for folder in ("", "zh") for name in names]


def test_nothing_is_shown_that_no_gpu_has_run(waiting):
    home, page, table, *chinese = pages(waiting)
    assert "not yet verified on a GPU" in home and "尚未在 GPU 上验证" in chinese[0]
    assert "PRINTED" not in page and "Not yet run on a GPU" in page and "尚未在 GPU 上运行" in chinese[1]
    assert "A square." not in page and "Not yet drawn" in page and "尚未绘制" in chinese[1]
    assert "GPU: not yet" in page and "CPU ✓" not in page and "GPU 尚未验证" in chinese[1]
    assert 'href="../chapter/page/#question"' in table and "not yet run" in table and "尚未运行" in chinese[2]


def test_a_fresh_record_is_shown_with_its_device_and_an_old_one_is_refused(waiting):
    versions = {"python": "3.11.7", "torch": "2.13.0"}
    about = {"name": "Fake GPU 9000", "date": "2026-01-02", "versions": versions, "cuda": "13.0", "driver": "580.1"}
    write(waiting / "records/fake/device.json", {**about, "kind": "cuda", "host": "fake-cpu"})
    write(waiting / "records/fake-cpu/device.json", {**about, "name": "Fake CPU", "kind": "cpu"})
    digest = hashlib.sha256((waiting / SNIPPET).read_bytes()).hexdigest()
    record = {"digest": digest, "date": "2026-01-02", "asserts": 7, "seconds": 0.25, "memory": 3 * 2**20}
    write(waiting / "records/fake/chapter/page_claim.json", record)
    home, page, table, *chinese = pages(waiting)
    assert "<strong>7</strong>" in home and "Fake GPU 9000" in home and "<strong>7</strong>" in chinese[0]
    assert (
        "PRINTED" in page and "Output · Fake GPU 9000, 2026-01-02" in page and "Fake GPU 9000，2026-01-02" in chinese[1]
    )
    assert "A square." in page and "Not yet" not in page and "GPU ✓" in page
    for part in ("✓ 0.25 s · 3 MiB", "torch 2.13.0", "CUDA 13.0, driver 580.1", "verified 1", "Fake CPU"):
        assert part in table

    (waiting / SNIPPET).write_text((waiting / SNIPPET).read_text("utf-8") + "\n", "utf-8")
    home, page, table, *chinese = pages(waiting)
    assert "PRINTED" not in page and "Changed since it last ran on a GPU" in page and "代码已改动" in chinese[1]
    assert "GPU: stale" in page and "stale 1" in table and "0.25 s" not in table and "not yet verified" in home
