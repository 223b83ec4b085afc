# %% [markdown] lang="en"
# # With 20 samples in 200 dimensions, weight decay mainly forgets the initialization
# Gradient steps stay in the span of the 20 inputs. What a $N(0, 1)$ initialization puts into the other 180
# directions stays there for ever without decay, and is multiplied by $(1-\eta\lambda)^k$ with it.

# %% [markdown] lang="zh"
# # 200 维、20 个样本：权重衰减主要是在忘掉初始化
# 梯度只在 20 个输入张成的空间里走。$N(0, 1)$ 初始化在另外 180 个方向上留下的分量，
# 没有衰减就永远不变，有衰减则每步乘以 $1-\eta\lambda$。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
seeds, d, n, batch, eta, epochs = 12, 200, 20, 5, 0.003, 100
lams = torch.tensor([0, 0.03, 0.3, 1, 3, 10, 30], device=device)
w_true, b_true, sigma = torch.full((d, 1), 0.01, device=device), 0.05, 0.01
# --8<-- [end:setup]

# %% --8<-- [start:measure]
X = torch.randn(seeds, n, d, device=device)
y = X @ w_true + b_true + sigma * torch.randn(seeds, n, 1, device=device)
normal = torch.randn(seeds, d, 1, device=device)
starts = torch.stack([normal, torch.zeros_like(normal)])  # [start, seed, d, 1]
w = starts[:, None].repeat(1, len(lams), 1, 1, 1)  # every lambda begins with the same weights
b = torch.zeros(2, len(lams), seeds, 1, 1, device=device)

for _ in range(epochs):
    for rows in torch.randperm(n, device=device).split(batch):  # and sees the same minibatches
        residual = X[:, rows] @ w + b - y[:, rows]
        w = w - eta * (X[:, rows].mT @ residual / batch + lams[:, None, None, None] * w)
        b = b - eta * residual.mean(-2, keepdim=True)

# Half the squared error on new data, exactly: the inputs are N(0, I)
test = (((w - w_true) ** 2).sum((-1, -2)) + (b - b_true)[..., 0, 0] ** 2 + sigma**2) / 2
train = ((X @ w + b - y) ** 2).mean((-1, -2)) / 2
print(f"mean ± standard deviation of {seeds} seeds")
print("           w from N(0, 1)               w from 0")
print("lambda    train      test             train     test")
for lam, (wide, zero), (wide_train, zero_train) in zip(lams.tolist(), test.transpose(0, 1), train.transpose(0, 1)):
    print(f"{lam:<6g}{wide_train.mean():9.3f}{wide.mean():9.2f} ± {wide.std():<6.2f}", end="")
    print(f"{zero_train.mean():9.4f}{zero.mean():9.4f} ± {zero.std():.4f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
_, _, Vt = torch.linalg.svd(X)
null = Vt[:, n:]  # 180 directions in which no sample extends
assert (null @ w[0, 0] - null @ normal).abs().max() < 1e-10, "without decay the null-space component never moves"
factor = (1 - eta * lams[:, None, None, None]) ** (epochs * n // batch)
assert (null @ w[0] - factor * (null @ normal)).abs().max() < 1e-10, "with decay it shrinks geometrically"

null_part = ((null @ (w[0, 0] - w_true)) ** 2).sum((-1, -2)) / 2
share = null_part / test[0, 0]
assert (share > 0.9).all(), "it makes nearly all of the test loss"
assert (test[0, 0] > 1000 * test[1, 0]).all(), "a start from zero does not have that loss"
zero_start = test[1].mean(1)
assert zero_start[0] < 1.1 * zero_start.min(), "and leaves weight decay almost nothing to do"
bias_part = (b[0] - b_true)[..., 0, 0] ** 2 / 2
assert (test[0, -2:] - bias_part[-2:] < 1.2 * test[1, 0].mean()).all(), "large lambda: only the bias is left over"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.8))
grid = torch.logspace(-2, 1.7, 75)
decay = (1 - eta * grid) ** (epochs * n // batch)
forgotten = decay**2 * (d - n) / 2 + test[1, 0].mean().item()
ax.plot(grid, forgotten, color="C0", label=r"$\frac{1}{2}(1-\eta\lambda)^{2k}(d-n)+c$")
shown = lams.cpu()[1:]
ax.plot(shown, test[0, 1:].cpu(), "o", color="C0", ms=3, alpha=0.5)
ax.plot(shown, test[1, 1:].cpu(), "o", color="C1", ms=3, alpha=0.5)
ax.axhline(test[0, 0].mean().item(), color="C0", lw=1, ls=":")
ax.axhline(test[1, 0].mean().item(), color="C1", lw=1, ls=":")
ax.text(0.011, 25, r"$\mathbf{w}_0\sim N(0,1)$", color="C0")
ax.text(0.011, 0.02, r"$\mathbf{w}_0=0$", color="C1")
ax.set(xscale="log", yscale="log", xlim=(0.01, 50))
ax.set(xlabel=r"$\lambda$", ylabel=r"$\frac{1}{2}\mathrm{MSE}_{\mathrm{test}}$")
ax.legend(loc="center left")
plt.show()
# --8<-- [end:figure]
