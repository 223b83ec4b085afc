# %% [markdown] lang="en"
# # Eight activation functions and their derivatives
# Autograd and the closed form agree to rounding error for every function, also at the kinks,
# where the value is PyTorch's choice: $\sigma' = \sigma(1-\sigma)$, $\tanh' = 1-\tanh^2$,
# $\mathrm{GELU}' = \Phi + x\varphi$, $\mathrm{SiLU}' = \sigma(1 + x(1-\sigma))$.

# %% [markdown] lang="zh"
# # 八种激活函数及其导数
# 自动求导与解析式处处只差舍入误差；在不可导的折点上，取值由 PyTorch 约定：
# $\sigma' = \sigma(1-\sigma)$，$\tanh' = 1-\tanh^2$，
# $\mathrm{GELU}' = \Phi + x\varphi$，$\mathrm{SiLU}' = \sigma(1 + x(1-\sigma))$。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
x = torch.linspace(-6, 6, 2401, device=device)
x[1200] = 0.0  # exactly zero, so that the kinks are tested where they are
alpha = torch.tensor([0.25], device=device)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
sigma = torch.sigmoid(x)
Phi = (1 + torch.erf(x / math.sqrt(2))) / 2  # standard normal distribution function
phi = torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)  # and its density
zero = torch.zeros_like(x)

activations = {  # name: (function, closed form of the derivative with PyTorch's value at a kink)
    "ReLU": (torch.relu, (x > 0) + zero),
    "max(x, 0)": (lambda x: torch.maximum(x, zero), (x > 0) + (x == 0) / 2),
    "leaky ReLU": (lambda x: F.leaky_relu(x, 0.1), torch.where(x > 0, 1.0, 0.1)),
    "pReLU": (lambda x: F.prelu(x, alpha), torch.where(x > 0, 1.0, alpha)),
    "sigmoid": (torch.sigmoid, sigma * (1 - sigma)),
    "tanh": (torch.tanh, 1 - torch.tanh(x) ** 2),
    "GELU": (F.gelu, Phi + x * phi),
    "SiLU": (F.silu, sigma * (1 + x * (1 - sigma))),
}


def derivative(f):
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(f(leaf).sum(), leaf)[0]


autograd = {name: derivative(f) for name, (f, _) in activations.items()}
print("              f'(0)    min f'    max f'")
for name, slope in autograd.items():
    print(f"{name:<12}{slope[1200]:7.2f}{slope.min():10.4f}{slope.max():10.4f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for name, (_, closed_form) in activations.items():
    error = (autograd[name] - closed_form).abs().max()
    assert error < 1e-12, f"{name}: autograd and closed form differ by {error}"

at_zero = {name: slope[1200].item() for name, slope in autograd.items()}
assert at_zero["sigmoid"] == autograd["sigmoid"].max() == 0.25, "the sigmoid's slope peaks at 1/4"
assert at_zero["tanh"] == autograd["tanh"].max() == 1, "tanh's slope peaks at 1"
assert [at_zero[name] for name in ("ReLU", "max(x, 0)", "leaky ReLU", "pReLU")] == [0, 0.5, 0.1, 0.25]
leaf = torch.zeros((), device=device, requires_grad=True)
assert torch.autograd.grad(leaf.clamp(min=0), leaf)[0] == 1, "clamp takes the slope from the right"
assert torch.autograd.grad(F.leaky_relu(leaf), leaf)[0] == 0.01, "leaky ReLU takes it from the left"

assert (torch.tanh(x) - (2 * torch.sigmoid(2 * x) - 1)).abs().max() < 1e-12
for f in (torch.sigmoid, torch.tanh):
    y = f(x.clone().requires_grad_())
    assert torch.equal(y.grad_fn._saved_result, y), "the backward pass keeps the output, not the input"
crossing = 2 * math.acosh((1 + math.sqrt(3)) / 2)
assert torch.equal(autograd["tanh"] < autograd["sigmoid"], x.abs() > crossing), "tanh is flatter beyond 1.66"

for name in ("GELU", "SiLU"):
    f, slope = activations[name][0], autograd[name]
    assert (f(x) - f(-x) - x).abs().max() < 1e-12, f"{name}: f(x) - f(-x) = x"
    assert (slope + slope.flip(0) - 1).abs().max() < 1e-12, f"{name}: f'(x) + f'(-x) = 1"
gelu_peak = (1 + math.erf(1)) / 2 + math.exp(-1) / math.sqrt(math.pi)  # slope of GELU at sqrt(2)
grid = (x[1] - x[0]).item()
assert gelu_peak - grid**2 < autograd["GELU"].max().item() <= gelu_peak + 1e-12, "GELU' peaks at sqrt(2)"
assert abs(x[autograd["GELU"].argmax()].item() - math.sqrt(2)) <= grid
silu_top = x[autograd["SiLU"].argmax()]
assert 1.0998 < autograd["SiLU"].max() < 1.0999 and (silu_top - 2.3994).abs() <= grid
assert (silu_top * torch.tanh(silu_top / 2) - 2).abs() <= 2 * grid, "SiLU'' vanishes where x tanh(x/2) = 2"
swish = derivative(lambda x: x * torch.sigmoid(3 * x))
assert abs(swish.max() - autograd["SiLU"].max()) < grid**2, "Swish with any beta has the same steepest slope"
silu_low = F.silu(x).min(), x[F.silu(x).argmin()]
assert (silu_low[0] - silu_low[1] - 1).abs() <= grid and (silu_low[1] + 1.2785).abs() <= grid
assert (x[F.gelu(x).argmin()] + 0.7518).abs() <= grid and (F.gelu(x).min() + 0.1700).abs() < 1e-4
# --8<-- [end:claims]

# %% --8<-- [start:figure]
columns = [
    {
        "pReLU": r"$\mathrm{pReLU},\ \alpha = 0.25$",
        "leaky ReLU": r"$\mathrm{leaky},\ a = 0.1$",
        "ReLU": r"$\mathrm{ReLU}$",
    },
    {"tanh": r"$\tanh$", "sigmoid": r"$\sigma$"},
    {"SiLU": r"$\mathrm{SiLU}$", "GELU": r"$\mathrm{GELU}$"},
]
inks = {"ReLU": "C0", "leaky ReLU": "C1", "pReLU": "C2", "sigmoid": "C0", "tanh": "C1", "GELU": "C0", "SiLU": "C1"}
t = x.cpu()
fig, axes = plt.subplots(2, 3, figsize=(7.2, 5.4), sharex=True, sharey="row")
for (top, bottom), names in zip(axes.T, columns):
    for line, (name, label) in enumerate(names.items()):
        f, closed_form = activations[name]
        slope, exact, ink = autograd[name].cpu(), closed_form.cpu(), inks[name]
        top.plot(t, f(x).cpu(), color=ink, lw=2.2)
        top.text(-5.7, 2.95 - 0.62 * line, label, color=ink, fontsize=10)
        kinked = "ReLU" in names
        dashes = (0, (3, 2))
        for side in (t < 0, t > 0) if kinked else (t < 7,):  # never join the two sides of a jump
            bottom.plot(t[side], slope[side], color=ink, lw=6, alpha=0.28, solid_capstyle="butt")
            bottom.plot(t[side], exact[side], color=ink, lw=1.6, ls=dashes)
            dashes = (4 * line, (4, 8))  # the three lines coincide on the right: their dashes take turns
        if kinked:
            bottom.plot(0, slope[1200], "o", color=ink, ms=6, zorder=4)
        bottom.set(xlabel="$x$")
jump, bell, gate = axes[1]
jump.plot(0, 1, "o", color=plt.rcParams["text.color"], markerfacecolor="white", ms=6, zorder=4)
jump.plot(0, 0.5, "D", color="gray", ms=5, zorder=4)
jump.text(0.5, 0.5, r"$\max(x, 0)$", color="gray", va="center", fontsize=9)
for ax in axes.flat:
    ax.grid(False)
    ax.axhline(0, color="gray", lw=0.7, zorder=0)
for level in (0.25, 1):
    for ax in axes[1]:
        ax.axhline(level, color="gray", lw=0.8, ls=":", zorder=0)
points = [  # panel, x, y, label, where the label begins, ink
    (bell, 0, 1, "$(0, 1)$", (0.5, 1.08), "C1"),
    (bell, 0, 0.25, r"$(0, \frac{1}{4})$", (2.0, 0.36), "C0"),
    (gate, math.sqrt(2), 1.1289, r"$(\sqrt{2}, 1.129)$", (-4.0, 1.2), "C0"),
    (gate, 2.3994, 1.0998, "$(2.40, 1.100)$", (1.2, 0.78), "C1"),
    (gate, -math.sqrt(2), -0.1289, r"$(-\sqrt{2}, -0.129)$", (-0.5, -0.2), "C0"),
    (gate, -2.3994, -0.0998, "$(-2.40, -0.100)$", (-5.8, -0.35), "C1"),
    (axes[0, 2], -0.7518, -0.1700, "$(-0.75, -0.17)$", (-0.9, -0.85), "C0"),
    (axes[0, 2], -1.2785, -0.2785, "$(-1.28, -0.28)$", (-5.8, -1.25), "C1"),
]
for ax, u, v, label, place, ink in points:
    ax.plot(u, v, "o", color=ink, ms=5, zorder=5)
    ax.text(*place, label, color=ink, fontsize=8.5)
axes[0, 0].set(ylabel="$f(x)$", ylim=(-1.7, 3.6), xlim=(-6, 6), xticks=range(-6, 7, 3))
axes[1, 0].set(
    ylabel="$f'(x)$",
    ylim=(-0.42, 1.38),
    yticks=[0, 0.25, 0.5, 1],
    yticklabels=["0", r"$\frac{1}{4}$", r"$\frac{1}{2}$", "1"],
)
plt.show()
# --8<-- [end:figure]
