# %% [markdown] lang="en"
# # A stack of affine layers is one affine layer, of limited rank
# $(\mathbf X\mathbf W_1+\mathbf b_1)\mathbf W_2+\mathbf b_2
# =\mathbf X(\mathbf W_1\mathbf W_2)+(\mathbf b_1\mathbf W_2+\mathbf b_2)$;
# the rank of $\mathbf W_1\mathbf W_2$ is at most the hidden width $h$, and every matrix of that rank is such a product.

# %% [markdown] lang="zh"
# # 若干仿射层叠在一起，只是一个秩受限的仿射层
# $(\mathbf X\mathbf W_1+\mathbf b_1)\mathbf W_2+\mathbf b_2
# =\mathbf X(\mathbf W_1\mathbf W_2)+(\mathbf b_1\mathbf W_2+\mathbf b_2)$；
# $\mathbf W_1\mathbf W_2$ 的秩至多为隐藏层宽度 $h$，而秩不超过 $h$ 的矩阵都能写成这样的乘积。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
n, d, h, q = 100, 10, 3, 8
first, second = nn.Linear(d, h).to(device), nn.Linear(h, q).to(device)
X = torch.randn(n, d, device=device)

W = first.weight.T @ second.weight.T
b = first.bias @ second.weight.T + second.bias
stack, merged = second(first(X)), X @ W + b
print("rank of the stack:", torch.linalg.matrix_rank(W).item(), "of", min(d, q))

target = torch.randn(d, q, device=device)  # what a single layer can be; the best stack keeps h singular values
U, S, Vh = torch.linalg.svd(target, full_matrices=False)
W_1, W_2 = U[:, :h] * S[:h], Vh[:h]  # any matrix of rank h is a product of this form
print("rank of a direct layer:", torch.linalg.matrix_rank(target).item())


def additivity_defect(f):
    """Zero for every affine f: f(x + y) - f(x) - f(y) + f(0)."""
    x, y = torch.randn(2, 1000, d, device=device)
    return (f(x + y) - f(x) - f(y) + f(torch.zeros_like(x))).abs().max().item()


linear_defect = additivity_defect(lambda x: second(first(x)))
relu_defect = additivity_defect(lambda x: second(torch.relu(first(x))))
print(f"defect without ReLU < 1e-12: {linear_defect < 1e-12}; with ReLU > 0.01: {relu_defect > 0.01}")

V_1, V_2, G, eta = first.weight.T.detach(), second.weight.T.detach(), torch.randn(d, q, device=device), 0.1
stepped = (V_1 - eta * G @ V_2.T) @ (V_2 - eta * V_1.T @ G)  # one step on the factors, G is the gradient for W
# --8<-- [end:measure]

# %% --8<-- [start:train]
seeds, hidden = 100, 8  # XOR with a 2-8-1 network: three activations times 100 seeds in one batch of matrices
xor_X = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]], device=device)
xor_y = torch.tensor([[0.0], [1], [1], [0]], device=device)
theta = []
for rows, columns, fan_in in ((2, hidden, 2), (1, hidden, 2), (hidden, 1, hidden), (1, 1, hidden)):  # as nn.Linear
    start = (2 * torch.rand(seeds, rows, columns, device=device) - 1) / fan_in**0.5
    theta.append(start.repeat(3, 1, 1, 1).requires_grad_())  # equal parameters for every activation

optimizer = torch.optim.Adam(theta, lr=0.05)
for _ in range(500):
    z = xor_X @ theta[0] + theta[1]
    out = torch.stack([z[0], torch.relu(z[1]), torch.tanh(z[2])]) @ theta[2] + theta[3]
    loss = (out - xor_y).square().mean(dim=(2, 3))
    optimizer.zero_grad()
    loss.sum().backward()
    optimizer.step()

final = dict(zip(("none", "ReLU", "tanh"), loss.detach()))
for name, mse in final.items():
    share = (mse < 1e-4).double().mean()
    print(f"{name:<4}  median MSE = {mse.median() + 1e-12:.2f}, share of seeds with MSE < 0.0001: {share:.1f}")
# --8<-- [end:train]

# %% --8<-- [start:claims]
assert (stack - merged).abs().max() < 1e-12, "the stack is one affine layer"
assert torch.linalg.matrix_rank(W) == h < min(d, q)
assert linear_defect < 1e-12 and relu_defect > 1e-2, "ReLU breaks additivity"
unreachable = torch.linalg.matrix_norm(target - W_1 @ W_2)
assert (unreachable - S[h:].square().sum().sqrt()).abs() < 1e-10 and unreachable > 0.1, "Eckart and Young"
drift = V_1 @ V_1.T @ G + G @ V_2.T @ V_2
assert (stepped - (V_1 @ V_2 - eta * drift + eta**2 * G @ V_2.T @ V_1.T @ G)).abs().max() < 1e-12
assert (drift - G).abs().max() > 1e-2, "a step on the factors is not a step on W"
saddle = torch.autograd.functional.hessian(lambda u: (u[0] * u[1] - 1) ** 2 / 2, torch.zeros(2, device=device))
assert torch.equal(torch.linalg.eigvalsh(saddle).round(decimals=12), torch.tensor([-1.0, 1], device=device))

assert (final["none"] - 0.25).abs().max() < 1e-3, "without activation every seed ends at 1/4"
assert final["none"].min() > 0.25 - 1e-12, "and none below it"
for name in ("ReLU", "tanh"):
    assert (final[name] < 1e-4).double().mean() > 0.8, f"most {name} networks learn XOR"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2))
index = torch.arange(1, q + 1)
kept = torch.linalg.svdvals(W_1 @ W_2).cpu()
left.plot(index, S.cpu(), "o", color="C0", markerfacecolor="white", ms=9)
left.plot(index, kept, "o", color="C1", ms=5)
left.axvline(h + 0.5, color="gray", lw=1, ls=":")
left.text(h + 0.6, S[0].item(), f"$h = {h}$", color="gray", va="top")
left.text(q, S[-1].item() + 0.35, r"$\mathbf{W}$", color="C0", ha="right")
left.text(q, 0.2, r"$\mathbf{W}_1\mathbf{W}_2$", color="C1", ha="right")
left.set(xlabel="$i$", ylabel=r"$\sigma_i$", xticks=index.tolist(), ylim=(-0.3, None))

rank = torch.linspace(0, 1, seeds)
for name, ink in {"none": "C5", "ReLU": "C0", "tanh": "C1"}.items():
    right.plot(rank, final[name].sort().values.clamp(min=1e-12).cpu(), ".", color=ink, ms=5)
right.set(yscale="log", xlabel="$p$", ylabel=r"$\mathrm{MSE}_p$", ylim=(3e-13, 60))
right.text(0.02, 0.09, r"$\phi(z) = z$", color="C5", va="top")
right.text(0.02, 3e-9, "tanh", color="C1")
right.text(0.02, 1e-10, "ReLU", color="C0")
right.text(0.02, 1.3, r"$\frac{1}{4}$", color="gray", fontsize=12)
right.axhline(0.25, color="gray", lw=0.8, ls=":")
plt.show()
# --8<-- [end:figure]
