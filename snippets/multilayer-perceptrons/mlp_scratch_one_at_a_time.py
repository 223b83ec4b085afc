# %% [markdown] lang="en"
# # One hyperparameter at a time gets stuck in a diagonal valley
# For $L(u, v) = a(u - v)^2 + b(u + v - c)^2$ with $a \gg b$, alternating searches on a grid of spacing $\Delta$ stop up to
# $\Delta(a + b)/(4b)$ away from the optimum. Learning rate and momentum of SGD form such a valley.

# %% [markdown] lang="zh"
# # 逐个调参会卡在斜谷里
# 设 $L(u, v) = a(u - v)^2 + b(u + v - c)^2$，$a \gg b$。在间距为 $\Delta$ 的网格上轮流搜索，
# 停下时离最优点可远达 $\Delta(a + b)/(4b)$。SGD 的学习率与动量就构成这样一条斜谷。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
# --8<-- [end:setup]

# %% --8<-- [start:valley]
a, b, c, k = 1.0, 0.05, 1.6, 11
grid = torch.linspace(0, 1, k, dtype=torch.float64)
L = a * (grid[:, None] - grid) ** 2 + b * (grid[:, None] + grid - c) ** 2  # rows u, columns v
path, j = [], 0  # start with v = 0
while len(path) < 3 or path[-1] != path[-3]:
    i = L[:, j].argmin().item()  # tune u while v is fixed
    path.append((i, j))
    j = L[i].argmin().item()  # tune v while u is fixed
    path.append((i, j))
one_pass, stuck, best = path[1], path[-1], divmod(L.argmin().item(), k)
for label, (i, j), runs in (
    ("one pass", one_pass, f"{2 * k}"),
    ("until stuck", stuck, ""),
    ("full grid", best, f"{k * k}"),
):
    print(
        f"{label:<12} u = {grid[i]:.1f}, v = {grid[j]:.1f}, L = {L[i, j]:.4f}"
        + (f", evaluations {runs}" if runs else "")
    )
# --8<-- [end:valley]

# %% --8<-- [start:digits]
digits = load_digits()
order = torch.randperm(len(digits.target))
X = torch.tensor(digits.data / 16, dtype=torch.float32)[order].to(device)
y = torch.tensor(digits.target)[order].to(device)
train, validation = slice(0, 1000), slice(1000, None)
rates, betas, seeds, h, epochs, batch_size = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0), (0, 0.7, 0.9, 0.97), 4, 32, 5, 50
shape = (len(rates), len(betas), seeds)
runs = math.prod(shape)

parameters = []
for n_in, n_out in ((64, h), (h, 10)):  # He initialization; every cell starts from the same four networks
    start = torch.randn(seeds, n_in, n_out, device=device) * (2 / n_in) ** 0.5
    parameters += [start.repeat(runs // seeds, 1, 1), torch.zeros(runs, 1, n_out, device=device)]
W1, b1, W2, b2 = (p.requires_grad_() for p in parameters)
eta = torch.tensor(rates, device=device).view(-1, 1, 1).expand(shape).reshape(-1, 1, 1)
beta = torch.tensor(betas, device=device).view(1, -1, 1).expand(shape).reshape(-1, 1, 1)
velocity = [torch.zeros_like(p) for p in parameters]


def losses(part):
    """Mean loss of each run; one network per run, side by side."""
    hidden = torch.relu(torch.baddbmm(b1, X[part].expand(runs, -1, -1), W1))
    return cross_entropy(torch.baddbmm(b2, hidden, W2).mT, y[part].expand(runs, -1), reduction="none").mean(1)


for _ in range(epochs):
    for batch in torch.randperm(1000, device=device).split(batch_size):
        gradients = torch.autograd.grad(losses(batch).sum(), parameters)  # the runs share no parameter
        with torch.no_grad():
            for p, v, g in zip(parameters, velocity, gradients):
                v.mul_(beta).add_(g)
                p -= eta * v
with torch.no_grad():
    V = (
        losses(validation).nan_to_num(math.log(10)).clamp(max=math.log(10)).reshape(shape).mean(2).cpu()
    )  # ln 10: a guess

print("validation loss, mean of 4 seeds (ln 10 = 2.30 at most); columns: beta")
print("   eta" + "".join(f"{value:8g}" for value in betas))
for r, rate in enumerate(rates):
    print(f"{rate:6g}" + "".join(f"{value:8.2f}" for value in V[r]))
favourite_rate = [rates[r] for r in V.argmin(0)]
favourite_beta = [betas[m] for m in V.argmin(1)]
print(f"best beta for eta = {rates[0]}: {favourite_beta[0]}, for eta = {rates[-1]}: {favourite_beta[-1]}")
print(f"best eta for beta = {betas[-1]}: {favourite_rate[-1]}, for beta = {betas[0]}: {favourite_rate[0]}")
one_by_one = V[rates.index(favourite_rate[0])].min()  # beta = 0 first: tune eta, then beta
print(f"beta = 0, tune eta, then beta: loss {one_by_one:.2f}; full grid: {V.min():.2f}")
# --8<-- [end:digits]

# %% --8<-- [start:claims]
assert best == (8, 8) and L.min() < 1e-12, "the full grid finds u = v = c / 2"
assert L[one_pass] > 0.09 and stuck == (3, 3) and abs(L[stuck] - 0.05) < 1e-9, "one at a time stops far from it"
u, v = stuck
assert L[u, v] == L[:, v].min() == L[u].min(), "no change of a single coordinate improves the point"
spacing = (grid[1] - grid[0]).item()
for t in range(k):  # theory: a grid point on the valley floor is a trap if it is closer than spacing (a + b) / (4 b)
    trap = L[t, t] <= min(L[:, t].min(), L[t].min())
    assert trap == (abs(c / 2 - grid[t]) < spacing * (a + b) / (4 * b)), f"trap or not at u = v = {grid[t]:.1f}"
exact = torch.tensor([0.0], dtype=torch.float64)  # without a grid: every step shrinks the distance by (a - b) / (a + b)
for step in range(1, 11):
    exact = ((a - b) * exact + b * c) / (a + b)
    assert abs((c / 2 - exact) - c / 2 * ((a - b) / (a + b)) ** step) < 1e-12
assert 5**4 == 625, "five values for each of four hyperparameters"

assert favourite_rate[0] >= 5 * favourite_rate[-1], "the more momentum, the smaller the best learning rate"
assert favourite_beta[0] >= 0.9 and favourite_beta[-1] <= 0.7, "small rates want much momentum, large ones little"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.3))
fine = torch.linspace(0, 1, 201)
surface = a * (fine[:, None] - fine) ** 2 + b * (fine[:, None] + fine - c) ** 2
left.contour(
    fine.numpy(),
    fine.numpy(),
    surface.numpy(),
    levels=(0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7),
    colors="gray",
    linewidths=0.9,
)
points = grid[torch.tensor([(path[0][0], 0), *path])]
left.plot([0, *points[1:, 0]], [0, *points[1:, 1]], "o-", color="C1", ms=4.5, zorder=3)
left.plot(0.8, 0.8, "*", color="C0", ms=13, zorder=3)
left.set(xlabel="$u$", ylabel="$v$", aspect="equal")
left.grid(False)
right.imshow(V.T.numpy(), aspect="auto", cmap="viridis_r", vmin=0, vmax=2.3)
for r in range(len(rates)):
    for m in range(len(betas)):
        right.text(
            r,
            m,
            f"{V[r, m]:.2f}",
            ha="center",
            va="center",
            fontsize=9,
            color="#fefefe" if V[r, m] > 1.0 else "#010101",
        )
right.set(
    xlabel=r"$\eta$",
    ylabel=r"$\beta$",
    xticks=range(len(rates)),
    xticklabels=rates,
    yticks=range(len(betas)),
    yticklabels=betas,
)
right.grid(False)
plt.show()
# --8<-- [end:figure]
