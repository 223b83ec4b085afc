# %% [markdown] lang="en"
# # A cubic loss turns gradient descent into the logistic map
# For $L(w) = \frac12 w^2 - \frac13 w^3$ one step is $w \mapsto (1-\eta)w + \eta w^2$; with $x = \frac{\eta}{1+\eta}(1-w)$ it is
# $x \mapsto r\,x(1-x)$, $r = 1+\eta$. The thresholds of the logistic map become thresholds of the step size.

# %% [markdown] lang="zh"
# # 三次损失使梯度下降成为 logistic 映射
# 对 $L(w) = \frac12 w^2 - \frac13 w^3$，一步更新是 $w \mapsto (1-\eta)w + \eta w^2$；令 $x = \frac{\eta}{1+\eta}(1-w)$，就得到
# $x \mapsto r\,x(1-x)$，$r = 1+\eta$。logistic 映射的每个阈值都对应步长的一个阈值。

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
def step(w, eta):
    return w - eta * (w - w**2)  # the gradient of w^2/2 - w^3/3


def orbits(eta, skip, keep):
    """The iterates skip, …, skip + keep - 1 from a random start in (0, 0.9), one column per step size."""
    w = 0.9 * torch.rand(len(eta), device=device)
    kept = torch.empty(keep, len(eta), device=device)
    for t in range(skip + keep):
        if t >= skip:
            kept[t - skip] = w
        w = step(w, eta)
    return kept


def period(orbit, longest=64):
    return next((n for n in range(1, longest + 1) if (orbit[n:] - orbit[:-n]).abs().max() < 1e-9), 0)


root6, root8 = math.sqrt(6), math.sqrt(8)
eta = torch.tensor(
    [1.9, 1.99, 2.01, 2.1, 2.4, root6 - 0.01, root6 + 0.01, 2.5, 2.55, 2.7, root8 - 0.01, root8 + 0.01], device=device
)
tail = orbits(eta, 8000, 200)
periods = [period(tail[:, k]) for k in range(len(eta))]
print("   eta       r   period")
for rate, n in zip(eta.tolist(), periods):
    print(f"{rate:6.3f}  {1 + rate:6.3f}   {n or 'none up to 64'}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
w, rates = 2 * torch.rand(1000, device=device) - 1, 3 * torch.rand(1000, device=device)
leaf = w.clone().requires_grad_()
gradient = torch.autograd.grad((leaf**2 / 2 - leaf**3 / 3).sum(), leaf)[0]
assert (step(w, rates) - (w - rates * gradient)).abs().max() < 1e-12, "step is gradient descent on the cubic loss"
to_x = lambda w, eta: eta / (1 + eta) * (1 - w)
x = to_x(w, rates)
assert (to_x(step(w, rates), rates) - (1 + rates) * x * (1 - x)).abs().max() < 1e-12, "… and the logistic map in x"

assert periods == [1, 1, 2, 2, 2, 2, 4, 4, 8, 0, 0, 3], "period doublings at 2 and sqrt 6, period 3 from 2 sqrt 2 on"
for k in range(2, 6):  # the exact 2-cycle: p + q = s and pq = -(eta - 2)/eta^2
    rate, (p, q) = eta[k].item(), sorted(tail[-2:, k].tolist())
    s = 1 - 2 / rate
    assert abs(p + q - s) < 1e-9 and abs(p * q + (rate - 2) / rate**2) < 1e-9, "exact 2-cycle"
    multiplier = (1 - rate + 2 * rate * p) * (1 - rate + 2 * rate * q)
    assert abs(multiplier - (5 - rate**2)) < 1e-7, "its multiplier is 5 - eta^2"

phi = torch.linspace(0, math.pi, 1001, device=device)
doubled = 1 / 3 + 2 / 3 * torch.cos(2 * phi)
assert (step(1 / 3 + 2 / 3 * torch.cos(phi), 3.0) - doubled).abs().max() < 1e-12, "at eta = 3 a step doubles an angle"
inside = orbits(torch.full((64,), 2.99, device=device), 0, 5000)
assert inside.abs().max() <= 1, "below 3 the orbit stays in the valley"
beyond = orbits(torch.full((64,), 3.1, device=device), 2000, 1)
assert not beyond.isfinite().any(), "above 3 it leaps over the barrier at w = 1 and is lost"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
columns, rows, low, high = 700, 420, -0.42, 1.08
grid = torch.linspace(1.8, 3.0, columns, device=device)
points = orbits(grid.repeat(32), 800, 400).view(-1, columns)  # 32 starts for each column
row = ((points - low) / (high - low) * rows).long().clamp(0, rows - 1)
counts = torch.zeros(rows, columns, device=device).scatter_add_(0, row, torch.ones_like(row, dtype=torch.float64))
counts = counts + counts.roll(1, 0) + counts.roll(-1, 0)  # three pixels thick
image = torch.empty(rows, columns, 4)
image[..., :3] = torch.tensor(to_rgb("C0"))
image[..., 3] = ((counts / counts.amax(0)).sqrt() * 6).ceil().cpu() / 6  # few levels of ink: a small file

fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 4.4), sharey=True, width_ratios=[1, 5.2])
height = torch.linspace(low, high, 300)
left.plot(height**2 / 2 - height**3 / 3, height, color="C1")
left.plot([0, 1 / 6], [0, 1], "o", color="C1", ms=4)
left.set(xlabel="$L(w)$", ylabel="$w$", xticks=[0, 0.1], xlim=(-0.015, 0.2), ylim=(low, high))
left.grid(False)
right.imshow(image.numpy(), extent=(1.8, 3.0, low, high), origin="lower", aspect="auto", interpolation="none")
cycle = torch.linspace(2, root6, 200)
s = 1 - 2 / cycle
spread = (s * (2 - s)).sqrt()
right.plot([1.8, 2], [0, 0], color="C1", lw=2)
right.plot(cycle, (s + spread) / 2, color="C1", lw=2)
right.plot(cycle, (s - spread) / 2, color="C1", lw=2)
right.plot([2, 3], [0, 0], color="gray", lw=1, ls="--")
for threshold, label in (
    (2, "$2$"),
    (root6, r"$\sqrt{6}$"),
    (2.569946, r"$2.5699$"),
    (root8, r"$2\sqrt{2}$"),
    (3, "$3$"),
):
    right.axvline(threshold, color="gray", lw=0.8, ls=":")
    right.annotate(label, (threshold, high), ha="center", va="bottom", annotation_clip=False)
right.set(xlabel=r"$\eta$", xlim=(1.8, 3.0))
right.grid(False)
below = right.secondary_xaxis(-0.17, functions=(lambda eta: 1 + eta, lambda r: r - 1))
below.set(xlabel="$r = 1 + \\eta$")
plt.show()
# --8<-- [end:figure]
