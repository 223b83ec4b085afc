# %% [markdown] lang="en"
# # Weight decay is the gradient of half the squared norm
# `weight_decay=wd` adds $\lambda\mathbf w$ with $\lambda =$ `wd` to the gradient, so that it minimises
# $L(\mathbf w) + \frac\lambda2\|\mathbf w\|^2$. In linear regression each singular direction of the data is
# multiplied by $s_i^2/(s_i^2 + n\lambda)$.

# %% [markdown] lang="zh"
# # 权重衰减就是半个平方范数的梯度
# `weight_decay=wd` 在梯度上加 $\lambda\mathbf w$（$\lambda$ 即 `wd`），
# 因而最小化的是 $L(\mathbf w) + \frac\lambda2\|\mathbf w\|^2$。
# 在线性回归中，数据的每个奇异方向都乘以 $s_i^2/(s_i^2 + n\lambda)$。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
n, d, eta, lam = 40, 6, 0.1, 0.5
s = torch.tensor([20.0, 10.0, 5.0, 2.0, 1.0, 0.5], device=device)  # well and badly determined directions
U, V = (torch.linalg.qr(torch.randn(rows, d, device=device))[0] for rows in (n, d))
X = U * s @ V.T
y = X @ torch.ones(d, device=device) + torch.randn(n, device=device)
w0, b0 = torch.randn(d, device=device), torch.randn(1, device=device)
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def one_step(weight_decay=0.0, bias_decay=0.0, penalty=lambda w: 0.0, data=1.0):
    w, b = w0.clone().requires_grad_(), b0.clone().requires_grad_()
    groups = [{"params": [w], "weight_decay": weight_decay}, {"params": [b], "weight_decay": bias_decay}]
    optimizer = torch.optim.SGD(groups, lr=eta)
    (data * ((X @ w + b - y) ** 2).mean() / 2 + penalty(w)).backward()
    optimizer.step()
    return w.detach(), b.detach()


plain, plain_bias = one_step()
decayed, decayed_bias = one_step(weight_decay=lam)
half, _ = one_step(penalty=lambda w: lam / 2 * (w**2).sum())
full, _ = one_step(penalty=lambda w: lam * (w**2).sum())
norm, _ = one_step(penalty=lambda w: lam * w.norm())
no_data, _ = one_step(weight_decay=lam, data=0.0)

# Gradient descent to the end, and the closed form of ridge regression
w = w0.clone()
for _ in range(1000):
    w -= eta * (X.T @ (X @ w - y) / n + lam * w)
ridge = torch.linalg.solve(X.T @ X + n * lam * torch.eye(d, device=device), X.T @ y)
least_squares = torch.linalg.lstsq(X, y[:, None]).solution[:, 0]
shrink = (V.T @ w) / (V.T @ least_squares)

same = {True: "same", False: "different"}
print("SGD step with weight_decay = lambda, and on an explicit penalty")
for penalty, other in {"lambda/2 |w|^2": half, "lambda |w|^2": full, "lambda |w|": norm}.items():
    print(f"  {penalty:<16}{same[bool((decayed - other).abs().max() < 1e-12)]}")
print(f"no data gradient: w_1 / w_0 = {(no_data / w0).mean():.2f}\n")
print("  s_i   measured   s_i^2 / (s_i^2 + n lambda)")
for s_i, factor in zip(s.tolist(), shrink.tolist()):
    print(f"{s_i:5.1f}{factor:11.4f}{s_i**2 / (s_i**2 + n * lam):11.4f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert (decayed - half).abs().max() < 1e-12, "weight_decay is the penalty lambda/2 |w|^2"
assert (one_step(weight_decay=2 * lam)[0] - full).abs().max() < 1e-12, "lambda |w|^2 is twice as strong"
assert (decayed - (plain - eta * lam * w0)).abs().max() < 1e-12, (
    "w - eta (g + lambda w), where w - eta g is the plain step"
)
assert (norm - (plain - eta * lam * w0 / w0.norm())).abs().max() < 1e-12, "|w| pulls with constant force"
assert torch.equal(decayed_bias, plain_bias), "a group with weight_decay=0 is left alone"
everything = one_step(weight_decay=lam, bias_decay=lam)[1]
assert (everything - (plain_bias - eta * lam * b0)).abs().max() < 1e-12, "otherwise the bias decays too"

w_k = w0.clone().requires_grad_()
optimizer = torch.optim.SGD([w_k], lr=eta, weight_decay=lam)
w_k.grad = torch.zeros_like(w_k)
for _ in range(50):
    optimizer.step()
assert (w_k.detach() / w0 - (1 - eta * lam) ** 50).abs().max() < 1e-12, "without data, geometric decay"

assert (w - ridge).abs().max() < 1e-10, "gradient descent ends at the closed form"
assert (shrink - s**2 / (s**2 + n * lam)).abs().max() < 1e-8, "one factor per singular direction"

w_k = torch.zeros(d, device=device)
for _ in range(20):
    w_k -= eta * X.T @ (X @ w_k - y) / n
early = (V.T @ w_k) / (V.T @ least_squares)
assert (early - (1 - (1 - eta * s**2 / n) ** 20)).abs().max() < 1e-8, "stopping early from 0 shrinks without a penalty"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2)
k = torch.arange(31)
for ink, product in enumerate((0.05, 0.2, 1.5)):
    left.plot(k, (1 - product) ** k, color=f"C{ink}", marker="o", ms=3, lw=1.2, label=rf"$\eta\lambda={product}$")
left.axhline(0, color="gray", lw=0.8, ls=":")
left.legend()
left.set(xlabel="$k$", ylabel=r"$w_k\,/\,w_0$", xlim=(0, 30))

grid = torch.logspace(-1, 2, 61)
for ink, strength in enumerate((0.05, lam, 5.0)):
    right.plot(grid, grid**2 / (grid**2 + n * strength), color=f"C{ink}", label=rf"$\lambda={strength}$")
right.plot(s.cpu(), shrink.cpu(), "o", color="C1")
right.set(xscale="log", xlabel="$s_i$", ylabel=r"$s_i^2\,/\,(s_i^2+n\lambda)$", ylim=(-0.03, 1.03), xlim=(0.1, 100))
right.legend(loc="upper left")
plt.show()
# --8<-- [end:figure]
