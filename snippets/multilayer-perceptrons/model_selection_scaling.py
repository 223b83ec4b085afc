# %% [markdown] lang="en"
# # Dividing by $i!$ tames the largest eigenvalue, not the condition number
# Gradient descent on the mean squared error is stable for $\eta < 2/\lambda_{\max}$, $\lambda_{\max}$ the largest eigenvalue of
# $\frac2n\Phi^\top\Phi$; how fast it converges is up to the condition number. An orthogonal basis mends both.

# %% [markdown] lang="zh"
# # 除以 $i!$ 压低的是最大特征值，不是条件数
# 对均方误差做梯度下降，$\eta < 2/\lambda_{\max}$ 时稳定，$\lambda_{\max}$ 是 $\frac2n\Phi^\top\Phi$ 的最大特征值；收敛快慢则由条件数决定。正交基两样都能改善。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
n, sigma, sets, eta = 100, 0.1, 20, 0.01


def recurrence(x, a, b):
    """Polynomials with P_0 = 1, P_1 = x and P_{k+1} = a(k) x P_k - b(k) P_{k-1}, degrees 0..19."""
    P = [torch.ones_like(x), x]
    for k in range(1, 19):
        P.append(a(k) * x * P[k] - b(k) * P[k - 1])
    return torch.stack(P, -1)


def unit(Phi):  # columns of mean square 1
    return Phi / Phi.square().mean(-2, keepdim=True).sqrt()


def designs(x):
    i = torch.arange(20.0, device=x.device)
    raw = x[..., None] ** i
    low, high = x.amin(-1, keepdim=True), x.amax(-1, keepdim=True)
    u = (2 * x - low - high) / (high - low)  # to [-1, 1]
    centred = (raw - raw.mean(-2, keepdim=True)) / raw.std(-2, keepdim=True)
    centred[..., 0] = 1  # the constant column stays
    return {
        "x^i": raw,
        "x^i / i!": raw / torch.lgamma(i + 1).exp(),
        "standardised x^i": centred,
        "u^i": unit(u[..., None] ** i),
        "Legendre(u)": unit(recurrence(u, lambda k: (2 * k + 1) / (k + 1), lambda k: k / (k + 1))),
        "Chebyshev(u)": unit(recurrence(u, lambda k: 2, lambda k: 1)),
        "QR": torch.linalg.qr(raw).Q * n**0.5,
    }


# --8<-- [end:setup]

# %% --8<-- [start:measure]
x = torch.randn(sets, n, device=device)  # the book's inputs, 20 data sets
spaced = torch.linspace(-1, 1, n, device=device)[None]
y = 5 + 1.2 * x - 3.4 * x**2 / 2 + 5.6 * x**3 / 6 + sigma * torch.randn_like(x)
spectrum = {}
for inputs in (x, spaced):
    for name, Phi in designs(inputs).items():
        s = torch.linalg.svdvals(Phi)
        spectrum[name, len(inputs)] = 2 * s[:, 0] ** 2 / n, s[:, 0] / s[:, -1]
print("degree 19, n = 100    normal inputs (median)      equispaced on [-1, 1]")
print("                      lambda_max   condition      lambda_max   condition")
for name in designs(x):
    cells = [v.median().item() for count in (sets, 1) for v in spectrum[name, count]]
    shown = [
        f"{c:.0e}" if c < 1e15 or k % 2 == 0 else "> 1e15" for k, c in enumerate(cells)
    ]  # beyond, rounding decides
    print(f"{name:<20}" + "".join(f"{c:>{w}}" for c, w in zip(shown, (12, 12, 16, 12))))
# --8<-- [end:measure]

# %% --8<-- [start:train]
steps = sorted({round(10 ** (k / 8)) for k in range(25)})  # 1 ... 1000
powers = torch.arange(20, device=device)


def descend(Phi, eta, dtype):
    """Full-batch gradient descent from zero, all designs and data sets at once; training MSE after each of `steps`."""
    Phi, target = Phi.to(dtype), y.to(dtype)[..., None]
    H, b = 2 / n * Phi.mT @ Phi, 2 / n * Phi.mT @ target
    w, history = torch.zeros_like(b), []
    for step in range(1, steps[-1] + 1):
        w = w - eta * (H @ w - b)
        if step in steps:
            history.append((Phi @ w - target).square().mean((-2, -1)))
    return torch.stack(history)


Phi = designs(x)
cases = [("x^i", 19), ("x^i / i!", 19), ("x^i", 3), ("x^i / i!", 3), ("QR", 19)]
fixed = descend(torch.stack([Phi[name] * (powers <= d) for name, d in cases]), eta, torch.float32)
lambda_max = torch.stack([spectrum[name, sets][0] for name in Phi])[..., None, None]
fastest = descend(torch.stack(list(Phi.values())), 1 / lambda_max, torch.float64)
minimum = descend(Phi["QR"], 0.5, torch.float64)[-1]  # orthonormal: one step with eta = 1/2 is the exact solution

print(f"training MSE (median of {sets} data sets)        100 steps   1000 steps")
for (name, d), loss in zip(cases, fixed.median(2).values.T):
    cells = [f"{loss[steps.index(t)]:.1g}" for t in (100, 1000)]
    print(f"degree {d:2d}  {name:<18}eta = {eta:<12}{cells[0]:>12}{cells[1]:>13}")
for name, loss in zip(Phi, fastest.median(2).values.T):
    print(f"degree 19  {name:<18}eta = 1/lambda_max{loss[steps.index(100)]:12.1g}{loss[-1]:13.1g}")
print(f"degree 19  exact minimum{minimum.median():37.1g}{minimum.median():13.1g}")
# --8<-- [end:train]

# %% --8<-- [start:claims]
assert not fixed[-1, 0].isfinite().any(), "with raw powers of degree 19 gradient descent overflows"
for k, (name, d) in enumerate(cases[1:], 1):
    stable = eta < 2 / (2 / n * torch.linalg.matrix_norm(Phi[name][..., : d + 1], 2) ** 2)
    assert stable.float().mean() > 0.5 and fixed[-1, k, stable].isfinite().all(), (
        "below 2 / lambda_max nothing overflows"
    )
lam, cond = ({name: spectrum[name, sets][i] for name in Phi} for i in (0, 1))
assert lam["x^i"].median() > 1e9 * lam["x^i / i!"].median(), (
    "1/i! lowers the largest eigenvalue by many orders of magnitude"
)
assert (lam["x^i"] > 1e3 * 2 / eta).all() and (lam["x^i / i!"] < 2 / eta).all(), (
    "which decides whether eta = 0.01 is stable"
)
last = torch.linalg.qr(Phi["x^i / i!"]).R[:, -1, -1].abs()  # not below the smallest singular value
assert ((lam["x^i / i!"] * n / 2).sqrt() / last > cond["x^i"]).all(), "but the condition number gets worse"
assert (cond["Legendre(u)"] < cond["u^i"] / 10).all() and (cond["QR"] < 1 + 1e-6).all(), (
    "an orthogonal basis improves it"
)
exact = {name: spectrum[name, 1][1].item() for name in Phi}
assert exact["Legendre(u)"] < 10 and exact["Chebyshev(u)"] < 10 and exact["x^i"] > 1e6, "equispaced inputs"
raw3, scaled3 = (fixed[steps.index(422), cases.index((name, 3))] for name in ("x^i", "x^i / i!"))
assert raw3.median() < scaled3.median(), "for degree 3 the raw powers learn faster"
final = dict(zip(Phi, fastest[-1].median(1).values))
assert final["x^i"] > 100 * final["x^i / i!"] and final["QR"] < 1.001 * minimum.median()
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.8), width_ratios=[1.15, 1])
labels = ["$x^i$", "$x^i/i!$", r"$(x^i - \mu_i)/s_i$", "$u^i$", "$P_i(u)$", "$T_i(u)$", "$QR$"]
place = torch.arange(len(labels), 0, -1.0)
for shift, ink, values, symbol in ((0.2, "C1", cond, r"$\kappa(\Phi)$"), (-0.2, "C0", lam, r"$\lambda_{\max}$")):
    left.barh(
        place + shift, [values[name].median().item() - 0.5 for name in Phi], 0.36, left=0.5, color=ink, label=symbol
    )
left.set(xscale="log", xlim=(0.5, 1e20), yticks=place, yticklabels=labels, xticks=[1, 1e6, 1e12, 1e18])
left.grid(axis="y", visible=False)
left.legend(loc="lower right")
curves = {
    "x^i": ("C5", labels[0]),
    "u^i": ("C1", labels[3]),
    "x^i / i!": ("C2", labels[1]),
    "Chebyshev(u)": ("C3", labels[5]),
    "QR": ("C0", labels[6]),
}
for name, (ink, label) in curves.items():
    right.plot(steps, fastest[:, list(Phi).index(name)].median(1).values.cpu(), color=ink, label=label)
right.axhline(sigma**2, color="gray", lw=0.9, ls="--")
right.set(xscale="log", yscale="log", xlabel="$t$", ylabel=r"$\hat R$", ylim=(5e-3, 100))
right.legend(loc="upper right", fontsize=8.5, bbox_to_anchor=(1, 0.87), labelspacing=0.25)
plt.show()
# --8<-- [end:figure]
