# %% [markdown] lang="en"
# # Large steps end in flatter minima
# For $L = \frac12(ab-1)^2$ one step of gradient descent multiplies $a^2 - b^2$ by $1 - \eta^2(ab-1)^2$. A minimum $ab = 1$ has sharpness
# $a^2 + b^2$ and attracts only if that is at most $2/\eta$; steps that overshoot move towards the flattest one, $a = b$.

# %% [markdown] lang="zh"
# # 大步长终止于更平坦的极小点
# 对 $L = \frac12(ab-1)^2$，梯度下降每走一步，$a^2 - b^2$ 就乘以 $1 - \eta^2(ab-1)^2$。极小点 $ab = 1$ 的锐度是 $a^2 + b^2$，
# 不超过 $2/\eta$ 才可能吸引轨道；越过极小点的步子会把轨道推向最平坦的 $a = b$。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def descend(a, b, eta, steps):
    """The iterates of gradient descent on (ab - 1)^2 / 2, shape (steps + 1, 2, runs)."""
    path = [torch.stack([a, b])]
    for _ in range(steps):
        residual = a * b - 1
        a, b = a - eta * residual * b, b - eta * residual * a
        path.append(torch.stack([a, b]))
    return torch.stack(path)


eta = torch.tensor([0.01, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0], device=device)
start = torch.tensor([2.5, 0.2], device=device)
path = descend(start[0].expand(len(eta)), start[1].expand(len(eta)), eta, 4000)
loss = (path.prod(1) - 1) ** 2 / 2
sharpness = path[-1].square().sum(0)
increases = (loss[1:] > loss[:-1] + 1e-15).sum(0)
print("from (2.5, 0.2)      2/eta   final sharpness   increases of the loss")
for k, rate in enumerate(eta.tolist()):
    end = f"{sharpness[k]:>17.3f}{increases[k]:>12}" if sharpness[k].isfinite() else f"{'diverges':>17}"
    print(f"eta = {rate:<10g}{2 / rate:>10.3f}{end}")
flow = math.sqrt((2.5**2 - 0.2**2) ** 2 + 4)  # a^2 - b^2 is conserved, ab = 1 at the end
print(f"gradient flow (eta to 0){flow:>20.3f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
a, b = torch.randn(2, 1000, device=device)
rate = torch.rand(1000, device=device)
steps = descend(a, b, rate, 3)
difference, residual = steps[:, 0] ** 2 - steps[:, 1] ** 2, steps.prod(1) - 1
scale = 1 + steps.square().sum(1)[1:] * (1 + rate**2 * residual[:-1] ** 2)
exact = difference[:-1] * (1 - rate**2 * residual[:-1] ** 2)
ok = scale < 1e6  # a few random starts run away
assert (((difference[1:] - exact).abs() / scale)[ok] < 1e-12).all(), "a^2 - b^2 is multiplied by 1 - eta^2 (ab - 1)^2"

a = torch.rand(5, device=device) + 0.5
hessian = [torch.autograd.functional.hessian(lambda v: (v[0] * v[1] - 1) ** 2 / 2, torch.stack([x, 1 / x])) for x in a]
top = torch.linalg.eigvalsh(torch.stack(hessian))[:, -1]
assert (top - (a**2 + 1 / a**2)).abs().max() < 1e-12, "a minimum ab = 1 has sharpness a^2 + b^2"

converged = sharpness.isfinite()
assert converged.tolist() == [True] * 4 + [False] * 4, "from this start 0.7 diverges, although 0.7 < 1"
assert (loss[-1, converged] < 1e-20).all() and (sharpness[converged] <= 2 / eta[converged]).all(), (
    "sharpness below 2/eta"
)
assert abs(sharpness[0] / flow - 1) < 1e-3 and (sharpness[:4].diff() < 0).all(), (
    "small steps follow the flow, large ones end flatter"
)
assert increases[:3].tolist() == [0, 0, 0] and increases[3] == 2, "only 0.5 overshoots, and it ends flattest"

q_over_p = lambda eta: (
    (1 + 1 / eta - ((1 + 1 / eta) ** 2 - 4 / eta**2) ** 0.5) / 2 * eta
)  # q/p = q^2 eta, as pq = 1/eta
for eta2 in (1.05, 1.1, 1.2):
    ratio = q_over_p(eta2)
    assert abs((2 - ratio) * (2 - 1 / ratio) - (3 - 2 * eta2)) < 1e-12, (
        "two steps on the 2-cycle shrink a - b by 3 - 2 eta"
    )
    nearly = descend(*torch.tensor([[1.05], [0.95]], device=device), eta2, 4000)[-2:]
    assert (nearly[:, 0] - nearly[:, 1]).abs().max() < 1e-9 and abs(nearly[:, 0].prod() - 1 / eta2) < 1e-9, (
        "so the 2-cycle is balanced"
    )
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.4))
line = torch.linspace(0.15, 3.2, 100)
left.plot(line, 1 / line, color="gray", lw=4, alpha=0.45)
for k, ink in ((1, "C0"), (2, "C2"), (3, "C1")):
    left.plot(*path[:30, :, k].T.cpu(), "o-", color=ink, ms=3.5, lw=0.9, label=rf"$\eta={eta[k]:g}$")
left.plot(*start.cpu(), "o", color="gray", markerfacecolor="white", ms=8)
left.plot(1, 1, "*", color="gray", markerfacecolor="white", ms=12)
left.set(xlabel="$a$", ylabel="$b$", xlim=(0, 3.2), ylim=(-0.75, 2.6))
left.legend()
scan = torch.linspace(0.02, 1, 99, device=device)
ends = descend(start[0].expand(99), start[1].expand(99), scan, 4000)
end_loss, ends = (ends[-1].prod(0) - 1).abs(), ends[-1].square().sum(0)
right.plot(line, 2 / line, color="C1", label=r"$2/\eta$")
right.axhline(flow, color="gray", ls="--", lw=1)
right.axhline(2, color="gray", ls=":", lw=1)
right.plot(scan[end_loss < 1e-6].cpu(), ends[end_loss < 1e-6].cpu(), "o", color="C0", ms=3, label="$a^2+b^2$")
right.set(xlabel=r"$\eta$", xlim=(0, 1), ylim=(0, 11))
right.legend()
plt.show()
# --8<-- [end:figure]
