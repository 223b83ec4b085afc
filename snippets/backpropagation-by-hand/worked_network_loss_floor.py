# %% [markdown] lang="en"
# # The floor of the loss when a target lies outside the output's range
# A sigmoid output cannot be negative: with $y_2 = -0.07$ the loss stays above $\frac12\cdot 0.07^2 = 0.00245$
# and approaches it like $1/(\eta K t)$. A linear output reaches 0 exponentially.

# %% [markdown] lang="zh"
# # 目标值超出输出的值域时，损失有一个下界
# sigmoid 输出不可能为负：$y_2 = -0.07$ 时，损失始终高于 $\frac12\cdot 0.07^2 = 0.00245$，
# 并以 $1/(\eta K t)$ 的速度趋近它。换成线性输出，损失按指数速度降到 0。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
x = torch.tensor([[0.5], [0.3]], device=device)  # vectors are columns
y = torch.tensor([[0.23], [-0.07]], device=device)
start = torch.tensor([[[0.2, 0.5], [-0.4, 0.6]], [[0.1, -0.3], [-0.5, 0.8]]], device=device)
floor, eta, steps = 0.07**2 / 2, 1.0, 10000
# --8<-- [end:setup]

# %% --8<-- [start:train]
W1, W2 = start
outputs, K = [], []
for t in range(steps + 1):
    h = torch.sigmoid(W1 @ x)
    p = torch.sigmoid(W2 @ h)
    outputs.append(p)
    v = W2[1:].T * h * (1 - h)
    K.append((h * h).sum() + (v * v).sum() * (x * x).sum())  # squared norm of the gradient of o2
    delta2 = (p - y) * p * (1 - p)
    delta1 = (W2.T @ delta2) * h * (1 - h)
    W1, W2 = W1 - eta * delta1 @ x.T, W2 - eta * delta2 @ h.T
sigmoid_output = ((torch.stack(outputs) - y) ** 2).sum((1, 2)) / 2
K = torch.stack(K).cumsum(0)

W1, W2 = start
linear_output = []
for t in range(101):
    h = torch.sigmoid(W1 @ x)
    delta2 = W2 @ h - y
    linear_output.append((delta2**2).sum() / 2)
    delta1 = (W2.T @ delta2) * h * (1 - h)
    W1, W2 = W1 - eta * delta1 @ x.T, W2 - eta * delta2 @ h.T
linear_output = torch.stack(linear_output)
v = W2 * (h * (1 - h)).T  # row k: gradient of o_k with respect to z
K_linear = (h * h).sum() * torch.eye(2, device=device) + (x * x).sum() * v @ v.T
slow, fast = (1 - eta * torch.linalg.eigvalsh(K_linear)) ** 2  # an error e of the outputs becomes (1 - eta K) e
# --8<-- [end:train]

# %% --8<-- [start:measure]
print("updates   sigmoid L       L - 0.00245   1/(eta K t)     linear L")
for t in (1, 10, 100, 1000, 10000):
    linear = linear_output[t].item() if t <= 100 else math.nan  # trained for 100 updates only
    tail = f"{linear:.1e}" if linear > 1e-20 else "below 1e-20" if linear <= 1e-20 else ""
    print(f"{t:7}{sigmoid_output[t]:12.7f}{sigmoid_output[t] - floor:18.7f}{1 / (eta * K[t - 1]):14.7f}{tail:>14}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
ceiling = (0.77**2 + 1.07**2) / 2
assert (sigmoid_output > floor).all() and (sigmoid_output < ceiling).all(), "the loss lives between its two bounds"
assert (sigmoid_output.diff() < 0).all() and sigmoid_output[-1] - floor > 6e-5, "it still falls, and has not arrived"
excess = sigmoid_output - floor
law = excess[1:] * eta * K[:-1]
assert law[99] < law[999] < law[9999] and abs(law[9999] - 1) < 0.1, "L - 0.00245 tends to 1 / (eta K t)"
assert linear_output[100] < 1e-20, "a linear output reaches its target"
ratio = linear_output[6:11] / linear_output[5:10]
assert ((fast < ratio) & (ratio < slow)).all(), "and gains a factor per step between the eigenvalues of (1 - eta K)^2"
assert fast > 0.17 and slow < 0.2, "which are close to each other, so that it is nearly constant"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.3))
shown = sorted({round(10 ** (k / 25)) for k in range(101)})
ax.plot(shown, 1 / (eta * K[[t - 1 for t in shown]]).cpu(), color="gray", ls="--", lw=1.2)
ax.plot(shown[::4], excess[shown[::4]].cpu(), "o", color="C0")
early = [t for t in range(1, 34)]
ax.plot(early, linear_output[early].cpu(), "o-", color="C1", ms=3.5, lw=1)
ax.text(330, 1.6e-2, r"$\sigma:\ L-\frac{1}{2}\cdot 0.07^2$", color="C0")
ax.text(330, 5e-5, r"$1/(\eta\bar{K}t)$", color="gray")
ax.text(14, 1e-9, r"$p=o:\ L$", color="C1")
ax.set(xscale="log", yscale="log", xlabel="$t$", ylim=(1e-14, 1))
plt.show()
# --8<-- [end:figure]
