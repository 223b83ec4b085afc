# %% [markdown] lang="en"
# # Underfitting, overfitting, and the second descent
# Polynomials of growing degree are fitted to 10 noisy samples of a cubic. In the orthonormal Legendre basis the
# generalization error is known exactly: $\sigma^2 + \|\hat w - w^\star\|^2$.

# %% [markdown] lang="zh"
# # 欠拟合、过拟合与第二次下降
# 用次数逐渐升高的多项式拟合三次函数的 10 个含噪样本。在标准正交的 Legendre 基下，泛化误差可以精确算出：$\sigma^2 + \|\hat w - w^\star\|^2$。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
n, sigma, sets = 10, 0.1, 150


def legendre(x, p):
    """The first p Legendre polynomials, orthonormal for x uniform on [-1, 1]."""
    P = [torch.ones_like(x), x]
    for k in range(1, p - 1):
        P.append(((2 * k + 1) * x * P[k] - k * P[k - 1]) / (k + 1))
    return torch.stack(P[:p], -1) * torch.arange(1, 2 * p, 2, device=x.device).sqrt()


def cubic(x):
    return 5 + 1.2 * x - 3.4 * x**2 / 2 + 5.6 * x**3 / 6


# --8<-- [end:setup]

# %% --8<-- [start:measure]
sizes = [*range(1, 13), 15, 20, 30, 50, 100]  # number p of coefficients, degree p - 1
grid = torch.linspace(-1, 1, 101, device=device)
w_star = torch.zeros(max(sizes), device=device)
w_star[:4] = torch.linalg.lstsq(legendre(grid, 4), cubic(grid)[:, None]).solution[:, 0]

x, x_val = 2 * torch.rand(2, sets, n, device=device) - 1
y, y_val = (cubic(u) + sigma * torch.randn_like(u) for u in (x, x_val))
decay = (
    1 / torch.arange(1.0, max(sizes) + 1, device=device) ** 2
)  # for p > n: prefer low degrees among the interpolants
train, validation, generalization, fits = [], [], [], {}
for p in sizes:
    w = decay[:p] * (torch.linalg.pinv(legendre(x, p) * decay[:p], rtol=1e-14) @ y[..., None])[..., 0]
    train.append(((legendre(x, p) @ w[..., None])[..., 0] - y).square().mean(1))
    validation.append(((legendre(x_val, p) @ w[..., None])[..., 0] - y_val).square().mean(1))
    generalization.append(sigma**2 + (w - w_star[:p]).square().sum(1) + w_star[p:].square().sum())
    fits[p] = w
train, validation, generalization = (torch.stack(e, 1) for e in (train, validation, generalization))

print(f"median of {sets} data sets, n = {n}, sigma^2 = {sigma**2:.2f}")
print("degree   training  validation  generalization")
for degree in (0, 1, 2, 3, 5, 7, 9, 19, 99):
    column = sizes.index(degree + 1)
    a, b, c = (e[:, column].median().item() for e in (train, validation, generalization))
    print(f"{degree:6d}{'        0' if a < 1e-20 else f'{a:9.1g}':>11}{b:12.1g}{c:16.1g}")
best = generalization[:, :10].argmin(1)
print(f"data sets in which degree 3 generalizes best among 0..9: {(best == 3).double().mean():.0%}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
fresh = 2 * torch.rand(40_000, device=device) - 1  # the exact formula against a large sample, degree 3, first data set
error = (legendre(fresh, 4) @ fits[4][0] - cubic(fresh) - sigma * torch.randn_like(fresh)).square()
standard_error = error.std() / len(fresh) ** 0.5
assert (error.mean() - generalization[0, 3]).abs() < 5 * standard_error, "generalization error is sigma^2 + |w - w*|^2"
one, three, nine = (sizes.index(degree + 1) for degree in (1, 3, 9))
assert (train[:, one] >= train[:, three]).all() and (train[:, three] > train[:, nine]).all(), "nested models"
median = generalization.median(0).values
assert median.argmin() == three, "the true degree generalizes best in the median"
assert median[one] > 5 * median[three] and train[:, one].median() > 5 * sigma**2, (
    "degree 1 underfits: even its training error is high"
)
assert train[:, nine].median() < 1e-20 and median[nine] > 10, (
    "degree 9 overfits: no training error, huge generalization error"
)
assert median.argmax() == nine, "the worst of all degrees"
assert (median.diff()[three:nine] > 0).all() and (median.diff()[:three] < 0).all(), "a U up to degree n - 1"
assert validation[:, nine].median() > 1, "and the validation set shows it"
assert (best == 3).double().mean() > 0.5, "degree 3 is best in most data sets"
assert train[:, sizes.index(100)].max() < 1e-16, "all fits with p > n interpolate"
assert median[three] < median[-1] < median[nine] / 20, "beyond p = n the error falls again, here not below degree 3"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.5))
t = torch.linspace(-1, 1, 400, device=device)
spread = x.sort(1).values.diff(dim=1).min(1).values
shown = spread.argsort()[sets * 3 // 4]  # a data set without near-coincident inputs
for p, ink in ((2, "C1"), (4, "C0"), (10, "C3")):
    left.plot(t.cpu(), (legendre(t, p) @ fits[p][shown]).cpu(), color=ink, label=f"$d = {p - 1}$", lw=1.6)
left.plot(x[shown].cpu(), y[shown].cpu(), "o", color=plt.rcParams["text.color"], zorder=5, ms=4.5)
left.set(xlabel="$x$", ylabel="$y$", ylim=(0, 7.5), xlim=(-1.03, 1.03))
left.legend(loc="lower center", ncols=3, columnspacing=1, handlelength=1.3)
right.axvline(n, color="gray", lw=0.9, ls=":")
right.axhline(sigma**2, color="gray", lw=0.9, ls="--")
for e, ink, label in (
    (generalization, "C1", r"$\sigma^2 + \|\hat w - w^\star\|^2$"),
    (validation, "C2", r"$\hat R_{\mathrm{val}}$"),
    (train, "C0", r"$\hat R$"),
):
    curve = e.median(0).values.cpu()
    right.plot(sizes, curve.where(curve > 1e-12, torch.nan), "o-", color=ink, ms=3, lw=1.4, label=label)
right.text(n + 0.8, 1e-4, "$n - 1$", color="gray", fontsize=9.5)
right.text(80, sigma**2 * 1.3, r"$\sigma^2$", color="gray")
right.set(xscale="log", yscale="log", xlabel="$d$", ylim=(5e-5, 1e5))
right.set(xticks=[1, 2, 4, 10, 30, 100], xticklabels=["0", "1", "3", "9", "29", "99"])  # the axis is log(d + 1)
right.minorticks_off()
right.legend(loc="upper left", labelspacing=0.3)
plt.show()
# --8<-- [end:figure]
