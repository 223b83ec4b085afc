# %% [markdown] lang="en"
# # Polynomial regression is solved exactly by linear algebra
# The model is linear in its coefficients, so the minimiser of $\|\Phi w - y\|^2$ solves $\Phi^\top\Phi w = \Phi^\top y$.
# QR finds it without squaring the condition number.

# %% [markdown] lang="zh"
# # 多项式回归可用线性代数精确求解
# 模型对系数是线性的，$\|\Phi w - y\|^2$ 的最小值点满足 $\Phi^\top\Phi w = \Phi^\top y$；用 QR 分解求解，条件数不会被平方。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
n, sigma = 100, 0.1
w_star = torch.tensor([5, 1.2, -3.4, 5.6], device=device)
x = torch.randn(n, device=device)
noise = sigma * torch.randn(n, device=device)


def features(x, degree, factorial=True):
    i = torch.arange(degree + 1.0, device=x.device)
    return x[:, None] ** i / (torch.lgamma(i + 1).exp() if factorial else 1)


def solve(Phi, y):
    Q, R = torch.linalg.qr(Phi)
    return torch.linalg.solve_triangular(R, Q.T @ y[:, None], upper=True)[:, 0]


# --8<-- [end:setup]

# %% --8<-- [start:measure]
Phi = features(x, 3)
y = Phi @ w_star + noise
w = solve(Phi, y)
mse = (Phi @ w - y).square().mean()
standard_error = sigma * torch.linalg.inv(Phi.T @ Phi).diagonal().sqrt()
print("w*    ", "".join(f"{v:8.1f}" for v in w_star.tolist()))
print("w     ", "".join(f"{v:8.1f}" for v in w.tolist()), f"  training MSE {mse:.2f}, sigma^2 {sigma**2:.2f}")
w_clean = solve(Phi, Phi @ w_star)
clean_error = (w_clean - w_star).abs().max()
print(f"without noise: largest coefficient error below 1e-10: {(clean_error < 1e-10).item()}")

four = solve(Phi[:4], y[:4])  # 4 distinct inputs, 4 coefficients: the residual is zero in spite of the noise
print(f"n = 4 noisy samples: training MSE below 1e-15: {((Phi[:4] @ four - y[:4]).square().mean() < 1e-15).item()}")
# --8<-- [end:measure]

# %% --8<-- [start:table]
degrees = range(3, 19)
f_star = Phi @ w_star
qr_error, normal_error, condition = [], [], []
for degree in degrees:  # raw powers, noise-free targets: how well are the targets reproduced?
    A = features(x, degree, factorial=False)
    by_normal_equations = torch.linalg.inv(A.T @ A) @ (A.T @ f_star)
    qr_error.append(((A @ solve(A, f_star) - f_star).norm() / f_star.norm()).item())
    normal_error.append(((A @ by_normal_equations - f_star).norm() / f_star.norm()).item())
    condition.append(torch.linalg.cond(A).item())
print("relative residual, noise-free   degree 3   degree 18")
for name, e in (("QR", qr_error), ("explicit inverse", normal_error)):
    print(
        f"{name:<29}{'< 1e-11' if e[0] < 1e-11 else '> 1e-11':>11}{'< 1e-11' if e[-1] < 1e-11 else '> 1e-9' if e[-1] > 1e-9 else '':>12}"
    )
# --8<-- [end:table]

# %% --8<-- [start:claims]
gradient = Phi.T @ (Phi @ w - y)
assert gradient.norm() < 1e-10 * (Phi.T @ y).norm(), "the gradient vanishes at the solution"
leaf = w.clone().requires_grad_()
(autograd,) = torch.autograd.grad((Phi @ leaf - y).square().sum() / 2, leaf)
assert (autograd - gradient).abs().max() < 1e-9, "autograd knows the same gradient"
assert (w - torch.linalg.pinv(Phi) @ y).abs().max() < 1e-10, "the pseudoinverse gives the same solution"
assert ((w - w_star).abs() < 5 * standard_error).all(), "coefficients within 5 standard errors of the truth"
p = 4
assert abs(n * mse / sigma**2 - (n - p)) < 5 * (2 * (n - p)) ** 0.5, (
    "RSS / sigma^2 is chi-squared with n - p degrees of freedom"
)
bump = torch.randn(1000, p, device=device) * standard_error
assert ((Phi @ (w + bump).T - y[:, None]).square().mean(0) > mse).all(), "every other w is worse"
assert clean_error < 1e-10, "without noise the coefficients are recovered"
assert (Phi[:4] @ four - y[:4]).square().mean() < 1e-15, "four points, four coefficients: interpolation"
assert abs(torch.linalg.cond(Phi.T @ Phi) / torch.linalg.cond(Phi) ** 2 - 1) < 1e-6, (
    "the normal equations square the condition number"
)
assert max(qr_error) < 1e-11, "QR reproduces the targets at every degree"
assert normal_error[-1] > 1e-9, "the explicit inverse does not"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.3))
t = torch.linspace(x.min(), x.max(), 300, device=device)
left.plot(t.cpu(), (features(t, 3) @ w).cpu(), color="C0")
left.plot(x.cpu(), y.cpu(), "o", color="C1", ms=3.5, alpha=0.7)
left.set(xlabel="$x$", ylabel="$y$")
right.plot(condition, normal_error, "o-", color="C1", lw=1.2)
right.plot(condition, qr_error, "o-", color="C0", lw=1.2)
right.text(20, 3e-8, r"$(\Phi^\top\Phi)^{-1}\Phi^\top y$", color="C1")
right.text(1e6, 1e-15, r"$Q R$", color="C0")
right.set(xscale="log", yscale="log", xlabel=r"$\kappa(\Phi)$", ylabel=r"$\|\Phi w - f^\star\|\,/\,\|f^\star\|$")
plt.show()
# --8<-- [end:figure]
