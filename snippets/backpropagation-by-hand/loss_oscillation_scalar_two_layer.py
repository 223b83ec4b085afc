# %% [markdown] lang="en"
# # The scalar two-layer model: stable, periodic, chaotic, divergent
# For $L = \frac12(ab-1)^2$ and $a = b = w$ a step is the cubic map $w \mapsto w(1+\eta-\eta w^2)$. Its thresholds are
# $\eta = 1$ (period 2), $\sqrt5 - 1$ (period 4), $\frac{3\sqrt3}{2} - 1$ (sign changes) and $2$ (divergence).

# %% [markdown] lang="zh"
# # 标量两层模型：稳定、周期、混沌、发散
# 对 $L = \frac12(ab-1)^2$，取 $a = b = w$，一步更新就是三次映射 $w \mapsto w(1+\eta-\eta w^2)$。阈值依次为
# $\eta = 1$（周期 2）、$\sqrt5 - 1$（周期 4）、$\frac{3\sqrt3}{2} - 1$（开始变号）和 $2$（发散）。

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
def orbits(eta, skip, keep):
    """The iterates skip, …, skip + keep - 1 of the cubic map from random starts in (0.2, 1.2), one column per step size."""
    w = 0.2 + torch.rand(len(eta), device=device)
    kept = torch.empty(keep, len(eta), device=device)
    for t in range(skip + keep):
        if t >= skip:
            kept[t - skip] = w
        w = w * (1 + eta - eta * w**2)
    return kept


def period(orbit, longest=64):
    return next((n for n in range(1, longest + 1) if (orbit[n:] - orbit[:-n]).abs().max() < 1e-9), 0)


golden, sign_change = math.sqrt(5) - 1, 1.5 * math.sqrt(3) - 1
rates = [0.4, 0.95, 0.99, 1.01, 1.1, 1.2, golden - 0.003, golden + 0.003, 1.27, 1.287, 1.289, 1.2988, 1.2995, 1.4]
eta = torch.tensor(rates, device=device)
tail = orbits(eta, 9000, 200)
periods = [period(tail[:, k]) for k in range(len(eta))]
print("   eta    period   loss values")
for k, rate in enumerate(rates):
    values = (
        sorted({f"{loss:.4f}" for loss in ((tail[-periods[k] :, k] ** 2 - 1) ** 2 / 2).tolist()}) if periods[k] else []
    )
    print(f"{rate:7.4f}  {periods[k] or 'none':>6}   {' '.join(values) if len(values) < 5 else '…'}")


wide = torch.tensor([1.59, 1.61, 1.99, 2.05], device=device)
long = orbits(wide.repeat_interleave(32), 0, 5000).view(5000, 4, 32)  # 32 random starts for each step size
print("   eta   32 starts, 5000 steps")
for k, rate in enumerate(wide.tolist()):
    lost, negative = (~long[-1, k].isfinite()).sum().item(), (long[:, k] < 0).any(0).sum().item()
    print(f"{rate:6.2f}   {negative:>2} change sign, {lost:>2} diverge")

chaotic = torch.tensor([1.2, 1.4, 2.0], device=device)
eta = chaotic.repeat_interleave(64)
lyapunov = (1 + eta - 3 * eta * orbits(eta, 500, 1000) ** 2).abs().log().mean(0).view(3, 64)
print("   eta   Lyapunov exponent")
for rate, exponent in zip(chaotic.tolist(), lyapunov.mean(1).tolist()):
    print(f"{rate:6.1f}   {exponent:>17.1f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
w, a_rate = 3 * torch.rand(1000, device=device) - 1.5, 2 * torch.rand(1000, device=device)
a, b = w.clone().requires_grad_(), w.clone().requires_grad_()
grad_a, grad_b = torch.autograd.grad(((a * b - 1) ** 2 / 2).sum(), (a, b))
step = w * (1 + a_rate - a_rate * w**2)
assert torch.equal(grad_a, grad_b) and (w - a_rate * grad_a - step).abs().max() < 1e-12, (
    "the cubic map is gradient descent"
)
loss = lambda ab: (ab[0] * ab[1] - 1) ** 2 / 2
hessian = torch.autograd.functional.hessian(loss, torch.ones(2, device=device))
assert abs(torch.linalg.eigvalsh(hessian)[-1].item() - 2) < 1e-12, "sharpness 2 at (1, 1), hence the threshold 2/2 = 1"

assert periods == [1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 8, 8, 16, 0], "period doublings at 1, sqrt 5 - 1, 1.2880, 1.2992"
for k in range(3, 7):  # the exact 2-cycle
    rate, p, q = rates[k], *tail[-2:, k].tolist()
    assert abs(p * q - 1 / rate) < 1e-9 and abs(p**2 + q**2 - (1 + 1 / rate)) < 1e-9, (
        "pq = 1/eta, p^2 + q^2 = 1 + 1/eta"
    )
    multiplier = (1 + rate - 3 * rate * p**2) * (1 + rate - 3 * rate * q**2)
    assert abs(multiplier - (9 - 2 * (1 + rate) ** 2)) < 1e-7, "its multiplier is 9 - 2 (1 + eta)^2"

assert (long[:, 0] > 0).all() and (long[:, 1] < 0).any(0).all(), "sign changes from 3 sqrt 3 / 2 - 1 = 1.598 on"
bound = (1 + 2 / wide[:3]).sqrt()[:, None]
assert (long[:, :3].abs() <= bound).all(), "bounded by sqrt(1 + 2/eta) below eta = 2"
assert not long[-1, 3].isfinite().any(), "divergent above"
phi = torch.linspace(0, math.pi, 1001, device=device)
w = math.sqrt(2) * torch.cos(phi)
assert (w * (3 - 2 * w**2) + math.sqrt(2) * torch.cos(3 * phi)).abs().max() < 1e-12, (
    "at eta = 2 a step triples an angle"
)
standard_error = lyapunov.std(1) / 8
assert abs(lyapunov[2].mean() - math.log(3)) < 5 * standard_error[2], "so that the Lyapunov exponent is ln 3"
assert lyapunov[1].mean() > 5 * standard_error[1], "chaos at eta = 1.4"
assert (lyapunov[0] - math.log(abs(9 - 2 * 2.2**2)) / 2).abs().max() < 1e-6, (
    "half the logarithm of the multiplier at 1.2"
)
# --8<-- [end:claims]

# %% --8<-- [start:figure]
first, last, low, high = 0.4, 2.04, -1.5, 1.5
columns, rows = 760, 440
grid = torch.linspace(first, last, columns, device=device)
points = orbits(grid.repeat(32), 800, 400).view(-1, columns)  # 32 starts for each column
inside = points.abs() < high
row = ((points - low) / (high - low) * rows).nan_to_num(0).long().clamp(0, rows - 1)
counts = torch.zeros(rows, columns, device=device).scatter_add_(0, row, inside.to(points.dtype))
counts = counts + counts.roll(1, 0) + counts.roll(-1, 0)  # three pixels thick
image = torch.empty(rows, columns, 4)
image[..., :3] = torch.tensor(to_rgb("C0"))
image[..., 3] = ((counts / counts.amax(0).clamp(min=1)).sqrt() * 6).ceil().cpu() / 6  # few levels of ink: a small file
exponent = (1 + grid - 3 * grid * points**2).abs().log().mean(0).cpu()

fig, (top, bottom) = plt.subplots(2, 1, figsize=(7.2, 6.0), sharex=True, height_ratios=[3.2, 1])
top.imshow(image.numpy(), extent=(first, last, low, high), origin="lower", aspect="auto", interpolation="none")
cycle = torch.linspace(1, golden, 200)
total, difference = (1 + 3 / cycle).sqrt(), (1 - 1 / cycle).sqrt()
top.plot([first, 1], [1, 1], color="C1", lw=2)
top.plot(cycle, (total + difference) / 2, color="C1", lw=2)
top.plot(cycle, (total - difference) / 2, color="C1", lw=2)
top.plot([1, last], [1, 1], color="gray", lw=1, ls="--")
thresholds = {
    0.5: r"$\frac{1}{2}$",
    1: "$1$",
    golden: r"$\sqrt{5}-1$",
    1.302283: r"$1.3023$",
    sign_change: r"$\frac{3\sqrt{3}}{2}-1$",
    2: "$2$",
}
for threshold, label in thresholds.items():
    for ax in (top, bottom):
        ax.axvline(threshold, color="gray", lw=0.8, ls=":")
    side = {golden: "right", 1.302283: "left"}.get(threshold, "center")
    top.annotate(
        label, (threshold, high), (0, 3), textcoords="offset points", ha=side, va="bottom", annotation_clip=False
    )
top.set(ylabel="$w$", xlim=(first, last), ylim=(low, high))
bottom.axhline(0, color="gray", lw=0.8)
bottom.plot(grid.cpu(), exponent, color="C0", lw=0.9)
bottom.plot(2, math.log(3), "o", color="C1", ms=5)
bottom.annotate(r"$\ln 3$", (1.985, 1.3), ha="right", va="center", color="C1")
bottom.set(xlabel=r"$\eta$", ylabel="Lyapunov", ylim=(-2.1, 1.6), yticks=[-2, -1, 0, 1])
for ax in (top, bottom):
    ax.grid(False)
plt.show()
# --8<-- [end:figure]
