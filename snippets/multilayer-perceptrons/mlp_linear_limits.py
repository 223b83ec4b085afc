# %% [markdown] lang="en"
# # What an affine model cannot do, and what two hidden ReLU units can
# Least squares on XOR gives the constant $\frac12$; $\mathrm{ReLU}(x_1+x_2)-2\,\mathrm{ReLU}(x_1+x_2-1)$ is XOR.
# A feature made by hand mends the monotone and the non-monotone case.

# %% [markdown] lang="zh"
# # 仿射模型做不到的事，两个 ReLU 隐藏单元就能做到
# 用最小二乘拟合 XOR，得到常数 $\frac12$；
# 而 $\mathrm{ReLU}(x_1+x_2)-2\,\mathrm{ReLU}(x_1+x_2-1)$ 就是 XOR。
# 单调与非单调两种情形，加一个手工特征就能补救。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)


def least_squares(*features, y):
    """Coefficients (features first, intercept last) and R^2 of the best affine fit."""
    A = torch.stack([*features, torch.ones_like(y)], dim=1)
    w = torch.linalg.solve(A.T @ A, A.T @ y)
    return w, 1 - ((A @ w - y) ** 2).mean() / y.var(correction=0)


# --8<-- [end:setup]

# %% --8<-- [start:measure]
income = torch.linspace(1, 100, 200, device=device)  # monotone, but not linear
repaid = torch.log(income)
heat = torch.linspace(34, 40, 241, device=device)  # not monotone: 37 is best
risk = (heat - 37).abs()
x1, x2 = torch.tensor([[0.0, 0, 1, 1], [0, 1, 0, 1]], device=device)  # the sign of one effect depends on the other
xor = (x1 != x2) * 1.0

fits = {
    "log u   on u": least_squares(income, y=repaid),
    "log u   on log u": least_squares(torch.log(income), y=repaid),
    "|u-37|  on u": least_squares(heat, y=risk),
    "|u-37|  on |u-37|": least_squares((heat - 37).abs(), y=risk),
    "XOR     on x1, x2": least_squares(x1, x2, y=xor),
    "XOR     on x1, x2, x1*x2": least_squares(x1, x2, x1 * x2, y=xor),
}
for name, (w, r2) in fits.items():
    print(f"{name:<26}R^2 = {r2.abs():.3f}   w =", *[f"{c:.2f}" for c in w + 1e-9])


def two_units(x1, x2):
    return torch.relu(x1 + x2) - 2 * torch.relu(x1 + x2 - 1)


print("two ReLU units on the four points:", two_units(x1, x2).tolist())
# --8<-- [end:measure]

# %% --8<-- [start:claims]
r2 = {name: value for name, (_, value) in fits.items()}
assert 0.5 < r2["log u   on u"] < 0.9 and r2["|u-37|  on u"].abs() < 1e-9, "raw features: partly, not at all"
assert min(r2["log u   on log u"], r2["|u-37|  on |u-37|"], r2["XOR     on x1, x2, x1*x2"]) > 1 - 1e-9
w, _ = fits["XOR     on x1, x2"]
assert (w - torch.tensor([0, 0, 0.5], device=device)).abs().max() < 1e-12, "the best affine fit to XOR is 1/2"
mse = ((w[0] * x1 + w[1] * x2 + w[2] - xor) ** 2).mean()
assert (mse - 0.25).abs() < 1e-12
assert torch.equal(two_units(x1, x2), xor), "two hidden ReLU units are XOR exactly"

points = torch.randn(1000, 2, device=device)  # x, and the slope of the output there
for net, constant in ((nn.Linear(2, 1), True), (nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1)), False)):
    leaf = points.clone().requires_grad_()
    slope = torch.autograd.grad(net.to(device)(leaf).sum(), leaf)[0]
    assert ((slope - slope[0]).abs().max() < 1e-12) == constant, "the slope of an affine model is w everywhere"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
t = torch.linspace(-0.35, 1.35, 341)
u1, u2 = torch.meshgrid(t, t, indexing="xy")
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.5), sharey=True)
affine = w.cpu()[0] * u1 + w.cpu()[1] * u2 + w.cpu()[2]
for ax, surface in zip(axes, (affine, two_units(u1, u2))):
    square = {"extent": (-0.35, 1.35, -0.35, 1.35), "origin": "lower", "rasterized": True}
    image = ax.imshow(surface.numpy(), vmin=-0.4, vmax=1, **square)
    for a, b, label in zip(x1.tolist(), x2.tolist(), xor.tolist()):
        ax.plot(a, b, "o" if label else "s", ms=11, color="#fefefe", markeredgecolor="#010101", zorder=3)
        dark = label and ax is axes[1]  # the ground is bright there
        ax.text(a + 0.09, b, f"{label:.0f}", color="#010101" if dark else "#fefefe", va="center", fontsize=12)
    ax.set(xlabel="$x_1$", xticks=[0, 1], yticks=[0, 1])
    ax.grid(False)
for offset, ink in ((0, "#fefefe"), (1, "#010101")):  # the kinks of the two units
    axes[1].plot([-0.35, offset + 0.35], [offset + 0.35, -0.35], color=ink, lw=1, ls=(0, (4, 3)))
axes[1].set(xlim=(-0.35, 1.35), ylim=(-0.35, 1.35))
axes[0].set(ylabel="$x_2$")
axes[0].text(0.5, 0.5, r"$\hat{y} = \frac{1}{2}$", color="#fefefe", ha="center", va="center", fontsize=14)
fig.colorbar(image, ax=axes, ticks=[0, 0.5, 1], label=r"$\hat{y}$", shrink=0.9)
plt.show()
# --8<-- [end:figure]
