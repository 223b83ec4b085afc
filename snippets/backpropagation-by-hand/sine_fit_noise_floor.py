# %% [markdown] lang="en"
# # The loss stops at the noise floor, not at zero
# A 1-10-1 sigmoid network is fitted to $y = \sin 2\pi x + u$ with $u$ uniform on $[0, 1)$.
# It learns the mean $\sin 2\pi x + \frac12$; what remains is the variance of the noise, $\frac{1}{12}$.

# %% [markdown] lang="zh"
# # 损失停在噪声水平，而不是零
# 用 1-10-1 的 sigmoid 网络拟合 $y = \sin 2\pi x + u$，其中 $u$ 在 $[0, 1)$ 上均匀分布。
# 网络学到的是均值 $\sin 2\pi x + \frac12$；剩下的损失就是噪声的方差 $\frac{1}{12}$。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"

n, hidden, eta, steps = 100, 10, 0.2, 10_000
x = torch.rand(n, 1, device=device)
y = torch.sin(2 * math.pi * x) + torch.rand(n, 1, device=device)
# --8<-- [end:setup]

# %% --8<-- [start:train]
W1, b1 = 0.01 * torch.randn(1, hidden, device=device), torch.zeros(hidden, device=device)
W2, b2 = 0.01 * torch.randn(hidden, 1, device=device), torch.zeros(1, device=device)


def net(x):
    return torch.sigmoid(x @ W1 + b1) @ W2 + b2


grid = torch.linspace(0, 1, 201, device=device)[:, None]
mean = torch.sin(2 * math.pi * grid) + 0.5
fits = {}
for step in range(1, steps + 1):  # gradients by hand
    h = torch.sigmoid(torch.addmm(b1, x, W1))
    delta = 2 / n * (torch.addmm(b2, h, W2) - y)
    delta_hidden = delta @ W2.T * h * (1 - h)
    W2 -= eta * h.T @ delta
    b2 -= eta * delta.sum(0)
    W1 -= eta * x.T @ delta_hidden
    b1 -= eta * delta_hidden.sum(0)
    if step in (1000, 5000, 10_000):
        fits[step] = net(grid)

training_loss = (net(x) - y).square().mean().item()
curve_error = (fits[steps] - mean).square().mean().item()
offset = (fits[steps] - mean + 0.5).mean().item()
print(f"parameters          {sum(parameter.numel() for parameter in (W1, b1, W2, b2))}")
print(f"training loss       {training_loss:.1f}   noise variance {1 / 12:.4f}")
print(f"error of the curve  {curve_error:.2f}  against sin 2 pi x + 1/2")
print(f"mean of fit - sin   {offset:.1f}")
# --8<-- [end:train]

# %% --8<-- [start:claims]
assert sum(parameter.numel() for parameter in (W1, b1, W2, b2)) == 3 * hidden + 1
# u - 1/2 has variance 1/12 and its square has variance 1/80 - 1/144 = 1/180
assert abs(training_loss - 1 / 12) < 5 * math.sqrt(1 / 180 / n), "the training loss ends at the noise variance"
assert abs(offset - 0.5) < 5 * math.sqrt(1 / 12 / n), "the fit lies 1/2 above the sine"
assert curve_error < training_loss / 2, "most of the remaining loss is noise, not misfit"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.6))
ax.plot(x.cpu(), y.cpu(), "o", color="C5", ms=4, alpha=0.7, label="$(x_i, y_i)$")
ax.plot(grid.cpu(), mean.cpu(), color="gray", lw=4, alpha=0.6, label=r"$\sin 2\pi x + \frac{1}{2}$")
for (step, fit), ink in zip(fits.items(), ("C2", "C1", "C0")):
    ax.plot(grid.cpu(), fit.cpu(), color=ink, label=f"$t = {step}$")
ax.set(xlabel="$x$", ylabel="$y$", xlim=(0, 1))
ax.legend(loc="upper right", ncols=2)
plt.show()
# --8<-- [end:figure]
