# %% [markdown] lang="en"
# # The penalty is the negative log-prior
# Gaussian noise $\sigma^2$ and a prior $N(0, \tau^2\mathbf I)$ give ridge regression with $\lambda =
# \sigma^2/\tau^2$ for the summed squared loss and $\sigma^2/(n\tau^2)$ for its mean; a Laplace prior of scale
# $b$ gives the lasso with $\lambda = \sigma^2/b$.

# %% [markdown] lang="zh"
# # 惩罚项就是负对数先验
# 高斯噪声 $\sigma^2$ 配先验 $N(0, \tau^2\mathbf I)$ 得到岭回归：平方损失求和时 $\lambda = \sigma^2/\tau^2$，取平均时
# $\lambda = \sigma^2/(n\tau^2)$；尺度为 $b$ 的 Laplace 先验得到 lasso，$\lambda = \sigma^2/b$。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from torch.distributions import Laplace, Normal

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
n, sigma, tau, b = 20, 1.0, 0.7, 0.2
gram = torch.tensor([[4.0, 1.0], [1.0, 2.0]], device=device)  # X'X
w_mle = torch.tensor([1.6, 0.9], device=device)

# Data with exactly this Gram matrix and this least-squares solution; the rest of y is noise orthogonal to X
Q = torch.linalg.qr(torch.randn(n, 2, device=device))[0]
X = Q @ torch.linalg.cholesky(gram).T
noise = sigma * torch.randn(n, device=device)
y = X @ w_mle + noise - Q @ (Q.T @ noise)
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def minus_log_joint(w, prior):  # -log p(y | w) - log p(w), for one w or a grid of them [..., 2]
    return -Normal(w @ X.T, sigma).log_prob(y).sum(-1) - prior.log_prob(w).sum(-1)


# Gaussian prior: minimise -log posterior as it stands, knowing nothing about ridge regression
gauss = Normal(torch.zeros(2, device=device), tau)
w_map = torch.zeros(2, device=device, requires_grad=True)
optimizer = torch.optim.LBFGS([w_map], max_iter=200, tolerance_grad=1e-10, line_search_fn="strong_wolfe")


def closure():
    optimizer.zero_grad()
    loss = minus_log_joint(w_map, gauss)
    loss.backward()
    return loss


optimizer.step(closure)

# Laplace prior: proximal gradient on |y - Xw|^2 / 2 + (sigma^2 / b) |w|_1
laplace = Laplace(torch.zeros(2, device=device), b)
w_lasso = torch.zeros(2, device=device)
for _ in range(500):
    u = w_lasso - 0.1 * X.T @ (X @ w_lasso - y)
    w_lasso = u.sign() * (u.abs() - 0.1 * sigma**2 / b).clamp(min=0)

# Posterior means by summing over a grid
axis = torch.linspace(-2.5, 4.5, 351, device=device)
grid = torch.cartesian_prod(axis, axis)
mean = {}
for name, prior in (("Gauss", gauss), ("Laplace", laplace)):
    weight = (-minus_log_joint(grid, prior)).softmax(0)
    mean[name] = weight @ grid

print("prior      most probable w      posterior mean")
for name, mode in (("flat", w_mle), ("Gauss", w_map.detach()), ("Laplace", w_lasso)):
    numbers = [*mode.tolist(), *mean.get(name, w_mle).tolist()]
    print("{:<10}({:.4f}, {:.4f})     ({:.4f}, {:.4f})".format(name, *numbers))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
lam = sigma**2 / tau**2
eye = torch.eye(2, device=device)
ridge = torch.linalg.solve(X.T @ X + lam * eye, X.T @ y)
assert (w_map.detach() - ridge).abs().max() < 1e-6, "Gaussian prior: ridge, lambda = (sigma / tau)^2"
posterior_mean = torch.linalg.solve(X.T @ X / sigma**2 + eye / tau**2, X.T @ y / sigma**2)
assert (posterior_mean - ridge).abs().max() < 1e-10 and (mean["Gauss"] - ridge).abs().max() < 1e-4

# What to pass to the optimizer depends on how the data term is scaled.
for scale, weight_decay in ((0.5, lam / n), (1.0, 2 * lam / n)):  # half the mean squared error; nn.MSELoss
    w = torch.zeros(2, device=device, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.5, weight_decay=weight_decay)
    for _ in range(800):
        optimizer.zero_grad()
        (scale * ((X @ w - y) ** 2).mean()).backward()
        optimizer.step()
    assert (w.detach() - ridge).abs().max() < 1e-6, "lambda / n for the half mean, twice that for MSELoss"

lowest = minus_log_joint(w_lasso, laplace)
assert (minus_log_joint(grid, laplace) >= lowest - 1e-9).all(), "Laplace prior: lasso, lambda = sigma^2 / b"
assert w_lasso[1] == 0 < w_lasso[0], "which sets one weight to zero"
assert (mean["Laplace"] != 0).all() and (mean["Laplace"] - w_lasso).abs().max() > 0.05, "the posterior mean does not"

flat = torch.linalg.solve(X.T @ X + 1e-12 * eye, X.T @ y)  # tau -> infinity
assert (flat - w_mle).abs().max() < 1e-9, "a flat prior leaves maximum likelihood"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, sharey=True, figsize=(7.2, 3.3))
t = torch.linspace(-0.8, 2.6, 86, device=device)
plane = torch.stack(torch.meshgrid(t, t, indexing="xy"), -1)
difference = plane - w_mle
data_term = ((difference @ gram) * difference).sum(-1) / (2 * sigma**2)
penalties = {
    r"$\|\mathbf{w}\|_2^2/2\tau^2$": (lambda w: (w**2).sum(-1) / (2 * tau**2), w_map.detach(), mean["Gauss"]),
    r"$\|\mathbf{w}\|_1/b$": (lambda w: w.abs().sum(-1) / b, w_lasso, mean["Laplace"]),
}
for ax, (label, (penalty, mode, average)) in zip(axes, penalties.items()):
    r = penalty(mode).item()
    at_mode = ((mode - w_mle) @ gram @ (mode - w_mle)).item() / (2 * sigma**2)
    for values, levels, ink in ((data_term, (at_mode / 9, at_mode), "C0"), (penalty(plane), (r / 4, r), "C2")):
        widths = [0.8] * (len(levels) - 1) + [1.8]  # the bold contours touch at the mode
        ax.contour(t.cpu(), t.cpu(), values.cpu(), levels=levels, colors=ink, linewidths=widths)
    ax.axhline(0, color="gray", lw=0.8)
    ax.axvline(0, color="gray", lw=0.8)
    ax.plot(*w_mle.cpu(), "o", color="C0", zorder=4)
    ax.plot(*mode.cpu(), "o", color="C1", ms=7, zorder=5)
    ax.plot(*average.cpu(), "D", color="C3", ms=8, markerfacecolor="none", zorder=6)
    ax.text(1.68, 0.95, r"$\mathrm{MLE}$", color="C0")
    ax.text(-0.75, 1.75, label, color="C2")
    ax.set(xlabel="$w_1$", xlim=(-0.8, 2.6), ylim=(-0.6, 2.0), aspect="equal")
axes[0].text(0.62, 0.5, r"$\mathrm{MAP}$", color="C1")
axes[1].text(0.82, -0.2, r"$\mathrm{MAP}$", color="C1")
axes[1].text(0.74, 0.24, r"$E[\mathbf{w}\mid D]$", color="C3")
axes[0].set(ylabel="$w_2$")
plt.show()
# --8<-- [end:figure]
