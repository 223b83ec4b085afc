# %% [markdown] lang="en"
# # The variance ratio of a masked ReLU
# For $h = \mathrm{ReLU}(z)$, $z \sim N(0, 1)$:
# $\mathrm{Var}(h') / \mathrm{Var}(h) = 1 + \frac{\pi}{\pi - 1}\,\frac{p}{1-p}$.

# %% [markdown] lang="zh"
# # 加掩码的 ReLU，方差放大多少
# 设 $h = \mathrm{ReLU}(z)$，$z \sim N(0, 1)$，
# 则 $\mathrm{Var}(h') / \mathrm{Var}(h) = 1 + \frac{\pi}{\pi - 1}\,\frac{p}{1-p}$。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
N = 500_000
h = torch.relu(torch.randn(N, device=device))
rates = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
mean, variance = 1 / math.sqrt(2 * math.pi), 1 / 2 - 1 / (2 * math.pi)  # of h
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def ratio(p):
    return 1 + math.pi / (math.pi - 1) * p / (1 - p)


masked = [F.dropout(h, p) for p in rates]
print("  p   formula   measured / formula")
for p, h_masked in zip(rates, masked):
    print(f"{p:4}{ratio(p):9.3f}{h_masked.var() / variance / ratio(p):13.1f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for p, h_masked in zip(rates, masked):
    square = (h_masked - mean) ** 2
    assert abs(h_masked.mean() - mean) < 5 * h_masked.std() / N**0.5, f"p = {p}: the mean is kept"
    assert abs(square.mean() - variance * ratio(p)) < 5 * square.std() / N**0.5, f"p = {p}: the variance is not"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(4.6, 3.2))
t = torch.linspace(0, 0.83, 200)
ax.plot(t, 1 + math.pi / (math.pi - 1) * t / (1 - t), color="C0")
ax.plot(rates, [(h_masked.var() / variance).item() for h_masked in masked], "o", color="C1")
ax.axhline(1, color="gray", lw=0.8, ls=":")
for p in (0.2, 0.5, 0.8):
    ax.annotate(f"${ratio(p):.3f}$", (p, ratio(p)), (-8, 7), textcoords="offset points", ha="right", fontsize=9.5)
ax.set(xlabel="$p$", ylabel=r"$\mathrm{Var}(h')\,/\,\mathrm{Var}(h)$", xlim=(0, 0.85), ylim=(0, 8.2))
plt.show()
# --8<-- [end:figure]
