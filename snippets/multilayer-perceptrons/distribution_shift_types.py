# %% [markdown] lang="en"
# # Three kinds of shift, told apart by what stays fixed
# Covariate shift keeps $p(y \mid x)$, label shift keeps $p(x \mid y)$, concept shift changes $p(y \mid x)$ itself.

# %% [markdown] lang="zh"
# # 三种偏移，区别在于什么不变
# 协变量偏移下 $p(y \mid x)$ 不变，标签偏移下 $p(x \mid y)$ 不变，概念偏移则是 $p(y \mid x)$ 本身在变。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
n = 200_000
grid = torch.linspace(-2, 2, 9, device=device)
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def measured(x):
    """Observed inputs are rounded to the grid, so that a table over the grid loses nothing."""
    return (2 * x).round().clamp(-4, 4) / 2


def by_cause(mean, std, threshold):
    """x first, then y: p(y = 1 | x) = sigmoid(2 (x - threshold))."""
    x = measured(mean + std * torch.randn(n, device=device))
    return x, torch.rand(n, device=device) < torch.sigmoid(2 * (x - threshold))


def by_effect(positive):
    """y first, then x: p(x | y) is normal around +1 or -1."""
    y = torch.rand(n, device=device) < positive
    return measured(torch.randn(n, device=device) + torch.where(y, 1.0, -1.0)), y


shifts = {  # source and target
    "covariate": (by_cause(0.0, 1.0, 0.0), by_cause(0.8, 0.9, 0.0)),
    "label": (by_effect(0.5), by_effect(0.85)),
    "concept": (by_cause(0.0, 1.0, 0.0), by_cause(0.0, 1.0, 0.8)),
}


def counts(x, y):
    """Samples of each class at each grid point, shape (grid points, 2)."""
    return torch.stack([((x == g)[:, None] & torch.stack([~y, y], 1)).sum(0) for g in grid]).double()


def largest_z(a, b, dim):
    """Largest deviation, in standard errors, between two tables of proportions taken along dim."""
    n_a, n_b = a.sum(dim, keepdim=True), b.sum(dim, keepdim=True)
    pooled = (a + b) / (n_a + n_b)
    return ((a / n_a - b / n_b).abs() / (pooled * (1 - pooled) * (1 / n_a + 1 / n_b)).sqrt()).max().item()


print("largest change in standard errors   p(y | x)   p(x | y)")
tables, z = {}, {}
for name, (source, target) in shifts.items():
    tables[name] = counts(*source), counts(*target)
    z[name] = largest_z(*tables[name], dim=1), largest_z(*tables[name], dim=0)
    cells = ("below 5" if value < 5 else "above 20" if value > 20 else f"{value:.0f}" for value in z[name])
    print(f"{name:<34}" + "".join(f"{cell:>11}" for cell in cells))

(x, y), (x_target, _) = shifts["label"]  # the target's labels are not used
per_label = torch.stack([~y, y]).double().sum(1)
C = (
    torch.stack([(predicted & label).sum() for predicted in (x <= 0, x > 0) for label in (~y, y)]).reshape(2, 2)
    / per_label
)
mu = torch.stack([(x_target <= 0).sum(), (x_target > 0).sum()]) / n  # frequencies of the predictions on the target
share = torch.linalg.solve(C, mu)[1].item()
print(f"label 1 in the target: predicted {mu[1]:.1f}, recovered {share:.2f}, true 0.85")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert z["covariate"][0] < 5 < 20 < z["covariate"][1], "covariate shift keeps p(y | x)"
assert z["label"][1] < 5 < 20 < z["label"][0], "label shift keeps p(x | y)"
assert min(z["concept"]) > 20, "concept shift keeps neither"
variance = mu.prod() / n + (torch.tensor([1 - share, share], device=device) ** 2 * C.prod(0) / per_label).sum()
standard_error = (variance.sqrt() / torch.linalg.det(C).abs()).item()  # of mu and of C, to first order
assert abs(share - 0.85) < 5 * standard_error < 0.02, "C p = mu determines the label frequencies of the target"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(2, 3, figsize=(7.2, 4.2), sharex=True, sharey="row")
for column, pair in enumerate(tables.values()):
    for table, color, marker in zip(pair, ("C0", "C1"), ("o", "s")):
        total = table.sum(1)
        inner = slice(1, -1)  # the outermost points also hold what lies beyond them
        axes[0, column].plot(grid[inner].cpu(), (total / n)[inner].cpu(), marker=marker, color=color)
        axes[1, column].plot(grid[inner].cpu(), (table[:, 1] / total)[inner].cpu(), marker=marker, color=color)
    axes[1, column].set(xlabel="$x$")
axes[0, 0].set(ylabel="$p(x)$")
axes[1, 0].set(ylabel="$p(y=1\\mid x)$")
plt.show()
# --8<-- [end:figure]
