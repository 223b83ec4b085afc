# %% [markdown] lang="en"
# # Products of matrices: bounds hold for singular values, not for eigenvalues
# $\sigma_{\min}(A)\sigma_{\min}(B) \le \sigma_i(AB) \le \sigma_{\max}(A)\sigma_{\max}(B)$, so condition numbers
# multiply at worst; over many Gaussian factors they really do grow exponentially.

# %% [markdown] lang="zh"
# # 矩阵乘积：奇异值有界，特征值没有
# $\sigma_{\min}(A)\sigma_{\min}(B) \le \sigma_i(AB) \le \sigma_{\max}(A)\sigma_{\max}(B)$，所以条件数至多相乘；
# 许多高斯矩阵相乘，条件数确实按指数增长。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
A, B = torch.randn(2, 500, 6, 6, device=device)
s_A, s_B, s_AB = (torch.linalg.svdvals(T) for T in (A, B, A @ B))  # in descending order
eigenvalues = torch.linalg.eigvals(A @ B).abs()
S, T = A @ A.mT, B @ B.mT  # positive semidefinite pairs
l_S, l_T, l_ST = torch.linalg.eigvalsh(S), torch.linalg.eigvalsh(T), torch.linalg.eigvals(S @ T)

N = torch.tensor([[0.0, 1.0], [0.0, 0.0]], device=device)
nilpotent = [torch.linalg.eigvals(m).abs().max().item() for m in (N, N.mT, N @ N.mT)]
print("spectral radius of A, A^T, A A^T with A = [[0, 1], [0, 0]]:", *nilpotent)
radius = [torch.linalg.eigvals(m).abs().max(1).values for m in (A, B, A @ B)]
broken = (radius[2] > radius[0] * radius[1]).double().mean()
exceeds = (s_AB[:, 0] > s_A[:, 0] * s_B[:, 0]).double().mean()
print(f"random 6 x 6 pairs with radius(AB) > radius(A) radius(B): {broken:.0%}   the same for sigma_max: {exceeds:.0%}")
# --8<-- [end:measure]

# %% --8<-- [start:table]
n, L, chains = 32, 50, 10
G = torch.randn(L, chains, n, n, device=device)
kinds = {
    "Gaussian": G / n**0.5,
    "residual": torch.eye(n, device=device) + G / (n * L) ** 0.5,
    "orthogonal": torch.linalg.qr(G).Q,
}
kappa, bound = {}, {}  # log10 of the condition number of the product, of the product of condition numbers
for name, factors in kinds.items():
    inverses = torch.linalg.inv(factors)
    P = R = torch.eye(n, device=device)
    path = []
    for M, inverse in zip(factors, inverses):
        P, R = M @ P, R @ inverse  # the inverse keeps the small singular values that rounding would destroy in P
        path.append((torch.linalg.matrix_norm(P, 2) * torch.linalg.matrix_norm(R, 2)).log10())
    kappa[name] = torch.stack(path).cpu()
    bound[name] = torch.linalg.cond(factors).log10().cumsum(0).cpu()
rate = (torch.digamma(torch.tensor(n / 2)) - torch.digamma(torch.tensor(0.5))).item() / 2 / math.log(10)
print(
    f"log10 of the condition number, mean of {chains} products (theory for the Gaussian slope: {rate:.2f} per factor)"
)
print("factors           1     10     20     50    bound at 50")
for name, path in kappa.items():
    print(
        f"{name:<12}",
        *[f"{path[k - 1].mean() + 1e-9:6.1f}" for k in (1, 10, 20, 50)],
        f"{bound[name][-1].mean() + 1e-9:10.1f}",
    )
# --8<-- [end:table]

# %% --8<-- [start:claims]
eps = 1e-9 * s_A[:, :1] * s_B[:, :1]  # far above rounding, far below the quantities
assert (s_AB <= s_A[:, :1] * s_B[:, :1] + eps).all(), "upper bound"
assert (s_AB >= s_A[:, -1:] * s_B[:, -1:] - eps).all(), "lower bound"
assert (eigenvalues <= s_A[:, :1] * s_B[:, :1] + eps).all() and (eigenvalues >= s_A[:, -1:] * s_B[:, -1:] - eps).all()
horn = (s_A.log() + s_B.log() - s_AB.log()).cumsum(1)
assert (horn >= -1e-6).all() and horn[:, -1].abs().max() < 1e-6, (
    "Horn's inequalities, with equality for the determinant"
)
eps = 1e-9 * l_S[:, -1:] * l_T[:, -1:]
assert (l_ST.imag.abs() <= eps).all(), "the eigenvalues of a product of semidefinite matrices are real"
assert (l_ST.real <= l_S[:, -1:] * l_T[:, -1:] + eps).all() and (l_ST.real >= l_S[:, :1] * l_T[:, :1] - eps).all()
assert nilpotent == [0, 0, 1] and 0 < broken, "no such bound holds for eigenvalues"

assert kappa["orthogonal"].abs().max() < 1e-9, "orthogonal factors: condition number 1"
assert kappa["Gaussian"][9].min() > 7 and kappa["residual"].max() < 3
assert all((kappa[name] <= bound[name] + 1e-6).all() for name in kinds), "condition numbers multiply at worst"
slope = (kappa["Gaussian"][-1] - kappa["Gaussian"][9]).mean() / (L - 10)
variance = torch.polygamma(1, torch.tensor([n / 2, 0.5])).sum() / 4 / math.log(10) ** 2  # of one factor
assert abs(slope - rate) < 5 * (variance / (L - 10) / chains).sqrt(), "Gaussian slope"
assert (bound["residual"][-1] > 6).all(), "for residual factors the bound is far from the truth"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.4))
k = torch.arange(1, L + 1)
rows = {
    "Gaussian": ("C1", r"$\mathcal{N}(0, \frac{1}{n})$"),
    "residual": ("C0", r"$I + \frac{1}{\sqrt{nL}}\,G$"),
    "orthogonal": ("C2", r"$Q^\top Q = I$"),
}
for name, (ink, label) in rows.items():
    gaussian = name == "Gaussian"
    ax.plot(k, kappa[name][9].mean() + rate * (k - 10) if gaussian else kappa[name].mean(1), color=ink)
    ax.plot(k, kappa[name], "o", color=ink, ms=2, alpha=0.35, rasterized=True)
    shift = {"Gaussian": 0, "residual": 2.5, "orthogonal": -2.5}[name]
    ax.text(51.5, kappa[name][-1].mean() + shift, label, color=ink, va="center")
ax.axhline(-math.log10(2.0**-53), color="gray", lw=1, ls=(0, (4, 2)))
ax.text(1, 17, r"$2^{53}$", color="gray", va="bottom")
ax.set(
    xlabel="$k$",
    ylabel=r"$\log_{10} \kappa(M_k \cdots M_1)$",
    xlim=(0, 64),
    ylim=(-5, 58),
    xticks=[1, 10, 20, 30, 40, 50],
)
plt.show()
# --8<-- [end:figure]
