# %% [markdown] lang="en"
# # Where the period doubles: thresholds to nine digits, and one constant for both maps
# A cycle of period $n$ doubles where $f^n(w) = w$ and $(f^n)'(w) = -1$: two equations for $w$ and $\eta$, solved by Newton's method.
# The intervals between thresholds shrink by a factor that tends to Feigenbaum's $4.669$ for the cubic map and for the logistic one.

# %% [markdown] lang="zh"
# # 周期在何处加倍：阈值算到九位，两个映射同一个常数
# 周期为 $n$ 的轨道在 $f^n(w) = w$、$(f^n)'(w) = -1$ 处加倍：两个方程，未知数是 $w$ 和 $\eta$，用牛顿法求解。
# 相邻阈值的间隔逐次缩小，比值趋于 Feigenbaum 常数 $4.669$；三次映射如此，logistic 映射也如此。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch

torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
feigenbaum = 4.669201609  # the universal constant of period doubling
# --8<-- [end:setup]

# %% --8<-- [start:measure]
maps = {  # f(w, eta), the first doubling (at w = 1 and at w = 0), and where to look for the second
    "scalar two-layer": (lambda w, eta: w * (1 + eta - eta * w**2), 1.0, 1.23, 0.7),
    "cubic loss": (lambda w, eta: w - eta * (w - w**2), 2.0, 2.44, 0.38),
}


def doubling(f, n, w, eta):
    """Newton's method for f^n(w) = w and (f^n)'(w) = -1 from the guess (w, eta)."""

    def power(w, eta):
        for _ in range(n):
            w = f(w, eta)
        return w

    def equations(unknowns):
        w, eta = unknowns
        return torch.stack([power(w, eta) - w, torch.func.grad(power)(w, eta) + 1])

    unknowns = torch.tensor([w, eta], device=device)
    for _ in range(6):
        unknowns = unknowns - torch.linalg.solve(torch.func.jacfwd(equations)(unknowns), equations(unknowns))
    return unknowns.tolist(), equations(unknowns).abs().max().item()


def attractor(f, eta, w, n):
    """A point of the attracting n-cycle, found by iteration."""
    for _ in range(4000 * n):
        w = f(w, eta)
    return w


thresholds, residuals = {}, []
for name, (f, first, guess, w) in maps.items():
    found = [first]
    for n in (2, 4, 8, 16):
        (w, eta), residual = doubling(f, n, attractor(f, guess, w, n), guess)
        found.append(eta)
        residuals.append(residual)
        guess = eta + 0.8 * (found[-1] - found[-2]) / feigenbaum  # inside the window of the next period
    thresholds[name] = found
    limit = found[-1] + (found[-1] - found[-2]) / (feigenbaum - 1)
    print(name)
    print("  doublings " + " ".join(f"{eta:.6f}" for eta in found) + f"   limit {limit:.4f}")
    gaps = [b - a for a, b in zip(found, found[1:])]
    print("  ratios    " + " ".join(f"{a / b:.3f}" for a, b in zip(gaps, gaps[1:])))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert max(residuals) < 1e-6, "Newton's method has converged"
for name, second in (("scalar two-layer", math.sqrt(5) - 1), ("cubic loss", math.sqrt(6))):
    eta = thresholds[name]
    assert abs(eta[1] - second) < 1e-9, f"{name}: the second doubling is the exact one"
    gaps = [b - a for a, b in zip(eta, eta[1:])]
    ratios = [a / b for a, b in zip(gaps, gaps[1:])]
    errors = [abs(ratio - feigenbaum) for ratio in ratios]
    assert errors[0] > errors[1] > errors[2] and errors[2] < 0.01, f"{name}: the ratios approach Feigenbaum's constant"
assert (
    abs(thresholds["scalar two-layer"][2] - 1.288032) < 1e-6
    and abs(thresholds["scalar two-layer"][3] - 1.299228) < 1e-6
)
assert abs(limit - 2.569946) < 1e-4, "the accumulation point of the logistic map, r = 3.569946"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.0))
for k, (name, eta) in enumerate(thresholds.items()):
    limit = eta[-1] + (eta[-1] - eta[-2]) / (feigenbaum - 1)
    ax.semilogy(
        [limit - value for value in eta],
        "os"[k],
        color=f"C{k}",
        ms=7,
        label=(r"$w(1+\eta-\eta w^2)$", r"$w-\eta(w-w^2)$")[k],
    )
    last = limit - eta[-1]
    ax.semilogy([0, 4], [last * feigenbaum**4, last], color=f"C{k}", lw=1)
ax.annotate(r"$4.669^{-k}$", (2.05, 0.045), fontsize=11)
ax.set(xlabel=r"$2^k \to 2^{k+1}$", ylabel=r"$\eta_\infty - \eta_k$")
ax.set_xticks(range(5), [rf"${2**k} \to {2 ** (k + 1)}$" for k in range(5)])
ax.legend()
plt.show()
# --8<-- [end:figure]
