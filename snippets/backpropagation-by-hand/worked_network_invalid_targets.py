# %% [markdown] lang="en"
# # Cross-entropy with a target that is no probability
# With $y_2 = -0.07$, the sum $-\sum_k y_k\log q_k$ has no lower bound: it falls at a rate that can be computed,
# and ends in nan where the logarithm meets an underflow.

# %% [markdown] lang="zh"
# # 目标值不是概率时的交叉熵
# $y_2 = -0.07$ 时，$-\sum_k y_k\log q_k$ 没有下界：它下降的速度可以算出来；
# 对数一旦遇上下溢，就变成 nan。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F

device = "cuda" if torch.cuda.is_available() else "cpu"
x = torch.tensor([0.5, 0.3], device=device)
y = torch.tensor([0.23, -0.07], device=device)  # default float32, as in everyday code
start = torch.tensor([[[0.2, 0.5], [-0.4, 0.6]], [[0.1, -0.3], [-0.5, 0.8]]], device=device)
steps = 1000
arms = {  # name: (hidden activation, loss of the logits o)
    "squared error": (torch.sigmoid, lambda o: ((torch.sigmoid(o) - y) ** 2).sum() / 2),
    "CE(logits = sigma(o))": (torch.sigmoid, lambda o: F.cross_entropy(torch.sigmoid(o), y)),
    "CE(logits = o)": (torch.sigmoid, lambda o: F.cross_entropy(o, y)),
    "-sum y log sigma(o)": (torch.sigmoid, lambda o: -(y * torch.log(torch.sigmoid(o))).sum()),
    "CE(logits = o), ReLU": (torch.relu, lambda o: F.cross_entropy(o, y)),
}
# --8<-- [end:setup]

# %% --8<-- [start:train]
losses = {}
for name, (phi, loss) in arms.items():
    W1, W2 = (W.clone().requires_grad_() for W in start)
    losses[name] = []
    for t in range(steps + 1):
        L = loss(W2 @ phi(W1 @ x))
        losses[name].append(L.item())
        G = torch.autograd.grad(L, [W1, W2])
        with torch.no_grad():
            W1 -= G[0]  # learning rate 1
            W2 -= G[1]
# --8<-- [end:train]

# %% --8<-- [start:measure]
first_bad = {name: next((t for t, v in enumerate(L) if not math.isfinite(v)), None) for name, L in losses.items()}
print("L after t updates          t=0       10      100       500      1000")
for name, L in losses.items():
    row = "".join(f"{L[t]:9.2g}" for t in (0, 10, 100, 500, 1000))
    print(f"{name:<22}{row}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert all(0.00245 < v < 0.869 for v in losses["squared error"]), "squared error: bounded on both sides"

squashed = losses["CE(logits = sigma(o))"]  # logits between 0 and 1 leave the loss a floor, and it is negative
lowest = 0.16 * math.log(1 + math.exp(-1)) - 0.07
assert lowest < squashed[-1] < 0 < squashed[0]

linear = losses["CE(logits = o)"]  # delta tends to (-0.07, 0.07), |h|^2 to 2: at most 2 * 0.07^2 * 2 per step
rate = linear[-2] - linear[-1]
assert linear[-1] < -10 and 0.9 < rate / (4 * 0.07**2) < 1.01, "a straight line downwards"

logs = losses["-sum y log sigma(o)"]
t = first_bad["-sum y log sigma(o)"]
assert logs[100] < 0 and t < 1000 and math.isnan(logs[-1]), "negative by update 100, nan before update 1000"
assert -0.07 * 104 < logs[t - 1] < -0.07 * 80, "float32 sigma underflows between -88 and -104"

explosion = losses["CE(logits = o), ReLU"]  # one hidden unit lives: weights and activation feed each other
growth = (1 + 0.07 * math.sqrt(2 * (x @ x).item())) ** 2
assert abs(explosion[400] / explosion[399] - growth) < 1e-3 and first_bad["CE(logits = o), ReLU"], "a geometric fall"

try:
    F.binary_cross_entropy(torch.sigmoid(start[1] @ x).cpu(), y.cpu())  # on CUDA a failed check ends the process
except RuntimeError as error:
    assert "between 0 and 1" in str(error)
else:
    raise AssertionError("binary_cross_entropy checks its targets")
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.4))
shown = [0] + sorted({round(10 ** (k / 16)) for k in range(49)})
labels = [
    r"$\frac{1}{2}\sum(p-y)^2$",
    r"$\mathrm{CE}(\sigma(o))$",
    r"$\mathrm{CE}(o)$",
    r"$-\sum y\,\log\sigma(o)$",
    r"$\mathrm{CE}(o),\ \mathrm{ReLU}$",
]
for ax, limits in zip(axes, ((-0.12, 0.23), (-20.5, 1))):
    for n, (name, label) in enumerate(zip(losses, labels)):
        curve = [(t, losses[name][t]) for t in shown if losses[name][t] > -1e4]
        ax.plot(*zip(*curve), color=f"C{n}", label=label)
    t = first_bad["-sum y log sigma(o)"]
    ax.plot(t - 1, logs[t - 1], "X", color="C3", ms=9)
    ax.axhline(0, color="gray", lw=0.8)
    ax.set_xscale("symlog", linthresh=1)
    ax.set(xlim=(-0.12, 1300), xlabel="$t$", ylim=limits)
axes[0].axhline(lowest, color="C1", lw=1, ls=":")
axes[0].set(ylabel="$L$")
axes[1].legend(loc="lower left")
plt.show()
# --8<-- [end:figure]
