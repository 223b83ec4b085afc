# %% [markdown] lang="en"
# # When the generalization error is zero, and when it has a floor
# $\mathrm E\,(y - \hat f)^2 = \sigma^2 + \mathrm E\,(\hat f - f^\star)^2$: noise sets the floor; without noise, a model that
# contains $f^\star$ reaches zero.

# %% [markdown] lang="zh"
# # 泛化误差何时为零，何时有下限
# $\mathrm E\,(y - \hat f)^2 = \sigma^2 + \mathrm E\,(\hat f - f^\star)^2$：噪声决定下限；没有噪声时，包含 $f^\star$ 的模型可以达到零。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
sigma, m, sets = 0.1, 10_000, 50


def f_star(x):
    return 5 + 1.2 * x - 3.4 * x**2 / 2 + 5.6 * x**3 / 6


def fit(x, y, degree):
    powers = torch.arange(degree + 1, device=x.device)
    Q, R = torch.linalg.qr(x[..., None] ** powers)
    w = torch.linalg.solve_triangular(R, Q.mT @ y[..., None], upper=True)
    return lambda t: ((t[:, None] ** powers) @ w)[..., 0]


# --8<-- [end:setup]

# %% --8<-- [start:measure]
t = torch.randn(m, device=device)  # fresh inputs
fresh = f_star(t) + sigma * torch.randn(m, device=device)  # and fresh noisy labels
n_grid = [20, 50, 100, 200, 500, 1000]
distance, risk, clean = {}, {}, {}
for n in n_grid:
    x = torch.randn(sets, n, device=device)
    y = f_star(x) + sigma * torch.randn_like(x)
    for d in (2, 3, 5):
        f_hat = fit(x, y, d)
        distance[n, d] = (f_hat(t) - f_star(t)).square().mean(1)
        risk[n, d] = (f_hat(t) - fresh).square().mean(1)
    clean[n] = (fit(x, f_star(x), 3)(t) - f_star(t)).square().amax(1)
oracle = (f_star(t) - fresh).square()

print(
    f"without noise, n = 20, degree 3: largest squared error on {m:,} new inputs below 1e-18: {(clean[20].max() < 1e-18).item()}"
)
print(f"with noise, sigma^2 = {sigma**2:.2f}: the true f has test MSE {oracle.mean():.3f}")
print("mean squared distance to the true f (median)      n = 20      n = 1000")
for d in (2, 3, 5):
    print(f"degree {d}{distance[20, d].median():48.1g}{distance[1000, d].median():14.1g}")
# --8<-- [end:measure]

# %% --8<-- [start:table]
x = torch.randn(m, 1, device=device)
chance = torch.sigmoid(3 * x)  # P(y = 1 | x)
label = torch.rand_like(x) < chance
bayes = torch.minimum(chance, 1 - chance)  # 1 - max_k P(k | x)
wrong = ((x > 0) != label).double()
print(f"classification: Bayes error {bayes.mean():.2f}, error of the best classifier {wrong.mean():.2f}")
x, x_test = torch.randn(2, 400, 100, device=device)
y, y_test = (f_star(u) + sigma * torch.randn_like(u) for u in (x, x_test))
powers = torch.arange(4, device=device)
w = torch.linalg.lstsq(x[..., None] ** powers, y[..., None]).solution
gap = [((u[..., None] ** powers @ w)[..., 0] - v).square().mean(1) for u, v in ((x_test, y_test), (x, y))]
gap = gap[0] - gap[1]
print(
    f"test MSE minus training MSE, degree 3, n = 100: mean positive {(gap.mean() > 0).item()}, negative in some runs {(gap.min() < 0).item()}"
)
print(
    "no error among m = 100 / 1000 / 10000: below",
    " / ".join(f"{1 - 0.05 ** (1 / k):.4f}" for k in (100, 1000, 10_000)),
    "with 95 % confidence",
)
# --8<-- [end:table]

# %% --8<-- [start:claims]
for n in n_grid:
    assert clean[n].max() < 1e-18, f"n={n}: no noise and the right class: zero up to rounding"
assert (oracle.mean() - sigma**2).abs() < 5 * oracle.std() / m**0.5, "the true function has error sigma^2"
for n, d in risk:  # so no fit beats the true function in expectation
    cross = risk[n, d] - distance[n, d] - oracle.mean()  # = -2 mean(noise * (f - f*)), zero in expectation
    bound = 5 * 2 * sigma * (distance[n, d] / m) ** 0.5
    assert (cross.abs() < bound).all(), f"n={n}, d={d}: risk = sigma^2 + squared distance, up to sampling error"
assert distance[20, 3].median() > 20 * distance[1000, 3].median(), "degree 3 approaches the floor"
assert distance[1000, 2].median() > 100 * sigma**2, "degree 2 does not: bias"

spread = (wrong - bayes).std() / m**0.5
assert (wrong.mean() - bayes.mean()).abs() < 5 * spread, "the Bayes classifier errs with probability E min(P, 1 - P)"
assert gap.mean() > 5 * gap.std() / 20, "in expectation the gap is positive"
assert gap.min() < 0, "on a finite test set it can be negative"
for k in (100, 1000, 10_000):
    assert 2.9 < k * (1 - 0.05 ** (1 / k)) < 3, "rule of three"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.3), width_ratios=[1.3, 1])
for d, ink in ((2, "C1"), (5, "C2"), (3, "C0")):
    left.plot(
        n_grid, [(sigma**2 + distance[n, d]).median().cpu() for n in n_grid], "o-", color=ink, ms=4, label=f"$d = {d}$"
    )
left.axhline(sigma**2, color="gray", lw=0.9, ls="--")
left.text(20, sigma**2 * 0.9, r"$\sigma^2$", color="gray", va="top")
left.set(xscale="log", yscale="log", xlabel="$n$", ylabel="$R$", ylim=(5e-3, 30))
left.legend(loc="center right")
right.plot(n_grid, [clean[n].median().cpu() for n in n_grid], "o-", color="C0", ms=4)
right.set(xscale="log", yscale="log", xlabel="$n$", ylabel=r"$\max\,(\hat f - f^\star)^2$", ylim=(1e-31, 1e-18))
right.text(0.96, 0.93, r"$\sigma = 0$", transform=right.transAxes, ha="right", va="top")
plt.show()
# --8<-- [end:figure]
