# %% [markdown] lang="en"
# # The two derivatives of the parametric ReLU
# $f(x, \alpha) = \max(0, x) + \alpha\min(0, x)$ has $\partial f/\partial x = 1$ or $\alpha$, and
# $\partial f/\partial\alpha = \min(0, x)$, summed over every element that shares the slope.

# %% [markdown] lang="zh"
# # 参数化 ReLU 的两个导数
# $f(x, \alpha) = \max(0, x) + \alpha\min(0, x)$ 对 $x$ 的导数是 $1$ 或 $\alpha$，
# 对 $\alpha$ 的导数是 $\min(0, x)$，并对共用该斜率的所有元素求和。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
alphas = [-1.0, 0.0, 0.25, 1.0]  # |x|, ReLU, the default, the identity
# --8<-- [end:setup]

# %% --8<-- [start:measure]
x = torch.randn(64, 5, device=device, requires_grad=True)
delta = torch.randn(64, 5, device=device)  # dL/dy, whatever comes from the layers above
h = 1e-6  # for the one-sided difference quotients at 0

result = {}
print("alpha   left   right  autograd at 0   gradient error")
for value in alphas:
    alpha = torch.tensor([value], device=device, requires_grad=True)
    grad_x, grad_alpha = torch.autograd.grad(F.prelu(x, alpha), (x, alpha), delta)
    error_x = (grad_x - delta * torch.where(x > 0, 1.0, alpha)).abs().max().item()
    error_alpha = (grad_alpha - (delta * x.clamp(max=0)).sum()).abs().item()

    origin = torch.zeros(1, device=device, requires_grad=True)
    at_zero = torch.autograd.grad(F.prelu(origin, alpha), (origin, alpha))
    right = F.prelu(origin + h, alpha).item() / h
    left = F.prelu(origin - h, alpha).item() / -h
    result[value] = max(error_x, error_alpha), left, right, *at_zero
    print(f"{value:5.2f}  {left:5.2f}  {right:5.2f}  {at_zero[0].item():12.2f}   < 1e-12: {result[value][0] < 1e-12}")
# --8<-- [end:measure]

# %% --8<-- [start:train]
eta, steps = 0.5, 20
negative = x.detach().clamp(max=0)
m = (negative**2).mean().item()  # curvature of the loss in alpha
paths = {}
for target in alphas:  # learn alpha so that pReLU becomes |x|, ReLU, pReLU(0.25), x
    prelu, y = nn.PReLU().to(device), F.prelu(x.detach(), torch.tensor([target], device=device))
    optimizer = torch.optim.SGD(prelu.parameters(), lr=eta)
    paths[target] = [prelu.weight.item()]
    for _ in range(steps):
        optimizer.zero_grad()
        ((prelu(x.detach()) - y) ** 2).mean().div(2).backward()
        optimizer.step()
        paths[target].append(prelu.weight.item())

decayed = nn.PReLU().to(device)
optimizer = torch.optim.SGD(decayed.parameters(), lr=eta, weight_decay=0.1)
for _ in range(steps):  # every input is positive: only the decay acts on alpha
    optimizer.zero_grad()
    decayed(x.detach().abs()).sum().backward()
    optimizer.step()
print(f"alpha after {steps} steps of weight decay alone: {decayed.weight.item():.4f}")
# --8<-- [end:train]

# %% --8<-- [start:claims]
for value, (error, left, right, x_slope, alpha_slope) in result.items():
    assert error < 1e-12, "autograd and the closed forms agree, for x and for alpha"
    assert abs(right - 1) < 1e-6 and abs(left - value) < 1e-6, "the one-sided derivatives are 1 and alpha"
    assert x_slope == value and alpha_slope == 0, "at 0 PyTorch takes the slope from the left"
    alpha = torch.tensor([value], device=device)
    assert value < 0 or torch.equal(F.prelu(x, alpha), torch.maximum(x, alpha * x)), "pReLU = max(x, alpha x) on [0, 1]"
assert torch.equal(F.prelu(x, -torch.ones(1, device=device)), x.abs()), "alpha = -1 is the absolute value"

theory = {goal: [goal + (0.25 - goal) * (1 - eta * m) ** t for t in range(steps + 1)] for goal in alphas}
for goal in alphas:
    assert max(abs(a - b) for a, b in zip(paths[goal], theory[goal])) < 1e-12, "alpha contracts by 1 - eta m"
assert abs(decayed.weight.item() - 0.25 * (1 - eta * 0.1) ** steps) < 1e-12, "weight decay pulls pReLU to ReLU"

assert nn.PReLU().weight.tolist() == [0.25], "one slope, initially 0.25"
channels = nn.PReLU(5).to(device)
channels(x.detach()).backward(delta)
assert channels.weight.grad.shape == (5,), "one slope per channel (dimension 1)"
assert (channels.weight.grad - (delta * negative).sum(0)).abs().max() < 1e-12, "a sum over all other dimensions"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
t = torch.linspace(-2, 2, 201)
fig, (curve, slope, path) = plt.subplots(1, 3, figsize=(7.2, 2.7))
for ink, value in zip(("C0", "C1", "C2", "C3"), alphas):
    curve.plot(t[t <= 0], value * t[t <= 0], color=ink)
    curve.text(-2.12, -2 * value, f"${value:g}$", color=ink, ha="right", va="center", fontsize=9)
    path.plot(theory[value], color=ink, lw=1.3)
    path.plot(paths[value], "o", color=ink, ms=3)
curve.plot(t[t >= 0], t[t >= 0], color=plt.rcParams["text.color"])
curve.text(-2.12, 2.45, r"$\alpha$", ha="right", fontsize=11)
points = x.detach().cpu().flatten()[:60]
leaf = torch.full_like(points, 0.25).requires_grad_()  # one slope for each point, to see each derivative
torch.where(points > 0, points, leaf * points).sum().backward()
slope.plot(t, t.clamp(max=0), color="C0")
slope.plot(points, leaf.grad, "o", color="C0", ms=3.5, alpha=0.6)
curve.set(xlabel="$x$", ylabel=r"$f(x, \alpha)$", xlim=(-3.4, 2.2), ylim=(-2.3, 2.8), xticks=range(-2, 3))
slope.set(
    xlabel="$x$", ylabel=r"$\partial f / \partial\alpha$", xlim=(-2.1, 2.1), ylim=(-2.1, 0.4), xticks=range(-2, 3)
)
path.set(
    xlabel="$t$",
    ylabel=r"$\alpha_t$",
    ylim=(-1.1, 1.1),
    xticks=[0, 10, 20],
    yticks=[-1, 0, 0.25, 1],
    yticklabels=["-1", "0", r"$\frac{1}{4}$", "1"],
)
plt.show()
# --8<-- [end:figure]
