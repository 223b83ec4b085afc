# %% [markdown] lang="en"
# # Two points are memorised, a hundred are learned
# The same network and the same 10,000 steps: two training points are fitted, down to rounding level in the listing's draw,
# and the curve is missed; a hundred points leave a loss of about $\frac{1}{12}$, and the curve is found.

# %% [markdown] lang="zh"
# # 两个点只会背下来，一百个点才学得会
# 网络相同，同样训练 10000 步：只有两个训练点时，拟合穿过这两点（在那份代码的数据上，损失降到舍入误差），曲线却错了；
# 有一百个点时，损失停在约 $\frac{1}{12}$，曲线反而对了。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
hidden, eta, steps = 10, 0.2, 10_000
seeds = range(5)  # the first draw is the listing's
# --8<-- [end:setup]


# %% --8<-- [start:train]
def draw(n, seed):
    """The listing's draws, in its order: x, noise, W1, W2."""
    rng = np.random.RandomState(seed)  # the legacy generator: its stream is frozen for ever
    x = rng.rand(n, 1)
    y = np.sin(2 * np.pi * x) + rng.rand(n, 1)
    return x, y, 0.01 * rng.randn(1, hidden), 0.01 * rng.randn(hidden, 1)


def fit(n):
    """Full-batch gradient descent by hand, all seeds at once; returns x, y, losses and the fitted function."""
    x, y, W1, W2 = (torch.tensor(np.stack(part), device=device) for part in zip(*(draw(n, seed) for seed in seeds)))
    b1, b2 = torch.zeros_like(W1), torch.zeros_like(W2[:, :1])
    losses = []
    for step in range(steps):
        h = torch.sigmoid(torch.baddbmm(b1, x, W1))
        residual = torch.baddbmm(b2, h, W2) - y
        if step in (500, steps - 1):
            losses.append(residual.square().mean((1, 2)))
        delta = 2 / n * residual
        delta_hidden = delta @ W2.mT * h * (1 - h)
        W2.baddbmm_(h.mT, delta, alpha=-eta)
        b2 -= eta * delta.sum(1, keepdim=True)
        W1.baddbmm_(x.mT, delta_hidden, alpha=-eta)
        b1 -= eta * delta_hidden.sum(1, keepdim=True)
    return x, y, torch.stack(losses), lambda t: torch.sigmoid(t @ W1 + b1) @ W2 + b2


grid = torch.linspace(0, 1, 201, device=device)[:, None]
mean = torch.sin(2 * math.pi * grid) + 0.5
results = {n: fit(n) for n in (2, 100)}
curve_error = {n: (f(grid) - mean).square().mean((1, 2)) for n, (_, _, _, f) in results.items()}
training_loss = {n: losses[-1] for n, (_, _, losses, _) in results.items()}
for title, values in (("training loss", training_loss), ("error of the curve", curve_error)):
    for n in results:
        print(f"{title:<20}n = {n:<5}" + "".join(f"{value:7.3f}" for value in values[n]))
y_first = results[2][1][0]
plateau = (y_first[0] - y_first[1]).item() ** 2 / 4
print(f"n = 2, first draw: best constant {plateau:.4f}, loss at step 500 {results[2][2][0, 0]:.4f}", end=", ")
print("at the end below 1e-20" if training_loss[2][0] < 1e-20 else "at the end above 1e-20")
# --8<-- [end:train]

# %% --8<-- [start:claims]
assert training_loss[2][0] < 1e-20, "31 parameters interpolate the two points of seed 0"
assert abs(results[2][2][0, 0] - plateau) < 0.01 * plateau, "it first predicts the mean of the two targets"
floor, standard_error = 1 / 12, math.sqrt(1 / 180 / 100)
assert ((training_loss[100] - floor).abs() < 5 * standard_error).all(), "100 points: it ends at the noise variance"
assert training_loss[2][0] < 1e-15 * training_loss[100][0], "two points of the first draw: by far the smaller loss …"
assert (curve_error[2] > 10 * curve_error[100]).all(), "… and, in every draw, by far the worse function"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), sharex=True, sharey=True)
for ax, (n, (x, y, _, f)) in zip(axes, results.items()):
    ax.plot(grid.cpu(), mean.cpu(), color="gray", lw=4, alpha=0.6, label=r"$\sin 2\pi x + \frac{1}{2}$")
    ax.plot(grid.cpu(), f(grid)[0].cpu(), color="C0", label=r"$\hat y$")
    ax.plot(x[0].cpu(), y[0].cpu(), "o", color="C1", ms=8 if n == 2 else 4, label=f"$n = {n}$")
    ax.set(xlabel="$x$", xlim=(0, 1))
    ax.legend()
axes[0].set(ylabel="$y$")
plt.show()
# --8<-- [end:figure]
