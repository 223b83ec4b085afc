# %% [markdown] lang="en"
# # Dead and saturated units
# A ReLU unit whose pre-activations are all negative never moves again; a sigmoid or tanh unit flattens on both sides.
# For $z \sim \mathcal N(m, 1)$ the output keeps the spread $\mathrm{sd}(f(z))$
# and passes back the average slope $\mathrm E f'(z)$.

# %% [markdown] lang="zh"
# # 死亡的单元与饱和的单元
# 预激活全为负的 ReLU 单元再也不会更新；sigmoid 与 tanh 单元在两侧都变平。
# 设 $z \sim \mathcal N(m, 1)$，输出保留的差异是 $\mathrm{sd}(f(z))$，反向传回的平均斜率是 $\mathrm E f'(z)$。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
f = {
    "ReLU": F.relu,
    "leaky ReLU": F.leaky_relu,
    "ELU": F.elu,
    "SiLU": F.silu,
    "GELU": F.gelu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}


def slope(name, z):
    z = z.clone().requires_grad_()
    return torch.autograd.grad(f[name](z).sum(), z)[0]


x, y = torch.randn(256, 8, device=device), torch.randn(256, 1, device=device)
# --8<-- [end:setup]

# %% --8<-- [start:train]
moved = {}
for name in ("ReLU", "leaky ReLU"):
    unit = nn.Linear(8, 1).to(device)
    nn.init.constant_(unit.bias, -100.0)  # far below every pre-activation: |w x| < 100
    before = [p.detach().clone() for p in unit.parameters()]
    optimizer = torch.optim.SGD(unit.parameters(), lr=0.1)
    largest = 0.0
    for _ in range(100):
        optimizer.zero_grad()
        ((f[name](unit(x)) - y) ** 2).mean().backward()
        largest = max(largest, max(p.grad.abs().max().item() for p in unit.parameters()))
        optimizer.step()
    moved[name] = max((p - q).abs().max().item() for p, q in zip(unit.parameters(), before))
    print(f"{name:<11} gradient exactly 0 in all 100 steps: {largest == 0}, parameters moved: {moved[name] > 0}")
# --8<-- [end:train]

# %% --8<-- [start:measure]
z = torch.tensor([-100.0, -8.0, -5.0, 5.0, 8.0], device=device)
print(f"f'(z)    z = {z[0]:8.0f}" + "".join(f"{value:10.0f}" for value in z[1:]))
for name in f:
    print(f"{name:<12}" + "".join(f"{value:10.1e}" for value in slope(name, z)))

nodes = torch.linspace(-12, 12, 4001, device=device)  # z = m + node: expectations by the trapezoid rule
weights = torch.exp(-(nodes**2) / 2)
weights /= weights.sum()
spread, average_slope = {}, {}
m = torch.linspace(-8, 8, 65, device=device)
for name in ("ReLU", "sigmoid", "tanh"):
    values = f[name](m[:, None] + nodes)
    mean = (weights * values).sum(1, keepdim=True)
    spread[name] = (weights * (values - mean) ** 2).sum(1).sqrt()
    average_slope[name] = (weights * slope(name, m[:, None] + nodes)).sum(1)
print("\nz ~ N(m, 1)      sd f(z)           E f'(z)\nm =          0         8         0         8")
for name in spread:
    row = (*spread[name][[32, 64]], *average_slope[name][[32, 64]])
    print(f"{name:<8}" + "".join(f"{value:10.1e}" for value in row))

raw = 50 + 20 * torch.randn(4096, 100, device=device)  # 100 features that nobody standardised
standardised = (raw - raw.mean(0)) / raw.std(0)
W = torch.randn(100, 64, device=device) / 10  # 64 units, variance 1 / n_in
kept_raw, kept = (slope("sigmoid", data @ W).mean().item() for data in (raw, standardised))
print(f"\naverage slope of 64 sigmoid units: {kept:.2f} standardised, raw less than a tenth: {kept_raw < kept / 10}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert moved["ReLU"] == 0, "a dead unit receives exactly zero gradient and stays where it is"
assert moved["leaky ReLU"] > 0, "a slope on the negative side lets the unit move"
assert slope("sigmoid", z)[-1] < 4e-4 and slope("tanh", z)[-1] < 1e-6, "far out, sigmoid and tanh are flat"
assert (slope("ReLU", z) == (z > 0)).all(), "ReLU is flat on one side only"
assert slope("GELU", z)[0] == 0 and slope("SiLU", z)[0].abs() < 1e-40, "at -100 GELU and SiLU are as flat as ReLU"
assert slope("SiLU", z)[2] < 0 and slope("GELU", z)[2] < 0, "their tail has a small negative slope"
assert spread["sigmoid"][-1] < 1e-3 < 0.999 < spread["ReLU"][-1], "ReLU keeps the spread of large inputs"
theory = torch.exp(torch.tensor(-8.0)) * (torch.e**2 - torch.e) ** 0.5  # 1 - sigmoid(z) is nearly exp(-z), a lognormal
assert abs(spread["sigmoid"][-1].item() / theory.item() - 1) < 0.01
assert abs(average_slope["sigmoid"][-1].item() / torch.e ** (-8 + 0.5) - 1) < 0.01, "and sigmoid' nearly exp(-z)"
assert kept_raw < kept / 10, "standardising the features brings the units back to their slope"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3), sharex=True)
sample = torch.randn(20000, 1, device=device)
dots = m[::4]
for ax, exact, estimate in (
    (axes[0], spread, lambda name, z: f[name](z).std(0)),
    (axes[1], average_slope, lambda name, z: slope(name, z).mean(0)),
):
    for ink, name in zip(("C0", "C1", "C2"), exact):
        ax.plot(m.cpu(), exact[name].cpu(), color=ink)
        measured = estimate(name, dots + sample)
        ax.plot(dots.cpu(), measured.cpu(), "o", color=ink, ms=3.5)
    ax.set(xlabel="$m$", yscale="log", xticks=range(-8, 9, 4), ylim=(1e-7, 8))
axes[0].text(7.8, 1.5, "ReLU", color="C0", ha="right")
axes[0].text(8, 6e-3, r"$\sigma$", color="C1", ha="right", fontsize=12)
axes[0].text(5.2, 1.5e-5, r"$\tanh$", color="C2", ha="right")
axes[0].set(ylabel=r"$\mathrm{sd}(f(z))$")
axes[1].set(ylabel=r"$\mathrm{E}\, f'(z)$")
plt.show()
# --8<-- [end:figure]
