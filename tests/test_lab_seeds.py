"""Other seeds: every one that a snippet sets is another, a claim that fails is named with its seed, nothing is kept."""

from lab_project import Project

TORCH = """
set_num_threads = lambda n: None
seeds = []
class cuda:
    is_initialized = is_available = staticmethod(lambda: False)
class Generator:
    def manual_seed(self, seed):
        seeds.append(seed)
        return self
manual_seed = seeds.append
"""


def test_a_claim_that_a_seed_refutes_is_named(tmp_path):
    project = Project(tmp_path, stubs=True)
    (project.root / "stubs/torch.py").write_text(TORCH)
    drawn = "import torch\ntorch.manual_seed(7)\ng = torch.Generator().manual_seed(1)\n"
    project.add("page_lucky", setup=drawn + "print(torch.seeds[-2:])", claims="assert isinstance(g, torch.Generator)")
    project.add("page_unlucky", setup=drawn, claims='assert torch.seeds[-1] != 2001, "a second seed"')
    project.add("page_fixed", setup="print('not random')")
    ended = project.run("-n", "3", "--show", command="seeds")
    assert ended.returncode == 1
    assert (
        all(f"[{seed + 7}, {seed + 1}]" in ended.out for seed in (1000, 2000, 3000)) and "not random" not in ended.out
    )
    (failed,) = [line for line in ended.err.splitlines() if "seed +" in line]
    assert "seed +2000: snippets/one/page_unlucky.py:" in failed and "a second seed" in failed
    assert "ran 1, fresh 0, failed 1" in ended.out
    assert not list(project.results.glob("*/*")), "nothing is kept"
    assert project.run("-n", "1", "page_fixed", command="seeds").returncode == 0
