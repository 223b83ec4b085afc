# %% [markdown] lang="en"
# # Training error rises with lambda, test error is U-shaped
# Ridge regression with as many samples as inputs, $n = d = 40$. For random true weights of variance
# $\tau^2$ per coordinate and noise of variance $\sigma^2$ the expected test error is known, splits into bias²
# and variance, and is smallest at $\lambda^* = \sigma^2/(n\tau^2)$.

# %% [markdown] lang="zh"
# # 训练误差随 λ 上升，测试误差呈 U 形
# 岭回归，样本数等于输入维数，$n = d = 40$。真实权重每个坐标的方差为 $\tau^2$、噪声方差为 $\sigma^2$ 时，
# 测试误差的期望有解析式，可分成偏差的平方与方差，并在 $\lambda^* = \sigma^2/(n\tau^2)$ 处最小。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
datasets, n, d, sigma = 400, 40, 40, 0.5
tau2 = 1 / d  # true weights of norm about 1
best = sigma**2 / (n * tau2)
lams = torch.tensor([0, 0.01, 0.03, 0.1, best, 1, 3, 10, 100], device=device)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
X = torch.randn(datasets, n, d, device=device)
w_true = tau2**0.5 * torch.randn(datasets, d, 1, device=device)
y = X @ w_true + sigma * torch.randn(datasets, n, 1, device=device)

U, s, Vt = torch.linalg.svd(X)  # one decomposition solves ridge regression for every lambda
gain = s / (s**2 + n * lams[:, None, None])
w = Vt.mT @ (gain[..., None] * (U.mT @ y))  # [lambda, dataset, d, 1]
train = ((X @ w - y) ** 2).mean((-1, -2))
test = ((w - w_true) ** 2).sum((-1, -2)) + sigma**2  # exact: the inputs of new data are N(0, I)

# Theory: average over w_true and the noise, for the inputs at hand
shrink = s**2 / (s**2 + n * lams[:, None, None])
bias2 = tau2 * ((1 - shrink) ** 2).sum(-1)
variance = sigma**2 * (shrink**2 / s**2).sum(-1)
theory = bias2 + variance + sigma**2

print(f"median over {datasets} datasets, quartiles in brackets")
print("lambda   train MSE   test MSE")
for lam, a, b in zip(lams.tolist(), train, test):
    low, middle, high = b.quantile(torch.tensor([0.25, 0.5, 0.75], device=device)).tolist()
    print(f"{lam:<8g}{a.median():9.2f}{middle:11.2f}  ({low:.1f} to {high:.1f})")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
order = lams.argsort()
assert (train[order].diff(dim=0) > 0).all(), "training error rises with lambda, on every dataset"
assert train[0].max() < 1e-9, "40 weights interpolate 40 samples"

middle = test.median(1).values
assert middle.argmin() not in (0, len(lams) - 1), "the test error has an interior minimum"
assert middle[0] > 5 * middle.min(), "overfitting on the left"
assert middle[-1] > 1.3 * middle.min(), "underfitting on the right"

error = (test - theory)[1:]  # at lambda = 0 the variance of the variance is infinite
standard_error = error.std(1) / datasets**0.5
assert (error.mean(1).abs() < 5 * standard_error).all(), "bias^2 + variance + noise is the expected test error"
fine = best * torch.logspace(-0.5, 0.5, 101, device=device)[:, None, None]
factor = s**2 / (s**2 + n * fine)
risk = (tau2 * (1 - factor) ** 2 + sigma**2 * factor**2 / s**2).sum(-1)  # [lambda, dataset]
assert (risk.argmin(0) == 50).all(), "lambda* = sigma^2 / (n tau^2) is optimal whatever the inputs are"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
grid = torch.logspace(-2.3, 2.3, 50, device=device)
factor = s**2 / (s**2 + n * grid[:, None, None])
bias2 = tau2 * ((1 - factor) ** 2).sum(-1).median(1).values.cpu()
variance = sigma**2 * (factor**2 / s**2).sum(-1).median(1).values.cpu()
fig, ax = plt.subplots(figsize=(7.2, 4))
lam, seen = grid.cpu(), slice(1, None)
ax.plot(lam, bias2, color="C2", lw=1.2)
ax.plot(lam, variance, color="C3", lw=1.2)
ax.plot(lam, bias2 + variance + sigma**2, color="C1")
quartile = test.quantile(torch.tensor([0.25, 0.75], device=device), dim=1).cpu()
ax.vlines(lams.cpu()[seen], *quartile[:, seen], color="C1", lw=5, alpha=0.3)
ax.plot(lams.cpu()[seen], middle.cpu()[seen], "o", color="C1")
ax.plot(lams[order[1:]].cpu(), train.median(1).values[order[1:]].cpu(), "o-", color="C0", lw=1.2)
ax.axvline(best, color="gray", lw=1, ls=":")
ax.text(best * 1.06, 3.2, r"$\lambda^*=\sigma^2/(n\tau^2)$", color="gray")
ax.text(60, 1.5, r"$R_{\mathrm{test}}$", color="C1")
ax.text(0.011, 0.024, r"$R_{\mathrm{train}}$", color="C0")
ax.text(0.0056, 0.058, r"$\mathrm{bias}^2$", color="C2")
ax.text(4.4, 0.0085, r"$\mathrm{var}$", color="C3")
ax.set(xscale="log", yscale="log", xlim=(0.005, 200), ylim=(0.005, 5), xlabel=r"$\lambda$", ylabel=r"$\mathrm{MSE}$")
plt.show()
# --8<-- [end:figure]
