# %% [markdown] lang="en"
# # A classifier as a two-sample test
# Label source samples 0 and target samples 1, train on one half, measure the AUC on the other half, and compare it with
# the AUCs of permuted labels.

# %% [markdown] lang="zh"
# # 用分类器做双样本检验
# 源样本标 0，目标样本标 1，用一半训练，在另一半上计算 AUC，再与打乱标签后的 AUC 相比。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = torch.tensor(load_digits().data / 16, device=device)  # (1797, 64), values in [0, 1]
m = 400
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def auc(score, z):
    """P(score of a target sample > score of a source sample), per column; score and z have shape (n, columns)."""
    rank = score.argsort(0).argsort(0).double()
    positive = z.sum(0)
    return ((rank * z).sum(0) - positive * (positive - 1) / 2) / (positive * (len(z) - positive))


def domain_auc(source, target, columns=1):
    """AUC of a ridge classifier on the other half of the data and on its own; column 0: true labels, others: permuted."""
    x = torch.cat([source, target])
    x = torch.cat([torch.ones(len(x), 1, device=device), x - x.mean(0)], 1)
    z = (torch.arange(len(x), device=device) >= len(source)).double()
    z = torch.stack([z] + [z[torch.randperm(len(z), device=device)] for _ in range(columns - 1)], 1)
    half = torch.randperm(len(x), device=device).chunk(2)
    gram = x[half[0]].T @ x[half[0]] + torch.eye(x.shape[1], device=device)
    w = torch.linalg.solve(gram, x[half[0]].T @ (z[half[0]] - 0.5))  # one solve for every labelling
    return auc(x[half[1]] @ w, z[half[1]]), auc(x[half[0]] @ w, z[half[0]])


def detect(source, target, permutations=99):
    """AUC, the AUCs under permuted labels, and the p-value (1 + number at least as large) / (1 + permutations)."""
    values = domain_auc(source, target, 1 + permutations)[0]
    return values[0].item(), values[1:].cpu(), (1 + (values[1:] >= values[0]).sum().item()) / (1 + permutations)


def draw(pool):
    order = torch.randperm(len(pool), device=device)
    return pool[order[:m]], pool[order[m : 2 * m]]


order = torch.randperm(len(digits), device=device)
source, rest = digits[order[:m]], digits[order[m:]]
ink = rest.sum(1)
heavy = rest[torch.multinomial(torch.exp(ink / ink.std()), m)]  # images with more ink are drawn more often
targets = {"none": rest[:m], "more ink": heavy, "pixels + 0.1": rest[:m] + 0.1}
cases = {name: detect(source, target) for name, target in targets.items()}
print("shift          AUC    p-value")
for name, (value, _, p) in cases.items():
    print(f"{name:<13}{value:5.1f}    {'0.01, the smallest possible' if p <= 0.01 else 'above 0.01'}")

unseen, in_sample = torch.cat([torch.stack(domain_auc(*draw(digits))) for _ in range(20)], 1)
print(
    f"no shift, 20 repetitions: AUC on the training half {in_sample.mean():.1f}, on the other half {unseen.mean():.1f}"
)
alarms = torch.tensor([detect(*draw(digits), permutations=19)[2] <= 0.05 for _ in range(200)]).double()
excess = (alarms.mean() - 0.05).abs().item() / (0.05 * 0.95 / len(alarms)) ** 0.5
print(
    f"no shift, 200 repetitions at level 0.05: alarm rate {'below' if excess < 5 else 'above'} 5 standard errors from 0.05"
)

narrow, wide = torch.randn(4000, 2, device=device), 2 * torch.randn(4000, 2, device=device)
linear = domain_auc(narrow, wide)[0].item()
squared = domain_auc(torch.cat([narrow, narrow**2], 1), torch.cat([wide, wide**2], 1))[0].item()
print(f"standard deviation 1 against 2: linear features {linear:.1f}, with squares {squared:.1f}, theory 0.8")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert cases["more ink"][2] <= 0.01 and cases["pixels + 0.1"][2] <= 0.01, "both shifts are detected"
assert cases["pixels + 0.1"][0] > 0.9, "a constant added to all pixels is seen almost without error"
assert excess < 5, "without shift the test keeps its level"
assert in_sample.min() > 0.55, "on its own training half the classifier always seems to detect something"
assert abs(unseen.mean() - 0.5) < 5 * (1 / (6 * m / 2) / len(unseen)) ** 0.5, "on the other half it does not"
standard_error = (1 / (6 * 2000)) ** 0.5  # of an AUC of 1/2 with 2000 + 2000 samples; smaller for larger AUCs
assert abs(linear - 0.5) < 5 * standard_error, "a linear classifier is blind to a change of scale"
assert abs(squared - 0.8) < 5 * standard_error, "with squares it reaches 4 / (1 + 4)"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.0))
ax.hist(torch.cat([null for _, null, _ in cases.values()]), bins=30, color="C5", alpha=0.6)
for (value, _, _), color in zip(cases.values(), ("C0", "C2", "C1")):
    ax.axvline(value, color=color, lw=2.5)
ax.set(xlabel="AUC", xlim=(0.35, 1.01))
ax.set_yticks([])
plt.show()
# --8<-- [end:figure]
