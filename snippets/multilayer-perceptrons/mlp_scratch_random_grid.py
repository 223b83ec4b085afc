# %% [markdown] lang="en"
# # Nine random points or a 3x3 grid
# If only one of two hyperparameters matters, nine random points come closer to its best value than a grid with three distinct
# values. If both matter, the grid is not worse.

# %% [markdown] lang="zh"
# # 九个随机点，还是 3x3 网格
# 若两个超参数中只有一个起作用，九个随机点比只有三个不同取值的网格更接近它的最佳值。若两个都起作用，网格并不吃亏。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
n, repetitions = 9, 20000
# --8<-- [end:setup]

# %% --8<-- [start:measure]
axis = torch.tensor([1, 3, 5], device=device) / 6
grid = torch.cartesian_prod(axis, axis)  # the nine centres of the cells of the unit square
optimum = torch.rand(repetitions, 1, 2, device=device)  # unknown: anywhere in the square
random = torch.rand(repetitions, n, 2, device=device)

gap = {}  # distance from the optimum to the nearest of the nine points
for name, points in (("grid", grid), ("random", random)):
    offset = points - optimum
    gap[name, 1] = offset[..., 0].abs().amin(1)  # only the first coordinate matters
    gap[name, 2] = offset.norm(dim=2).amin(1)  # both matter
for name, distinct in (("grid", grid[:, 0].unique().numel()), ("random", random[0, :, 0].unique().numel())):
    print(
        f"{name:<7} distinct values per axis {distinct}, mean distance to the optimum: "
        + f"one coordinate matters {gap[name, 1].mean():.3f}, both {gap[name, 2].mean():.2f}"
    )

top = 0.05  # the best 5 % of the search space
for draws in (10, 20, 60):
    print(f"{draws} random trials hit the best 5 % with probability {1 - (1 - top) ** draws:.2f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
theory = {"grid": 1 / 12, "random": (n + 3) / (2 * (n + 1) * (n + 2))}
for name, value in theory.items():
    standard_error = (gap[name, 1].std() / repetitions**0.5).item()
    assert abs(gap[name, 1].mean().item() - value) < 5 * standard_error, f"{name}: expected {value}"
difference = gap["random", 2] - gap["grid", 2]
assert difference.mean() > 5 * difference.std() / repetitions**0.5, "if both matter, the grid is closer on average"
assert grid[:, 0].unique().numel() == 3 and random[0, :, 0].unique().numel() == n
hits = (torch.rand(repetitions, 60, device=device) < top).any(1).double()
expected = 1 - (1 - top) ** 60
assert abs(hits.mean() - expected) < 5 * (expected * (1 - expected) / repetitions) ** 0.5 and expected > 0.95
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.5), sharey=True)
u = torch.linspace(0, 1, 300)
ridge = 1.12 + 0.3 * torch.exp(-(((u - 0.66) / 0.07) ** 2))  # what matters: only u, with a narrow optimum
for ax, points, ink in zip(axes, (grid, random[4]), ("C1", "C0")):
    points = points.cpu()
    ax.plot(u, ridge, color="gray", lw=1.4)
    height = 1.12 + 0.3 * torch.exp(-(((points[:, 0] - 0.66) / 0.07) ** 2))
    ax.vlines(points[:, 0], points[:, 1], height, color=ink, lw=0.8, alpha=0.5)
    ax.plot(points[:, 0], points[:, 1], "o", color=ink)
    ax.plot(points[:, 0], height, "o", color=ink, markerfacecolor="white", ms=5)
    ax.plot([0, 1, 1, 0, 0], [0, 0, 1, 1, 0], color="gray", lw=0.8)
    ax.set(xlabel="$u$", xticks=(0, 0.5, 1), yticks=(0, 0.5, 1), aspect="equal", ylim=(-0.04, 1.47))
    ax.grid(False)
axes[0].set(ylabel="$v$")
plt.show()
# --8<-- [end:figure]
