# %% [markdown] lang="en"
# # One hidden layer approximates a continuous function; with a polynomial activation it does not
# The ReLU interpolant on $n$ equal steps errs by at most $\max|f''|/(8n^2)$, a staircase of $n$ steep sigmoids by about
# $\omega(1/n)$. With $\phi(z)=z^2$ every network is a quadratic, and none comes closer to $\sin 2\pi x$ than $0.6495$.

# %% [markdown] lang="zh"
# # 单隐藏层能逼近连续函数；激活函数是多项式时则不能
# 把区间分成 $n$ 等份，ReLU 插值的误差至多为 $\max|f''|/(8n^2)$，
# $n$ 个陡峭 sigmoid 叠成的阶梯误差约为 $\omega(1/n)$。
# 若 $\phi(z)=z^2$，网络都是二次函数，与 $\sin 2\pi x$ 的距离至少为 $0.6495$。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)


def f(x):
    return torch.sin(2 * math.pi * x)


# --8<-- [end:setup]


# %% --8<-- [start:measure]
def relu_net(x, n):
    """n hidden ReLU units, written down, not trained: the interpolant of f on n equal steps of [0, 1]."""
    k = torch.linspace(0, 1, n + 1, device=device)
    s = f(k).diff() * n
    a = torch.cat([s[:1], s.diff()])
    return f(k[0]) + torch.relu(x[:, None] - k[:-1]) @ a


def sigmoid_net(x, n):
    """n steep sigmoids, each a step from f(k_i) to f(k_{i+1}) half-way between the two knots."""
    k = torch.linspace(0, 1, n + 1, device=device)
    return f(k[0]) + torch.sigmoid(40 * n * (x[:, None] - (k[:-1] + k[1:]) / 2)) @ f(k).diff()


x = torch.linspace(0, 1, 5121, device=device)  # contains the middle of every step
sizes = [4, 8, 16, 32, 64, 128]
relu_error = {n: (relu_net(x, n) - f(x)).abs().max().item() for n in sizes}
sigmoid_error = {n: (sigmoid_net(x, n) - f(x)).abs().max().item() for n in sizes}
print("  n   ReLU      bound     sigmoid   bound")
for n in sizes:
    bounds = (2 * math.pi) ** 2 / (8 * n**2), 2 * math.pi / n
    print(f"{n:3}   {relu_error[n]:.5f}   {bounds[0]:.5f}   {sigmoid_error[n]:.5f}   {bounds[1]:.5f}")

W, b = 3 * torch.randn(2, 64, device=device)  # a hidden layer of 64 units with phi(z) = z^2 ...
H = torch.cat([(x[:, None] * W + b) ** 2, torch.ones_like(x)[:, None]], dim=1)
Q = torch.stack([x**2, x, torch.ones_like(x)], dim=1)  # ... spans the quadratics and nothing else
best = Q @ torch.linalg.lstsq(Q, f(x)[:, None]).solution[:, 0]
square_error = (best - f(x)).abs().max().item()
print(f"64 units z^2: rank of the hidden layer {torch.linalg.matrix_rank(H, rtol=1e-9)}, sup error {square_error:.3f}")
far = torch.tensor([1.0, 2.25, 4.25], device=device)
print("128 ReLU units at x = 1, 2.25, 4.25:", *[f"{v:.2f}" for v in relu_net(far, 128) + 1e-9])
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for n in sizes:
    assert relu_error[n] <= (2 * math.pi) ** 2 / (8 * n**2), "interpolation bound"
    assert sigmoid_error[n] <= 2 * math.pi / n + 4 * math.exp(-20), "Lipschitz constant times the step"
assert 3.9 < relu_error[32] / relu_error[64] < 4.1, "twice the units, a quarter of the error"
assert 1.9 < sigmoid_error[32] / sigmoid_error[64] < 2.1, "twice the units, half the error"

assert torch.linalg.matrix_rank(H, rtol=1e-9) == 3, "64 squares span three dimensions"
thirds = torch.tensor([0, 1 / 3, 2 / 3, 1], device=device)
difference = torch.tensor([1.0, -3, 3, -1], device=device)
assert all((difference @ thirds**j).abs() < 1e-12 for j in range(3)), "the third difference of a quadratic is zero"
lower_bound = (difference @ f(thirds)).abs() / difference.abs().sum()
assert (lower_bound - 0.75**1.5).abs() < 1e-12 and square_error > lower_bound, "no quadratic is closer than 0.6495"

# outside [0, 1] the network goes on along its last piece
assert (relu_net(far, 128)[1:] / (far[1:] - 1) - relu_net(far[1:2], 128) / 1.25).abs().max() < 1e-10, "a line"
assert relu_net(far, 128)[2] > 15, "far from every value of the sine"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2), width_ratios=[1.1, 1])
left.plot(x.cpu(), f(x).cpu(), color="gray", lw=5, alpha=0.4)
for n, ink in ((4, "C0"), (8, "C1"), (32, "C2")):
    k = torch.linspace(0, 1, n + 1, device=device)
    left.plot(x.cpu(), relu_net(x, n).cpu(), color=ink, lw=1.5)
    left.plot(k.cpu(), relu_net(k, n).cpu(), "o", color=ink, ms=4)
    left.text(0.98, {4: 0.95, 8: 0.75, 32: 0.55}[n], f"$n = {n}$", color=ink, ha="right", va="center")
left.set(xlabel="$x$", ylabel="$f(x)$", xticks=[0, 0.25, 0.5, 0.75, 1], yticks=[-1, 0, 1])

n = torch.tensor([4.0, 128])
right.plot(n, (2 * math.pi) ** 2 / (8 * n**2), color="C0", lw=1.2)
right.plot(n, 2 * math.pi / n, color="C1", lw=1.2)
right.plot(sizes, list(relu_error.values()), "o", color="C0")
right.plot(sizes, list(sigmoid_error.values()), "s", color="C1")
right.axhline(lower_bound.item(), color="C3", lw=1.2)
right.text(128, 0.72, r"$z^2$", color="C3", ha="right", va="bottom")
right.text(40, 0.2, r"$2\pi / n$", color="C1", va="bottom")
right.text(5, 0.01, r"$(2\pi)^2 / (8n^2)$", color="C0", va="bottom")
right.set(xscale="log", yscale="log", xlabel="$n$", ylabel=r"$\sup\,|\hat{f} - f|$", xticks=sizes, xticklabels=sizes)
right.minorticks_off()
plt.show()
# --8<-- [end:figure]
