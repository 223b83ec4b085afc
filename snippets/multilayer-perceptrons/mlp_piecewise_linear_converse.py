# %% [markdown] lang="en"
# # One variable: one hidden layer represents every piecewise linear function. Two variables: it does not
# With knots $k_1<\dots<k_m$ and slopes $s_0,\dots,s_m$,
# $f(x)=f(k_1)-s_0\,\mathrm{ReLU}(k_1-x)+s_1\,\mathrm{ReLU}(x-k_1)+\sum_{i\ge2}(s_i-s_{i-1})\,\mathrm{ReLU}(x-k_i)$.
# The function $\max(0,x_1,x_2)$ needs two hidden layers.

# %% [markdown] lang="zh"
# # 一元：单隐藏层能表示一切连续的分段线性函数；二元：不行
# 设折点为 $k_1<\dots<k_m$，斜率为 $s_0,\dots,s_m$，则
# $f(x)=f(k_1)-s_0\,\mathrm{ReLU}(k_1-x)+s_1\,\mathrm{ReLU}(x-k_1)+\sum_{i\ge2}(s_i-s_{i-1})\,\mathrm{ReLU}(x-k_i)$。
# 而 $\max(0,x_1,x_2)$ 需要两个隐藏层。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
m = 6
k = (torch.arange(m, device=device) + 0.8 * torch.rand(m, device=device)) / m * 4 - 2  # knots in [-2, 2]
s = 2 * torch.randn(m + 1, device=device)  # slopes, the first and the last for the unbounded pieces
at_knots = torch.cat([torch.zeros(1, device=device), (s[1:-1] * k.diff()).cumsum(0)])


def f(x):
    """The function piece by piece, without any ReLU."""
    piece = torch.searchsorted(k, x)  # 0 left of all knots, m right of them
    anchor = (piece - 1).clamp(min=0)
    return at_knots[anchor] + s[piece] * (x - k[anchor])


net = nn.Sequential(nn.Linear(1, m + 1), nn.ReLU(), nn.Linear(m + 1, 1)).to(device)
with torch.no_grad():  # unit 0 looks to the left, units 1 to m to the right
    net[0].weight.copy_(torch.tensor([-1.0] + [1.0] * m)[:, None])
    net[0].bias.copy_(torch.cat([k[:1], -k]))
    net[2].weight.copy_(torch.cat([-s[:1], s[1:2], s[1:].diff()])[None])
    net[2].bias.copy_(at_knots[:1])

x = torch.linspace(-10, 10, 4001, device=device)
error = (net(x[:, None]).squeeze() - f(x)).abs().max()
print(f"1-D, {m} knots, {m + 1} units: difference below 1e-12 on [-10, 10]: {(error < 1e-12).item()}")


def two_layers(x):
    """max(0, x1, x2) by two hidden layers, of 3 units and of 1."""
    first = torch.relu(x @ torch.tensor([[0.0, 0, 1], [1, -1, -1]], device=device))  # x2, -x2, x1 - x2
    return torch.relu(first @ torch.tensor([1.0, -1, 1], device=device))


def slope_jump(function, point, normal):
    """The gradient just beyond a point minus the gradient just before it, along the normal."""
    sides = torch.stack([point + 1e-6 * normal, point - 1e-6 * normal]).requires_grad_()
    after, before = torch.autograd.grad(function(sides).sum(), sides)[0]
    return (after - before) @ normal


diagonal = torch.tensor([1.0, -1], device=device) / 2**0.5  # normal of the line x1 = x2
for place in (-1.0, 1.0):
    jump = slope_jump(two_layers, torch.full((2,), place, device=device), diagonal)
    print(f"max(0, x1, x2) at ({place:+.0f}, {place:+.0f}): the slope jumps by {jump:.4f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert error < 1e-12, "the formula represents the function, far beyond the knots as well"

for alpha in (0.25, -0.5):  # two pReLU units make a ReLU unit
    pair = torch.where(x > 0, x, alpha * x) + alpha * torch.where(x < 0, -x, -alpha * x)
    assert (pair - (1 - alpha**2) * torch.relu(x)).abs().max() < 1e-12

points = 3 * torch.randn(10_000, 2, device=device)
assert (two_layers(points) - points.amax(1).clamp(min=0)).abs().max() < 1e-12
assert (jump - 2**0.5).abs() < 1e-12, "a kink on one half of the line x1 = x2"
assert slope_jump(two_layers, -torch.ones(2, device=device), diagonal) == 0, "and none on the other"

W, b, a = torch.randn(8, 2, device=device), torch.randn(8, device=device), torch.randn(8, device=device)
for i in range(8):  # one hidden layer: the same jump everywhere on the line of a unit
    length = W[i].norm()
    foot, along = -b[i] * W[i] / length**2, torch.stack([-W[i, 1], W[i, 0]]) / length
    crossings = torch.tensor([-(W[j] @ foot + b[j]) / (W[j] @ along) for j in range(8) if j != i], device=device)
    for distance in (-17.3, -2.1, 0.4, 3.3, 21.7):
        if (crossings - distance).abs().min() > 1e-2:  # not where another unit bends
            jump_i = slope_jump(lambda x: torch.relu(x @ W.T + b) @ a, foot + distance * along, W[i] / length)
            assert (jump_i - a[i] * length).abs() < 1e-10, "a|w|, at every distance"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2), width_ratios=[1.35, 1])
x = torch.linspace(-3, 3, 1201, device=device)
left.plot(x.cpu(), f(x).cpu(), color="C0", lw=6, alpha=0.28)
left.plot(x.cpu(), net(x[:, None]).detach().squeeze().cpu(), color="C0", lw=1.6, ls=(0, (4, 2)))
left.plot(k.cpu(), at_knots.cpu(), "o", color="C1", ms=6, zorder=3)
low = f(x).min().item()
for i, place in enumerate(k.tolist(), 1):
    left.axvline(place, color="gray", lw=0.8, ls=":", zorder=0)
    left.text(place + 0.05, low - 0.9, f"$k_{i}$", color="C1")
left.grid(False)
left.set(xlabel="$x$", ylabel="$f(x)$", ylim=(low - 1.1, None))

for end in ((-2, 0), (0, -2), (2, 2)):
    right.plot([0, end[0]], [0, end[1]], color="C1", lw=2.4, solid_capstyle="round")
for end in ((2, 0), (0, 2), (-2, -2)):
    right.plot([0, end[0]], [0, end[1]], color="gray", lw=1, ls=":")
right.text(-1.3, -0.7, "$0$", fontsize=13, ha="center", va="center")
right.text(1.25, -0.5, "$x_1$", fontsize=13, ha="center", va="center")
right.text(-0.5, 1.25, "$x_2$", fontsize=13, ha="center", va="center")
right.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-2, 2), ylim=(-2, 2), aspect="equal")
right.set(xticks=range(-2, 3), yticks=range(-2, 3))
right.grid(False)
plt.show()
# --8<-- [end:figure]
