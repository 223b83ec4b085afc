# %% [markdown] lang="en"
# # Noise or step size? Two kinds of jagged loss
# Noise $\sigma\xi_t$ in the gradient of $\frac\lambda2w^2$ keeps $w$ moving with stationary variance $\frac{\eta\sigma^2}{\lambda(2-\eta\lambda)}$,
# which shrinks with $\eta$. A period-2 loss has no noise at all, vanishes below its threshold, and is the same in every run.

# %% [markdown] lang="zh"
# # 噪声还是步长？损失曲线起伏的两种来源
# $\frac\lambda2w^2$ 的梯度带有噪声 $\sigma\xi_t$ 时，$w$ 不会静止，平稳方差为 $\frac{\eta\sigma^2}{\lambda(2-\eta\lambda)}$，随 $\eta$ 减小而减小。
# 周期 2 的损失毫无噪声，步长低于阈值便消失，每次运行都相同。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
lam, sigma, chains = 1.0, 0.5, 20_000
# --8<-- [end:setup]

# %% --8<-- [start:measure]
eta = torch.tensor([0.05, 0.1, 0.2, 0.4, 0.8, 1.6], device=device)[:, None]
w = torch.zeros(6, chains, device=device)  # noisy gradient
still = torch.ones(6, 1, device=device)  # exact gradient
paths = []
for _ in range(250):
    paths.append(w[:, 0])
    w = w - eta * (lam * w + sigma * torch.randn(6, chains, device=device))
    still = still - eta * lam * still
variance = w.square().mean(1)  # the stationary mean is 0
theory = (eta * sigma**2 / (lam * (2 - eta * lam)))[:, 0]
print("  eta   theory   variance / theory   exact gradient, |w|")
for k in range(6):
    print(
        f"{eta[k].item():5.2f}   {theory[k]:6.4f}   {variance[k] / theory[k]:>17.1f}   {'below 1e-5' if still[k].abs() < 1e-5 else 'left':>19}"
    )
# --8<-- [end:measure]

# %% --8<-- [start:claims]
# w is Gaussian: its sample variance has relative standard error sqrt(2/n), and after 250 steps lacks a factor 1 - 0.95^500
standard_error = theory * math.sqrt(2 / chains)
assert ((variance - theory).abs() < 5 * standard_error + 1e-11).all(), (
    "stationary variance eta sigma^2 / (lambda (2 - eta lambda))"
)
ratio, se = variance[1] / variance[0], theory[1] / theory[0] * math.sqrt(4 / chains)
assert abs(ratio - theory[1] / theory[0]) < 5 * se and abs(theory[1] / theory[0] - 2) < 0.06, (
    "twice the step size, twice the variance"
)
assert (still.abs() < 1e-5).all(), "without noise nothing is left"


def losses(eta, start):
    w, values = start, []
    for _ in range(2000):
        values.append((w**2 - 1) ** 2 / 2)
        w = w * (1 + eta - eta * w**2)
    return torch.stack(values)


starts = 0.3 + 0.6 * torch.rand(5, device=device)
quiet, periodic = losses(0.9, starts), losses(1.1, starts)
assert quiet[-1].max() < 1e-20, "below the threshold the deterministic loss goes to zero"
assert (periodic[-2:].sort(0).values - periodic[-2:].sort(0).values[:, :1]).abs().max() < 1e-12, (
    "above it: the same two values in every run"
)
assert (periodic[-1] - periodic[-2]).abs().min() > 0.02
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 3, figsize=(7.2, 2.9))
paths = torch.stack(paths).cpu()
for k, ink in ((4, "C1"), (2, "C0"), (0, "C2")):
    axes[0].plot(paths[:80, k], color=ink, lw=1, label=rf"$\eta={eta[k].item():g}$")
axes[0].set(xlabel="$t$", ylabel="$w_t$", ylim=(-1.5, 2.1))
axes[0].legend(ncols=1, loc="upper left", fontsize=8, labelspacing=0.2)
line = torch.logspace(-1.4, 0.26, 60)
axes[1].loglog(line, line * sigma**2 / (lam * (2 - line * lam)), color="C1")
axes[1].loglog(eta[:, 0].cpu(), variance.cpu(), "o", color="C0")
axes[1].set(xlabel=r"$\eta$", ylabel=r"$\mathrm{Var}[w]$")
for rate, trace, ink in ((0.9, quiet, "C2"), (1.1, periodic, "C3")):
    axes[2].semilogy(trace[:60].cpu()[:, 0], color=ink, lw=1, label=rf"$\eta={rate:g}$")
axes[2].set(xlabel="$t$", ylabel="$L_t$")
axes[2].legend(loc="lower left", fontsize=8)
plt.show()
# --8<-- [end:figure]
