# %% [markdown] lang="en"
# # L1 subtracts, L2 divides
# For orthonormal inputs each coefficient is on its own: the lasso gives $\mathrm{sign}(z)\max(|z|-\lambda, 0)$,
# ridge regression $z/(1+\lambda)$.

# %% [markdown] lang="zh"
# # L1 做减法，L2 做除法
# 输入正交归一时，各系数互不相干：lasso 给出 $\mathrm{sign}(z)\max(|z|-\lambda, 0)$，岭回归给出 $z/(1+\lambda)$。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
z = torch.tensor([3.0, 0.5, -0.2, -2.0], device=device)  # the least-squares coefficients
X = torch.linalg.qr(torch.randn(30, 4, device=device))[0]
y = X @ z
lams = torch.linspace(0, 3.5, 36, device=device)[:, None]
# --8<-- [end:setup]

# %% --8<-- [start:measure]
lasso = torch.zeros(len(lams), 4, device=device)
ridge = torch.zeros_like(lasso)
for _ in range(500):  # gradient descent with step 0.3 on |y - Xw|^2 / 2 plus the penalty
    u = lasso - 0.3 * (lasso @ X.T - y) @ X
    lasso = u.sign() * (u.abs() - 0.3 * lams).clamp(min=0)
    ridge = ridge - 0.3 * ((ridge @ X.T - y) @ X + lams * ridge)

for name, w in (("z", z), ("L1, lambda = 1", lasso[10]), ("L2, lambda = 1", ridge[10])):
    print(f"{name:<15}", "".join(f"{value:7.2f}" for value in (w + 0.0).tolist()))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert (lasso - z.sign() * (z.abs() - lams).clamp(min=0)).abs().max() < 1e-12, "soft thresholding"
assert (ridge - z / (1 + lams)).abs().max() < 1e-12, "proportional shrinkage"
apart = (lams - z.abs()).abs() > 1e-9  # at lambda = |z| rounding decides
assert torch.equal((lasso == 0)[apart], (lams > z.abs())[apart]), "exact zeros from lambda = |z| on"
assert (ridge != 0).all(), "no exact zero at any lambda"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, sharey=True, figsize=(7.2, 3.3))
lam = lams[:, 0].cpu()
labels = (r"$\mathrm{sign}(z)\,\max(|z|-\lambda,\,0)$", r"$z\,/\,(1+\lambda)$")
theories = (z.sign() * (z.abs() - lams).clamp(min=0), z / (1 + lams))
for ax, w, theory, label in zip(axes, (lasso, ridge), theories, labels):
    for i in range(4):
        ax.plot(lam, theory[:, i].cpu(), color=f"C{i}")
        ax.plot(lam[::2], w[::2, i].cpu(), "o", color=f"C{i}", ms=3.5)
    ax.axhline(0, color="gray", lw=0.8, ls=":")
    ax.text(3.4, 2.5, label, ha="right", fontsize=11)
    ax.set(xlabel=r"$\lambda$", xlim=(0, 3.5))
axes[0].set(ylabel="$w_i$")
plt.show()
# --8<-- [end:figure]
