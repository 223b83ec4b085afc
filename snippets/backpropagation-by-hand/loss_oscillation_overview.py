# %% [markdown] lang="en"
# # One ladder, four models
# Measure the step size in units of the threshold, $s = \eta\lambda_{\max}/2$. Below $s = 1$ every loss converges; what happens above is decided
# by the loss: divergence, or two values, four values, chaos, and divergence or saturation in the end.

# %% [markdown] lang="zh"
# # 同一把尺子，四个模型
# 以阈值为单位度量步长：$s = \eta\lambda_{\max}/2$。$s < 1$ 时损失都收敛；$s > 1$ 之后如何，取决于损失函数：
# 或者立即发散，或者依次出现两个值、四个值、混沌，最后发散或饱和。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch
from matplotlib.colors import to_rgb

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
# --8<-- [end:setup]

# %% --8<-- [start:measure]
y = 0.23  # target of the sigmoid unit
models = {  # name: (loss, sharpness of its minimum, lowest and highest start)
    "quadratic": (lambda w: w**2 / 2, 1.0, 0.2, 0.8),
    "cubic": (lambda w: w**2 / 2 - w**3 / 3, 1.0, 0.2, 0.8),
    "scalar two-layer": (
        lambda w: (w**2 - 1) ** 2 / 4,
        2.0,
        0.2,
        0.8,
    ),  # on a = b the gradient of (ab - 1)^2 / 2 is this one's
    "sigmoid unit": (lambda w: (torch.sigmoid(w) - y) ** 2 / 2, (y * (1 - y)) ** 2, -2.0, -0.2),
}
s = torch.tensor([0.3, 0.8, 1.1, 1.26, 1.4, 20.0], device=device)


def descend(name, s, steps):
    """Iterates of gradient descent (autograd) with step sizes 2 s / sharpness from a random start, (steps, len(s)), and losses."""
    loss, sharpness, low, high = models[name]
    w = (low + (high - low) * torch.rand((), device=device)).repeat(len(s))
    path = []
    for _ in range(steps):
        path.append(w)
        w = w.detach().requires_grad_()
        w = (w - 2 * s / sharpness * torch.autograd.grad(loss(w).sum(), w)[0]).detach()
    path = torch.stack(path)
    return path, loss(path)


def verdict(values):
    """What the last 200 losses do."""
    if not values[-1] < 1e9:  # also when it is nan
        return "diverges"
    if values[-1] < 1e-20:
        return "to 0"
    n = next((n for n in range(1, 65) if (values[n:] - values[:-n]).abs().max() < 1e-9), 0)
    return {0: "irregular", 1: "frozen"}.get(n, f"{n} values")


runs = {name: descend(name, s, 1500) for name in models}
ladder = {name: [verdict(losses[-200:, k]) for k in range(len(s))] for name, (_, losses) in runs.items()}
print("s =             " + "".join(f"{value:>11g}" for value in s.tolist()))
for name, verdicts in ladder.items():
    print(f"{name:<16}" + "".join(f"{verdict:>11}" for verdict in verdicts))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert ladder["quadratic"] == ["to 0"] * 2 + ["diverges"] * 4, "a quadratic loss converges or diverges, nothing else"
assert (
    ladder["cubic"] == ladder["scalar two-layer"] == ["to 0", "to 0", "2 values", "4 values", "irregular", "diverges"]
)
assert ladder["sigmoid unit"] == ["to 0", "to 0", "2 values", "4 values", "irregular", "frozen"], (
    "a sigmoid unit cannot diverge"
)

quadratic = runs["quadratic"][1][:60]
change = quadratic.diff(dim=0)
assert (change[:, :2] <= 0).all() and (change[:, 2:] > 0).all(), "the quadratic loss is monotone in every run"
path, losses = runs["scalar two-layer"]
assert (losses[1:60, 0] <= losses[:59, 0]).all(), "scalar model, eta = 0.3: the loss is monotone"
side = (path[5:25, 1] - 1).sign()
assert (side[1:] == -side[:-1]).all(), "eta = 0.8: w alternates about 1 and converges"
assert losses[:, 4].max() < 0.6, "eta = 1.4: irregular, but bounded"
late = descend("scalar two-layer", torch.tensor([2.05], device=device), 2500)[0]
assert not late[-1].isfinite(), "eta = 2.05 diverges"
for name, (loss, sharpness, _, _) in models.items():
    minimum = {"scalar two-layer": 1.0, "sigmoid unit": math.log(y / (1 - y))}.get(name, 0.0)
    at = torch.tensor(minimum, device=device)
    assert (
        abs(torch.func.grad(loss)(at)) < 1e-12 and abs(torch.func.grad(torch.func.grad(loss))(at) - sharpness) < 1e-12
    ), name
# --8<-- [end:claims]

# %% --8<-- [start:figure]
first, last, low, high = 0.66, 2.03, -1.5, 1.5
columns, rows = 840, 640
eta = torch.linspace(first, last, columns, device=device)
w = 0.2 + 0.6 * torch.rand(32, columns, device=device)  # 32 starts for each column
counts = torch.zeros(rows, columns, device=device)
for t in range(1200):
    w = w * (1 + eta - eta * w**2)
    if t >= 800:
        row = ((w - low) / (high - low) * rows).nan_to_num(0).long().clamp(0, rows - 1)
        counts.scatter_add_(0, row, (w.abs() < high).to(w.dtype))
counts = counts + counts.roll(1, 0) + counts.roll(-1, 0)  # three pixels thick
image = torch.empty(rows, columns, 4)
image[..., :3] = torch.tensor(to_rgb("C0"))
image[..., 3] = ((counts / counts.amax(0).clamp(min=1)).sqrt() * 8).ceil().cpu() / 8  # few levels of ink: a small file

fig = plt.figure(figsize=(7.2, 5.6))
grid = fig.add_gridspec(4, 2, width_ratios=[2.35, 1])
ax = fig.add_subplot(grid[:, 0])
ax.imshow(image.numpy(), extent=(first, last, low, high), origin="lower", aspect="auto", interpolation="none")
golden, sign_change = math.sqrt(5) - 1, 1.5 * math.sqrt(3) - 1
cycle = torch.linspace(1, golden, 200)
total, difference = (1 + 3 / cycle).sqrt(), (1 - 1 / cycle).sqrt()
for branch in ((total + difference) / 2, (total - difference) / 2):
    ax.plot(cycle, branch, color="C1", lw=2)
ax.plot([first, 1], [1, 1], color="C1", lw=2)
ax.plot([1, last], [1, 1], color="gray", lw=0.9, ls="--")
thresholds = {
    1: "$1$",
    golden: r"$\sqrt{5}-1$",
    1.302283: r"$1.3023$",
    sign_change: r"$\frac{3\sqrt{3}}{2}-1$",
    2: "$2$",
}
for threshold, label in thresholds.items():
    ax.plot([threshold, threshold], [-0.2 if threshold < 1.5 else low, high], color="gray", lw=0.8, ls=":")
    side = {golden: "right", 1.302283: "left", sign_change: "left"}.get(threshold, "center")
    ax.annotate(
        label, (threshold, high), (0, 3), textcoords="offset points", ha=side, va="bottom", annotation_clip=False
    )
ax.set(xlabel=r"$\eta$", ylabel="$w$", xlim=(first, last), ylim=(low, high))
ax.grid(False)

shown = {0.8: "C2", 1.1: "C3", 1.26: "C4", 1.4: "C5"}
w = torch.full((4,), 0.5)
traces = []
for _ in range(49):
    traces.append((w**2 - 1) ** 2 / 2)
    w = w * (1 + torch.tensor(list(shown)) - torch.tensor(list(shown)) * w**2)
traces = torch.stack(traces)
for k, (rate, ink) in enumerate(shown.items()):
    panel = fig.add_subplot(grid[k, 1])
    panel.plot(traces[:, k], "o-", color=ink, ms=2.2, lw=0.8)
    panel.set(xlim=(-1, 48), ylim=(-0.03, 0.47), yticks=[0, 0.2, 0.4], ylabel="$L_t$", xticks=[0, 20, 40])
    panel.annotate(rf"$\eta={rate:g}$", (0.97, 1.0), xycoords="axes fraction", ha="right", va="top", color=ink)
    if rate == 1.1:  # the exact 2-cycle: p^2 and q^2 are the roots of z^2 - (1 + 1/eta) z + 1/eta^2
        for sign in (1, -1):
            square = (1 + 1 / rate + sign * math.sqrt((1 + 1 / rate) ** 2 - 4 / rate**2)) / 2
            panel.axhline((square - 1) ** 2 / 2, color="C1", lw=1)
    panel.tick_params(labelbottom=k == 3)
    ax.plot([rate, rate], [low, -0.5 - 0.2 * (k % 2)], color=ink, lw=1.2)
    ax.annotate(
        f"${rate:g}$",
        (rate, -0.5 - 0.2 * (k % 2)),
        (0, 2),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=ink,
    )
panel.set(xlabel="$t$")
plt.show()
# --8<-- [end:figure]
