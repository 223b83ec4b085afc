# %% [markdown] lang="en"
# # Vanishing and exploding gradients are products of many matrices
# A product of $k$ random matrices grows or shrinks like $e^{k\lambda}$; for independent standard Gaussian $n \times n$
# matrices the $n$ rates are $\lambda_i = \frac12\bigl(\ln 2 + \psi(\frac{n-i+1}{2})\bigr)$.

# %% [markdown] lang="zh"
# # 梯度消失与梯度爆炸：许多矩阵连乘
# $k$ 个随机矩阵之积按 $e^{k\lambda}$ 增大或缩小；元素为独立标准正态的 $n \times n$ 矩阵，
# $n$ 个速率是 $\lambda_i = \frac12\bigl(\ln 2 + \psi(\frac{n-i+1}{2})\bigr)$。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
n, factors, chains = 4, 100, 200
M = torch.randn(factors, chains, n, n, device=device)
orthogonal = torch.linalg.qr(M).Q
norms = {}  # log10 of the Frobenius norm after k factors
for name, step in {"N(0, 1)": M, "N(0, 1/n)": M / n**0.5, "orthogonal": orthogonal}.items():
    P, path = torch.eye(n, device=device), []
    for k in range(factors):
        P = step[k] @ P
        path.append(torch.linalg.matrix_norm(P).log10())
    norms[name] = torch.stack(path).cpu()

Q, rates = torch.eye(n, device=device).expand(chains, n, n), []
for k in range(factors):  # M_k Q = Q' R: the diagonal of R is the stretch of each direction
    Q, R = torch.linalg.qr(M[k] @ Q)
    rates.append(R.diagonal(dim1=1, dim2=2).abs().log())
rates = torch.stack(rates).cpu()  # factor, chain, direction
half = torch.arange(n, 0, -1) / 2
theory = (math.log(2) + torch.digamma(half)) / 2
rate_error = (torch.polygamma(1, half) / 4 / (factors * chains)).sqrt()

print("product of 100 random 4 x 4 matrices: log10 of the norm")
for name, path in norms.items():
    print(f"{name:<12}{path[-1].mean():6.1f} +- {path[-1].std():.1f}")
print("growth rates of the directions, N(0, 1) ", " ".join(f"{r:6.2f}" for r in rates.mean((0, 1))))
print("theory                                  ", " ".join(f"{r:6.2f}" for r in theory))
# --8<-- [end:measure]

# %% --8<-- [start:table]
depth, width, seeds = 20, 128, 5
arms = {  # activation, standard deviation of the weights
    "sigmoid": (torch.sigmoid, width**-0.5),
    "tanh": (torch.tanh, width**-0.5),
    "ReLU": (torch.relu, width**-0.5),
    "ReLU, He": (torch.relu, (2 / width) ** 0.5),
    "ReLU, 0.01": (torch.relu, 0.01),
}
draws = torch.randn(depth, seeds, width, width, device=device)  # every arm scales the same draws
x, readout = torch.randn(seeds, 64, width, device=device), torch.randn(seeds, width, 1, device=device)
gradients = {}  # norm of dL/dW of each layer
for name, (f, sigma) in arms.items():
    W = (sigma * draws).requires_grad_()
    h = x
    for layer in W:
        h = f(h @ layer)
    loss = (h @ readout).mean() * width**-0.5
    gradients[name] = torch.linalg.matrix_norm(torch.autograd.grad(loss, W)[0]).cpu()

print("20 layers    |dL/dW_1| : |dL/dW_20|    |dL/dW_20|   (geometric means of 5 seeds)")
for name, norm in gradients.items():
    first, last = norm[0].log10().mean(), norm[-1].log10().mean()
    print(f"{name:<12}{f'10^{first - last:.1f}':>18}{f'10^{last:.1f}':>22}")
# --8<-- [end:table]

# %% --8<-- [start:claims]
assert ((rates.mean((0, 1)) - theory).abs() < 5 * rate_error).all(), "the rates are (ln 2 + psi((n - i + 1)/2)) / 2"
grown = norms["N(0, 1)"][-1] * math.log(10)
assert (grown >= rates[..., 0].sum(0) - 1e-9).all(), "the norm is at least the stretch of one direction"
assert theory[0] > 0 > theory[-1], "the same product explodes in one direction and vanishes in another"
assert norms["N(0, 1)"][-1].mean() > 20 and norms["N(0, 1/n)"][-1].mean() < -3
assert (norms["orthogonal"] - math.log10(2)).abs().max() < 1e-9, "orthogonal factors keep the norm at sqrt(4)"

ratio = {name: norm[0] / norm[-1] for name, norm in gradients.items()}
assert ratio["sigmoid"].max() < 1e-8, "sigmoid: the first layer receives almost nothing"
for name in ("tanh", "ReLU", "ReLU, He", "ReLU, 0.01"):
    assert 1e-3 < ratio[name].min() and ratio[name].max() < 1e3, f"{name}: no layer is cut off from the others"
for name in ("ReLU, He", "ReLU, 0.01"):
    assert (ratio[name] / ratio["ReLU"] - 1).abs().max() < 1e-9, "for ReLU the scale changes all layers alike"
assert gradients["ReLU, 0.01"].max() < 1e-15, "but with small weights it is the same nothing"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.5))
k = torch.arange(1, factors + 1)
rows = [("N(0, 1)", "C1", theory[0]), ("N(0, 1/n)", "C0", theory[0] - math.log(n) / 2), ("orthogonal", "C2", 0)]
for name, ink, rate in rows:
    left.plot(k, norms[name][:, :12], color=ink, lw=0.7, alpha=0.45)
    left.plot(k, math.log10(2) + float(rate) * k / math.log(10), color=ink, lw=2)
left.plot(k, rates[:, :12, -1].cumsum(0) / math.log(10), color="C1", lw=0.7, alpha=0.45)
left.plot(k, float(theory[-1]) * k / math.log(10), color="C1", lw=2, ls=(0, (3, 2)))
left.text(40, 19.5, r"$\mathcal{N}(0, 1)$", color="C1", ha="right")
left.text(4, -28, r"$\mathcal{N}(0, 1),\ \min$", color="C1")
left.text(99, -12, r"$\mathcal{N}(0, \frac{1}{4})$", color="C0", ha="right", va="center")
left.text(99, 3.4, r"$Q^\top Q = I$", color="C2", ha="right", va="center")
left.set(xlabel="$k$", ylabel=r"$\log_{10} \|M_k \cdots M_1\|$", xlim=(0, 100))
layer = torch.arange(1, depth + 1)
styles = {"sigmoid": "C1", "tanh": "C2", "ReLU": "C0", "ReLU, He": "C3", "ReLU, 0.01": "C4"}
labels = {
    "sigmoid": (10.3, -6.6, r"$\sigma$"),
    "tanh": (20.6, 0.0, r"$\tanh$"),
    "ReLU": (20.6, 0.0, r"ReLU, $\frac{1}{n}$"),
    "ReLU, He": (20.6, 0.0, r"ReLU, $\frac{2}{n}$"),
    "ReLU, 0.01": (20.6, 0.0, r"ReLU, $0.01^2$"),
}
for name, norm in gradients.items():
    right.plot(layer, norm.log10(), "o", color=styles[name], ms=2.5, alpha=0.35, rasterized=True)
    right.plot(layer, norm.log10().mean(1), color=styles[name])
    u, shift, label = labels[name]
    right.text(u, norm[-1].log10().mean() + shift, label, color=styles[name], va="center", fontsize=9)
right.set(
    xlabel=r"$\ell$", ylabel=r"$\log_{10} \|\partial L/\partial W_\ell\|$", xlim=(0.5, 29), xticks=[1, 5, 10, 15, 20]
)
plt.show()
# --8<-- [end:figure]
