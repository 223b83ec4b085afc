# %% [markdown] lang="en"
# # The expected training error is $\sigma^2(1 - p/n)$
# Least squares with $p$ coefficients leaves $(I - H)\varepsilon$ of the noise; its mean square is $\sigma^2(1 - p/n)$, not zero.

# %% [markdown] lang="zh"
# # 训练误差的期望是 $\sigma^2(1 - p/n)$
# 用 $p$ 个系数做最小二乘，噪声中还剩下 $(I - H)\varepsilon$，均方为 $\sigma^2(1 - p/n)$，不是零。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
sigma, runs = 0.1, 2000


def training_mse(x, p, noise):
    """Training error of least squares with p coefficients for each row of noise, at the inputs x."""
    cubic = 5 + 1.2 * x - 3.4 * x**2 / 2 + 5.6 * x**3 / 6
    y = cubic + noise
    Q, R = torch.linalg.qr(x[:, None] ** torch.arange(p, device=x.device))
    Q = Q[:, R.diagonal().abs() > 1e-10 * R[0, 0].abs()]  # repeated inputs make columns dependent
    return (y - (y @ Q) @ Q.T).square().mean(1)


# --8<-- [end:setup]

# %% --8<-- [start:measure]
print("    n  inputs   d  noise   mean MSE   sigma^2 (1 - p/n)   smallest of 2000")
results, fitted, predicted = {}, {}, {}  # training error, the share of the noise that was fitted, theory
normal = torch.randn(1000, device=device)
four_values = torch.tensor([-1.5, -0.5, 0.5, 1.5], device=device).repeat_interleave(25)
equispaced = torch.linspace(-1, 1, 10, device=device)
cases = [
    (normal[:100], "normal", 3, sigma),
    (normal, "normal", 3, sigma),
    (normal[:100], "normal", 9, sigma),
    (normal[:100], "normal", 2, sigma),
    (four_values, "25 x 4", 3, sigma),
    (four_values, "25 x 4", 9, sigma),
    (equispaced, "spaced", 9, sigma),
    (normal[:100], "normal", 3, 0.0),
]
for x, name, d, scale in cases:
    n, distinct = len(x), len(x.unique())
    p = min(d + 1, distinct)  # the rank of the design
    noise = scale * torch.randn(runs, n, device=device)
    mse = training_mse(x, d + 1, noise)
    results[n, name, d, scale], fitted[n, name, d, scale] = mse, noise.square().mean(1) - mse
    predicted[n, name, d, scale] = theory = scale**2 * (1 - p / n)
    mean = "0" if mse.mean() < 1e-20 else "> 0.1" if mse.mean() > 0.1 else f"{mse.mean():.4f}"
    least = next((f"> {bound}" for bound in (0.1, 0.003) if mse.min() > bound), "0" if mse.min() < 1e-20 else "< 0.003")
    formula = "(bias)" if d < 3 else f"{theory:.4f}" if theory else "0"
    print(f"{n:5d}  {name:<7}{d:3d}{scale:7.1f}{mean:>11}{formula:>20}{least:>19}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for x, name, d, scale in cases:
    n, mse = len(x), results[len(x), name, d, scale]
    p = min(d + 1, len(x.unique()))
    if d < 3:
        assert mse.min() > 0.1, "degree 2 misses the cubic: bias, ten times the noise"
    elif scale == 0 or n == p:
        assert mse.max() < 1e-20, "zero without noise, and zero when the number of coefficients reaches n"
    else:
        share = fitted[n, name, d, scale]
        assert (mse.mean() - predicted[n, name, d, scale]).abs() < 5 * mse.std() / runs**0.5, (
            f"sigma^2 (1 - p/n): n={n}, d={d}"
        )
        assert (share.mean() - (sigma**2 - predicted[n, name, d, scale])).abs() < 5 * share.std() / runs**0.5, (
            f"p coefficients fit p/n of the noise: n={n}, d={d}"
        )
        assert mse.min() > 0.003, "no run comes near zero"
assert torch.allclose(
    *(training_mse(four_values, p, sigma * torch.ones(1, 100, device=device).cumsum(1)) for p in (4, 10))
)

x, t = normal[:100], torch.randn(100, device=device)  # the same cubic fits, judged on new inputs and new noise
powers = torch.arange(4, device=device)
hat = (t[:, None] ** powers) @ torch.linalg.pinv(x[:, None] ** powers)
noise, fresh = sigma * torch.randn(2, runs, 100, device=device)
excess = (noise @ hat.T - fresh).square().mean(1) - (
    noise - noise @ torch.linalg.pinv(x[:, None] ** powers).T @ (x[:, None] ** powers).T
).square().mean(1)
assert excess.mean() > 5 * excess.std() / runs**0.5, (
    "the expected test error is larger than the expected training error"
)
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.3), width_ratios=[1.25, 1])
for n, ink in ((100, "C0"), (1000, "C1")):
    mse, k = results[n, "normal", 3, sigma].cpu(), n - 4
    left.hist(mse, bins=40, density=True, color=ink, alpha=0.35)
    u = torch.linspace(mse.min(), mse.max(), 300)
    z = u * n / sigma**2
    density = ((k / 2 - 1) * z.log() - z / 2 - k / 2 * math.log(2) - math.lgamma(k / 2)).exp() * n / sigma**2
    left.plot(u, density, color=ink)
    left.text(u[-1] - 0.0006 * (n < 1000), density.max() * (0.75 if n > 100 else 0.55), f"$n = {n}$", color=ink)
left.axvline(sigma**2, color="gray", lw=1, ls="--")
left.axvline(0.96 * sigma**2, color="C0", lw=1, ls=":")
left.text(0.95 * sigma**2, 900, r"$0.96\,\sigma^2$", color="C0", ha="right")
left.set(
    xlabel=r"$\hat R$",
    yticks=[],
    xlim=(0, 0.0165),
    xticks=[0, 0.005, 0.01, 0.015],
    xticklabels=["0", "0.005", r"$\sigma^2$", "0.015"],
)
left.spines["left"].set_visible(False)
n, p = 20, torch.arange(4, 21)
x = torch.linspace(-1, 1, n, device=device)
noise = sigma * torch.randn(runs, n, device=device)
mean = torch.stack([training_mse(x, int(k), noise).mean() for k in p]).cpu()
right.plot(p - 1, sigma**2 * (1 - p / n), color="C0")
right.plot(p - 1, mean, "o", color="C1")
right.axhline(sigma**2, color="gray", lw=1, ls="--")
right.text(15.5, sigma**2 * 1.02, r"$\sigma^2$", color="gray", va="bottom")
right.set(
    xlabel="$d$",
    ylabel=r"$\mathrm{E}\,\hat R$",
    ylim=(-0.0004, 0.0112),
    xticks=[3, 7, 11, 15, 19],
    yticks=[0, 0.0025, 0.005, 0.0075, 0.01],
)
plt.show()
# --8<-- [end:figure]
