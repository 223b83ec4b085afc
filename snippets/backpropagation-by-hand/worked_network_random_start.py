# %% [markdown] lang="en"
# # Random instead of given weights
# With sigmoids every start ends in the same place. With ReLU most starts fail:
# output 1 is alive with probability $\frac12(1 - 2^{-m})$, which is $\frac38$ for $m = 2$ hidden units.

# %% [markdown] lang="zh"
# # 用随机权重代替给定权重
# 用 sigmoid 时，各个起点殊途同归；用 ReLU 时，多数起点会失败：
# 输出单元 1 一开始有活性的概率为 $\frac12(1 - 2^{-m})$，$m = 2$ 个隐藏单元时就是 $\frac38$。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
x = torch.tensor([[0.5], [0.3]], device=device)
y = torch.tensor([[0.23], [-0.07]], device=device)
R, steps, eta = 400, 1000, 1.0

# fan-in 2 whatever the number of outputs: one wide layer draws the weights of R small ones
uniform = [nn.Linear(2, 2 * R, bias=False).weight.detach().view(R, 2, 2).to(device) for layer in (1, 2)]
gaussian = [torch.randn(R, 2, 2, device=device) / math.sqrt(6) for layer in (1, 2)]  # same variance
# --8<-- [end:setup]

# %% --8<-- [start:train]
losses, outputs = {}, {}
for draw, start in (("uniform", uniform), ("Gaussian", gaussian)):
    for name in ("sigmoid", "ReLU"):
        phi = torch.sigmoid if name == "sigmoid" else torch.relu
        W1, W2 = (W.clone().requires_grad_() for W in start)  # both networks start from the same weights
        losses[name, draw] = []
        for t in range(steps + 1):
            p = phi(W2 @ phi(W1 @ x))
            L = ((p - y) ** 2).sum((1, 2)) / 2
            if t == 0:
                outputs[name, draw] = p.detach()
            losses[name, draw].append(L.detach())
            G = torch.autograd.grad(L.sum(), [W1, W2])  # the R networks share no weight: each gets its own gradient
            with torch.no_grad():
                W1 -= eta * G[0]
                W2 -= eta * G[1]
        losses[name, draw] = torch.stack(losses[name, draw])
# --8<-- [end:train]

# %% --8<-- [start:measure]
print(f"{R} starts, {steps} updates, eta = {eta:g}")
for draw in ("uniform", "Gaussian"):
    L = losses["sigmoid", draw]
    first, last = L[0], L[-1]
    spread = f"L(0) {first.mean():.2f} +- {first.std():.2f}   L({steps}) {last.mean():.4f} +- {last.std():.0e}"
    print(f"sigmoid, {draw:<9} {spread}")
print("\nshare of starts    p1(0) > 0     L = 0.00245     L = 0.0289")
for draw in ("uniform", "Gaussian"):
    L = losses["ReLU", draw][-1]
    low, high = ((L - level).abs() < 1e-4 for level in (0.00245, 0.0289))
    alive = outputs["ReLU", draw][:, 0, 0] > 0
    shares = [f"{v.double().mean():.2f} +- {v.double().std() / math.sqrt(R):.2f}" for v in (alive, low, high)]
    print(f"ReLU, {draw:<10}" + "".join(f"{share:>15}" for share in shares))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
bound = 1 / math.sqrt(2)
assert max(W.abs().max() for W in uniform) <= bound, "nn.Linear(2, ...) draws from [-0.7071, 0.7071]"
for draw in ("uniform", "Gaussian"):
    L = losses["sigmoid", draw]
    assert 0.003 < L[-1].min() and L[-1].max() < 0.0034, "sigmoid: every start ends close to 0.0032"
    L = losses["ReLU", draw][-1]
    low, high = ((L - level).abs() < 1e-4 for level in (0.00245, 0.0289))
    assert (low | high).all(), "ReLU: two outcomes and nothing in between"
    alive = outputs["ReLU", draw][:, 0, 0] > 0
    error = math.sqrt(3 / 8 * 5 / 8 / R)
    assert abs(alive.double().mean() - 3 / 8) < 5 * error, "output 1 starts alive with probability 3/8"
    assert (alive == low).double().mean() > 0.95, "whether it starts alive decides where it ends, with rare exceptions"
for m in (1, 2, 4, 8):
    h = (torch.randn(4000, m, 2, device=device) @ x).relu()
    alive = (torch.randn(4000, 1, m, device=device) @ h > 0).double().mean()
    theory = (1 - 0.5**m) / 2
    assert abs(alive - theory) < 5 * math.sqrt(theory * (1 - theory) / 4000), f"{m} hidden units"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
shown = [0] + sorted({round(10 ** (k / 8)) for k in range(25)})
for ax, name, n, ink in zip(axes, ("sigmoid", "ReLU"), (20, 40), ("C0", "C1")):
    curves = losses[name, "uniform"][shown, :n].cpu()
    ax.plot(shown, curves, color=ink, lw=0.9, alpha=0.55)
    ax.axhline(0.00245, color="gray", ls="--", lw=1.2)
    ax.text(0.1, 0.00245 * 1.04, "$0.00245$", color="gray", va="bottom")
    ax.set_xscale("symlog", linthresh=1)
    ax.set(yscale="log", xlim=(-0.12, 1300), xlabel="$t$", ylim=(0.0018, 0.5))
    ax.set_title(r"$\sigma$" if name == "sigmoid" else r"$\mathrm{ReLU}$")
axes[1].axhline(0.0289, color="gray", ls="--", lw=1.2)
axes[1].text(1000, 0.0289 * 1.06, "$0.0289$", color="gray", ha="right", va="bottom")
axes[0].set(ylabel="$L$")
plt.show()
# --8<-- [end:figure]
