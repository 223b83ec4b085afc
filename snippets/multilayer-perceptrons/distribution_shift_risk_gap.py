# %% [markdown] lang="en"
# # What separates empirical from true risk when nothing shifts
# Finite samples, dependence, fitting, and choosing on the test set, each with its size.

# %% [markdown] lang="zh"
# # 分布没有偏移时，经验风险与真实风险差在哪里
# 样本有限、样本相关、拟合、在测试集上挑选：逐一量出大小。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
runs, R = 20_000, 0.2  # repetitions; true risk of a fixed predictor with 0-1 loss
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def empirical_risk(n, runs=runs, risk=R):
    return torch.binomial(torch.full((runs,), float(n), device=device), torch.full((runs,), risk, device=device)) / n


sizes = (100, 400, 1600, 6400)
spread = {n: empirical_risk(n).std().item() for n in sizes}
print("n           spread of the empirical risk   sqrt(R (1 - R) / n)")
for n in sizes:
    print(f"{n:<12}{spread[n]:>28.3f}{math.sqrt(R * (1 - R) / n):>22.3f}")
errors = torch.rand(runs // 10, 100, device=device) < R
copied = errors.repeat(1, 10).double().mean(1).std().item()  # 1000 samples, but 10 copies of 100
print(f"1000 (10 x 100 copies){copied:>18.3f}{math.sqrt(R * (1 - R) / 1000):>22.3f}")

delta = 0.05
bound = {n: math.sqrt(math.log(2 / delta) / (2 * n)) for n in sizes}
outside = {n: ((empirical_risk(n) - R).abs() > bound[n]).double().mean().item() for n in sizes}

x, y = torch.randn(1000, 5, device=device), torch.randint(2, (1000,), device=device)  # labels without any signal
x_new, y_new = torch.randn(2000, 5, device=device), torch.randint(2, (2000,), device=device)
train_risk = (y[torch.cdist(x, x).argmin(1)] != y).double().mean().item()
true_risk = (y[torch.cdist(x_new, x).argmin(1)] != y_new).double().mean().item()
print(f"1-nearest neighbour, random labels: empirical risk {train_risk:.1f}, on new data {true_risk:.1f}")

best = (
    empirical_risk(200, runs=50 * 1000, risk=0.5).reshape(50, 1000).amin(1)
)  # 50 times, of 1000 coin-flip classifiers
print(f"best of 1000 guessers on 200 test samples: empirical risk {best.mean():.1f}, true risk 0.5")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
tolerance = 5 / math.sqrt(2 * runs)  # five relative standard errors of a standard deviation
for n in sizes:
    assert abs(spread[n] / math.sqrt(R * (1 - R) / n) - 1) < tolerance, "the spread is sqrt(R (1 - R) / n)"
    assert outside[n] <= delta, "Hoeffding's bound holds"
assert abs(copied / math.sqrt(R * (1 - R) / 100) - 1) < tolerance * 10**0.5, "copies do not count as samples"
assert train_risk == 0 and abs(true_risk - 0.5) < 5 * 0.5 / 2000**0.5, "fitted noise: no empirical risk, full true risk"
assert best.max() < 0.45, "the best of many guessers looks better than chance"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.2))
curve = torch.logspace(1.9, 3.95, 50)
ax.loglog(curve, (R * (1 - R) / curve).sqrt(), color="C0")
ax.loglog(sizes, list(spread.values()), "o", color="C0")
ax.loglog(curve, (math.log(2 / delta) / (2 * curve)).sqrt(), color="C5", ls="--")
ax.loglog(1000, copied, "s", color="C1")
arrow = {"arrowstyle": "<-", "color": "C1"}
ax.annotate("", (1000, copied * 0.93), (1000, math.sqrt(R * (1 - R) / 1000) * 1.06), arrowprops=arrow)
ax.set(xlabel="$n$", ylabel=r"$|\hat R - R|$")
plt.show()
# --8<-- [end:figure]
