# %% [markdown] lang="en"
# # A cubic fitted to data from a line
# The cubic contains the line: no bias, twice the coefficients, and for many samples twice the excess error, $p\sigma^2/n$.
# With four samples it interpolates the noise.

# %% [markdown] lang="zh"
# # 用三次多项式拟合直线产生的数据
# 三次多项式包含直线：没有偏差，系数个数是两倍，样本多时超额误差 $p\sigma^2/n$ 也是两倍。只有四个样本时，它把噪声也插值进去。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
sigma, runs = 0.5, 500
w_star = torch.tensor([1, 2 / 3**0.5, 0, 0], device=device)  # the line 1 + 2x in the basis below


def basis(x, p):
    """Legendre polynomials, orthonormal for x uniform on [-1, 1]: then E (f - f*)^2 = |w - w*|^2."""
    P = [torch.ones_like(x), 3**0.5 * x, 5**0.5 * (3 * x**2 - 1) / 2, 7**0.5 * (5 * x**3 - 3 * x) / 2]
    return torch.stack(P[:p], -1)


# --8<-- [end:setup]

# %% --8<-- [start:measure]
n_grid = [4, 5, 7, 10, 20, 50, 100, 300, 1000]
excess, expected, training, higher, shown = {}, {}, {}, {}, {}
for n in n_grid:
    x = 2 * torch.rand(runs, n, device=device) - 1
    y = 1 + 2 * x + sigma * torch.randn_like(x)
    for p in (2, 4):
        Phi = basis(x, p)
        Q, R = torch.linalg.qr(Phi)
        w = torch.linalg.solve_triangular(R, Q.mT @ y[..., None], upper=True)[..., 0]
        excess[n, p] = (w - w_star[:p]).square().sum(1)
        inverse = torch.linalg.solve_triangular(R, torch.eye(p, device=device).expand_as(R), upper=True)
        expected[n, p] = sigma**2 * inverse.square().sum(
            (1, 2)
        )  # sigma^2 trace (Phi'Phi)^-1: the mean over the noise, for these x
        training[n, p] = (y - (Q @ (Q.mT @ y[..., None]))[..., 0]).square().mean(1)
        shown[n, p] = x, y, w
    c2, c3 = 1.5 * 5**0.5 * w[:, 2], 2.5 * 7**0.5 * w[:, 3]  # coefficients of x^2 and x^3
    higher[n] = torch.maximum(c2.abs(), c3.abs())

print(f"median of {runs} runs, sigma = {sigma}")
print("    n   training MSE      excess error       ratio   largest |c2|, |c3|")
print("        line    cubic     line      cubic")
for n in n_grid:
    a, b, c, d, e = (v.median().item() for v in (training[n, 2], training[n, 4], excess[n, 2], excess[n, 4], higher[n]))
    print(f"{n:5d}{a:7.2f}{'0' if b < 1e-20 else f'{b:.2f}':>9}{c:10.1g}{d:10.1g}{d / c:10.0f}{e:15.1g}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert training[4, 4].max() < 1e-12 and training[4, 2].median() > 0.01, (
    "four points: the cubic interpolates, the line does not"
)
for n in n_grid:
    assert excess[n, 4].median() > 1.5 * excess[n, 2].median(), f"n={n}: the cubic predicts worse than the line"
    assert (training[n, 4] <= training[n, 2] + 1e-12).all(), f"n={n}: and fits the sample better, in every run"
for n in (100, 300, 1000):
    for p in (2, 4):
        gap = excess[n, p] - expected[n, p]
        assert gap.mean().abs() < 5 * gap.std() / runs**0.5, "the mean over the noise is sigma^2 trace (Phi'Phi)^-1"
for p in (2, 4):
    assert abs(expected[1000, p].mean() / (p * sigma**2 / 1000) - 1) < 0.05, "which is p sigma^2 / n for large n"
assert excess[4, 4].median() > 20 * excess[4, 2].median(), "at n = 4 the cubic is far worse"
rate = higher[100].median() / higher[1000].median()
assert 0.75 * 10**0.5 < rate < 1.35 * 10**0.5, "the superfluous coefficients shrink like 1 / sqrt(n)"
for c, scale in ((c2, 1.5 * 5**0.5), (c3, 2.5 * 7**0.5)):  # the last n is 1000
    theory = scale * sigma / 1000**0.5
    assert abs(c.std() / theory - 1) < 0.02 + 5 / (2 * runs) ** 0.5, (
        "their standard deviation, up to O(1/n) and 5 standard errors"
    )

x = 2 * torch.rand(4, device=device) - 1 + torch.tensor([-6, -2, 2, 6], device=device)  # four distinct inputs, no noise
w = torch.linalg.lstsq(basis(x, 4), (1 + 2 * x)[:, None]).solution[:, 0]
assert (w - w_star).abs().max() < 1e-8, "without noise the cubic is the line"
null = torch.linalg.svd(basis(x[:3], 4)).Vh[3]  # three inputs: a whole line of cubics through the points
assert (basis(x[:3], 4) @ (w_star + 100 * null) - (1 + 2 * x[:3])).abs().max() < 1e-8
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.1), width_ratios=[1, 1, 1.35])
t = torch.linspace(-1, 1, 200, device=device)
for ax, n in zip(axes, (4, 100)):
    chosen = (excess[n, 4] - excess[n, 4].median()).abs().argmin()  # the run in the middle
    x, y, w = (v[chosen] for v in shown[n, 4])
    ax.plot(t.cpu(), (basis(t, 2) @ shown[n, 2][2][chosen]).cpu(), color="C0", lw=1.6)
    ax.plot(t.cpu(), (basis(t, 4) @ w).cpu(), color="C1", lw=1.6)
    ax.plot(t.cpu(), (1 + 2 * t).cpu(), color="gray", lw=1, ls="--")
    ax.plot(
        x.cpu(),
        y.cpu(),
        "o",
        color=plt.rcParams["text.color"],
        ms=5 if n == 4 else 2.5,
        alpha=1 if n == 4 else 0.6,
        zorder=5,
    )
    ax.set(xlabel="$x$", ylim=(-4, 6), xlim=(-1.03, 1.03), xticks=[-1, 0, 1])
    ax.text(0.04, 0.94, f"$n = {n}$", transform=ax.transAxes, va="top")
axes[0].set(ylabel="$y$")
axes[1].set(yticklabels=[])
u = torch.tensor([4.0, 1200.0])
for p, ink in ((2, "C0"), (4, "C1")):
    axes[2].plot(u, p * sigma**2 / u, color=ink, lw=1, ls="--")
    axes[2].plot(n_grid, [excess[n, p].median().cpu() for n in n_grid], "o", color=ink, ms=4.5)
    axes[2].text(1250, {2: 1.05e-4, 4: 1.5e-3}[p], f"$p = {p}$", color=ink, ha="right", va="bottom")
axes[2].set(xscale="log", yscale="log", xlabel="$n$", ylabel=r"$\|\hat w - w^\star\|^2$", ylim=(8e-5, 40))
plt.show()
# --8<-- [end:figure]
