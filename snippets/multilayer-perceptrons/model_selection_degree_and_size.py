# %% [markdown] lang="en"
# # Training and test loss against degree and sample size
# Exact least squares on $y = 5 + 1.2x - 3.4\frac{x^2}{2!} + 5.6\frac{x^3}{3!} + \varepsilon$. The training loss falls with the
# degree $d$ and is zero from $d = n - 1$ on; the test loss has its minimum at the true degree.

# %% [markdown] lang="zh"
# # 训练损失、测试损失与次数、样本数的关系
# 对 $y = 5 + 1.2x - 3.4\frac{x^2}{2!} + 5.6\frac{x^3}{3!} + \varepsilon$ 做精确的最小二乘。训练损失随次数 $d$ 下降，从 $d = n - 1$ 起为零；测试损失在真实次数处最小。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
sigma, n_test = 0.1, 100


def cubic(x):
    return 5 + 1.2 * x - 3.4 * x**2 / 2 + 5.6 * x**3 / 6


def losses(n, top, sets):
    """Training and test MSE of least squares for the degrees 0..top, on `sets` independent data sets.

    The powers of x are orthonormalised on the training inputs one by one (Arnoldi), so that degree 99 is as accurate
    as degree 3; the same combinations are formed at the test inputs.
    """
    x, t = torch.randn(sets, n, device=device), torch.randn(sets, n_test, device=device)
    residual = cubic(x) + sigma * torch.randn_like(x)
    test_residual = cubic(t) + sigma * torch.randn_like(t)
    Q, q, T, s = [], torch.ones_like(x), [], torch.ones_like(t)
    train, test = [], []
    for degree in range(top + 1):
        for _ in range(2 if Q else 0):  # twice is enough
            h = torch.einsum("snk,sn->sk", torch.stack(Q, -1), q) / n
            q = q - torch.einsum("snk,sk->sn", torch.stack(Q, -1), h)
            s = s - torch.einsum("snk,sk->sn", torch.stack(T, -1), h)
        norm = q.square().mean(1, keepdim=True).sqrt()
        Q.append(q / norm), T.append(s / norm)
        w = (Q[-1] * residual).mean(1, keepdim=True)  # the new coefficient; the earlier ones stay as they are
        residual, test_residual = residual - w * Q[-1], test_residual - w * T[-1]
        train.append(residual.square().mean(1)), test.append(test_residual.square().mean(1))
        q, s = x * Q[-1], t * T[-1]
    return torch.stack(train, 1), torch.stack(test, 1)


def show(value):
    return (
        "0"
        if value < 1e-20
        else f"{value:.1g}"
        if value > 100 or value < 1e-3
        else f"{value:.3f}"
        if value < 0.1
        else f"{value:.1f}"
    )


# --8<-- [end:setup]

# %% --8<-- [start:measure]
by_degree = {n: losses(n, n - 1, sets) for n, sets in ((10, 400), (20, 400), (100, 60))}
print("median loss         n = 10                n = 100")
print("degree        training    test      training    test")
for degree in (0, 1, 2, 3, 4, 6, 9, 12, 50, 98, 99):
    cells = [e[:, degree].median().item() if degree < n else None for n in (10, 100) for e in by_degree[n]]
    print(f"{degree:6d}" + "".join(f"{'' if c is None else show(c):>{w}}" for c, w in zip(cells, (16, 8, 14, 8))))
# --8<-- [end:measure]

# %% --8<-- [start:table]
n_grid = [5, 8, 12, 20, 40, 80, 160, 320]
by_size = {n: losses(n, min(9, n - 1), 400) for n in n_grid}
print("median loss    degree 1          degree 3          degree 9")
print("    n      training  test    training  test    training  test")
for n in n_grid:
    row = f"{n:5d}"
    for d in (1, 3, 9):
        for e, w in zip(by_size[n], (13 if d == 1 else 12, 6)):
            row += f"{show(e[:, d].median().item()) if d < e.shape[1] else '':>{w}}"
    print(row.rstrip())
# --8<-- [end:table]

# %% --8<-- [start:claims]
for n, (train, test) in {**by_degree, **by_size}.items():
    degree = torch.arange(train.shape[1], device=device)
    theory = sigma**2 * (1 - (degree + 1) / n)
    standard_error = train.std(0) / len(train) ** 0.5
    assert (train.diff(dim=1) <= 1e-12).all(), f"n={n}: the training loss never rises with the degree"
    assert ((train.mean(0) - theory).abs() <= 5 * standard_error + 1e-20)[3:].all(), (
        f"n={n}: sigma^2 (1 - (d+1)/n) from d=3 on"
    )
for n, (train, test) in by_degree.items():
    assert train[:, n - 1].max() < 1e-20, f"n={n}: degree n - 1 interpolates"
    assert train[:, n - 2].mean() > 0.2 * sigma**2 / n, f"n={n}: degree n - 2 does not"
    median = test.median(0).values
    assert median[3] < 1.1 * median.min() and median[:3].min() > 50 * median[3], (
        f"n={n}: degree 3 is (nearly) best, less underfits"
    )
    assert median[n - 1] > 1e4 * median[3], f"n={n}: interpolation ruins the prediction"
assert by_degree[10][1].median(0).values.argmin() == by_degree[20][1].median(0).values.argmin() == 3

train, test = ({n: e[i].median(0).values for n, e in by_size.items()} for i in (0, 1))
assert train[8][3] < train[20][3] < train[80][3] and train[20][3] < train[320][3], "more data, more training loss"
assert test[8][3] > test[20][3] > test[80][3] and test[20][3] > test[320][3], "more data, less test loss"
assert abs(test[320][3] / sigma**2 - 1) < 0.1, "both approach sigma^2"
assert min(test[n][1] for n in n_grid) > 500 * sigma**2, "degree 1: more data do not remove the bias"
t = torch.randn(10**6, device=device)  # the best line for normal inputs, from the Hermite form of the cubic
bias = (cubic(t) - (5 - 3.4 / 2) - (1.2 + 3 * 5.6 / 6) * t).square()
assert abs(bias.mean() - (1.7**2 * 2 + (5.6 / 6) ** 2 * 6)) < 5 * bias.std() / 1000, "what remains: about 11.0"
assert test[40][9] > 10 * test[40][3] and test[320][9] < 2 * sigma**2, "degree 9 needs far more data"

x = torch.randn(100, 1, device=device)  # an independent check of the recurrence: torch's own solver, degree 6
y = cubic(x)[:, 0] + sigma * torch.randn(100, device=device)
Q = torch.linalg.qr(x ** torch.arange(7, device=device))[0]
w = torch.linalg.lstsq(x ** torch.arange(7, device=device), y[:, None]).solution
assert ((y - Q @ (Q.T @ y)) - (y - (x ** torch.arange(7, device=device) @ w)[:, 0])).abs().max() < 1e-8
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(2, 2, figsize=(7.2, 6.2))
tiny = 1e-6  # below it the axis of the training loss is linear, so that zero has a place
for column, ax in enumerate(axes[0]):
    for (n, e), ink in zip(by_degree.items(), ("C1", "C2", "C0")):
        curve = e[column].median(0).values.cpu()
        p = torch.arange(1, n + 1)  # the axis is log(d + 1)
        ax.plot(p, curve, "-" if n == 100 else "o-", color=ink, ms=3.5, lw=1.6, clip_on=column == 1, label=f"$n = {n}$")
        if column == 0:
            ax.plot(n, 0, "o", color=ink, ms=7, clip_on=False, zorder=5)
            ax.axvline(n, color=ink, lw=0.8, ls=":")
    ax.axhline(sigma**2, color="gray", lw=0.9, ls="--")
    ax.set(xscale="log", xlabel="$d$", xlim=(0.94, 112))
    ax.set(xticks=[1, 2, 4, 10, 20, 100], xticklabels=["0", "1", "3", "9", "19", "99"])
    ax.minorticks_off()
axes[0, 0].set_yscale("symlog", linthresh=tiny, linscale=0.4)
axes[0, 0].set(ylim=(0, 100), yticks=[0, 1e-6, 1e-4, 1e-2, 1, 100], ylabel=r"$\hat R$")
axes[0, 1].set(yscale="log", ylim=(3e-3, 1e8), ylabel=r"$\hat R_{\mathrm{test}}$")
axes[0, 1].legend(loc="upper left")
for column, ax in enumerate(axes[1]):
    for d, ink in ((1, "C1"), (9, "C3"), (3, "C0")):
        sizes = [n for n in n_grid if n > d + (d == 9)]
        curve = torch.stack([by_size[n][column][:, d].median() for n in sizes]).cpu()
        ax.plot(sizes, curve, "o-", color=ink, ms=4, lw=1.6, label=f"$d = {d}$")
        if column == 0 and d > 1:
            u = torch.linspace(d + 1.3, 330, 300)
            ax.plot(u, sigma**2 * (1 - (d + 1) / u), color="gray", lw=0.9, ls=":")
    ax.axhline(sigma**2, color="gray", lw=0.9, ls="--")
    ax.set(xscale="log", yscale="log", xlabel="$n$", xticks=[5, 20, 80, 320], xticklabels=["5", "20", "80", "320"])
    ax.minorticks_off()
axes[1, 0].set(ylim=(5e-4, 30), ylabel=r"$\hat R$")
axes[1, 1].set(ylim=(5e-3, 1e5), ylabel=r"$\hat R_{\mathrm{test}}$")
axes[1, 1].legend(loc="upper right")
for ax in axes.flat:
    ax.text(0.02, sigma**2 * 1.25, r"$\sigma^2$", color="gray", transform=ax.get_yaxis_transform())
plt.show()
# --8<-- [end:figure]
