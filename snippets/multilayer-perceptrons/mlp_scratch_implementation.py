# %% [markdown] lang="en"
# # An MLP from scratch is nn.Sequential, number for number
# $H = \mathrm{ReLU}(XW_1 + b_1)$, $O = HW_2 + b_2$, with $dh + h + hq + q$ parameters.
# Copied weights give the same logits and the same gradients; five familiar bugs do not.

# %% [markdown] lang="zh"
# # 从零写的 MLP 与 nn.Sequential 数值一致
# $H = \mathrm{ReLU}(XW_1 + b_1)$，$O = HW_2 + b_2$，共 $dh + h + hq + q$ 个参数。
# 复制权重之后，logits 与梯度都相同；五种常见错误则各有各的后果。

# %% --8<-- [start:setup]
import torch
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
d, h, q, n = 784, 256, 10, 64
X = torch.randn(n, 1, 28, 28, device=device)  # a batch shaped like Fashion-MNIST
y = torch.randint(q, (n,), device=device)
# --8<-- [end:setup]

# %% --8<-- [start:model]
W1 = nn.Parameter(0.01 * torch.randn(d, h, device=device))  # nn.Parameter makes a leaf of the scaled tensor
b1 = nn.Parameter(torch.zeros(h, device=device))
W2 = nn.Parameter(0.01 * torch.randn(h, q, device=device))
b2 = nn.Parameter(torch.zeros(q, device=device))
parameters = [W1, b1, W2, b2]


def net(X):
    H = torch.relu(X.reshape(-1, d) @ W1 + b1)
    return H @ W2 + b2  # logits: the softmax is inside cross_entropy


def sgd(parameters, gradients, eta):
    with torch.no_grad():
        for p, g in zip(parameters, gradients):
            p -= eta * g


# --8<-- [end:model]

# %% --8<-- [start:measure]
gradients = torch.autograd.grad(cross_entropy(net(X), y), parameters)

concise = nn.Sequential(nn.Flatten(), nn.Linear(d, h), nn.ReLU(), nn.Linear(h, q)).to(device)
with torch.no_grad():
    for layer, W, b in ((concise[1], W1, b1), (concise[3], W2, b2)):
        layer.weight.copy_(W.T)  # nn.Linear stores the transpose
        layer.bias.copy_(b)
cross_entropy(concise(X), y).backward()
concise_gradients = [p.grad.T if p.dim() == 2 else p.grad for p in concise.parameters()]
logit_gap = (net(X) - concise(X)).abs().max().item()
gradient_gap = max((g - c).abs().max().item() for g, c in zip(gradients, concise_gradients))

count = sum(p.numel() for p in parameters)
print(f"parameters {count}, of which biases {b1.numel() + b2.numel()}")
print(f"logits differ by less than 1e-12: {logit_gap < 1e-12}, gradients: {gradient_gap < 1e-12}")
# --8<-- [end:measure]

# %% --8<-- [start:bugs]
scaled = torch.randn(3, requires_grad=True) * 0.01  # bug 1: the product is not a leaf
try:
    torch.optim.SGD([scaled], lr=0.1)
    refusal = "none"
except ValueError as error:
    refusal = str(error)
print(f"1  is_leaf {scaled.is_leaf}: {refusal}")

summed = torch.autograd.grad(cross_entropy(net(X), y, reduction="sum"), parameters)  # bug 2: sum for mean
print(f"2  gradient of the sum / gradient of the mean: {(summed[3] / gradients[3]).mean():.1f}")

twice = torch.autograd.grad(
    cross_entropy(torch.softmax(net(X), 1), y), parameters
)  # bug 3: softmax before cross_entropy
shrunk = twice[2].norm() / gradients[2].norm()
print(f"3  gradient norm of W2, softmax twice / once: {shrunk:.2f}")

start = [torch.zeros_like(p, requires_grad=True) for p in parameters]  # bug 4: every parameter zero
zeros = torch.autograd.grad(
    cross_entropy(torch.relu(X.reshape(-1, d) @ start[0] + start[1]) @ start[2] + start[3], y), start
)
print("4  zero start, gradient norms of W1, b1, W2, b2: " + ", ".join(f"{g.norm():.1f}" for g in zeros))

b2.grad = None
for _ in range(3):  # bug 5: no zero_grad between steps
    cross_entropy(net(X), y).backward()
print(f"5  three backward calls without zero_grad: {(b2.grad / gradients[3]).mean():.1f} times the gradient")
# --8<-- [end:bugs]

# %% --8<-- [start:claims]
assert count == d * h + h + h * q + q == h * (d + q + 1) + q == 203530
assert d * h + h * q == 203264, "without biases"
assert logit_gap < 1e-12 and gradient_gap < 1e-12, "the same function and the same gradient"

assert not scaled.is_leaf and "non-leaf" in refusal
assert all(p.is_leaf for p in parameters), "nn.Parameter(0.01 * randn) is a leaf"
assert all(torch.allclose(s, n * g, rtol=1e-9, atol=1e-12) for s, g in zip(summed, gradients)), (
    "sum = batch size times mean"
)
assert abs(q * shrunk - 1) < 2 * net(X).abs().max(), "softmax twice: q times smaller, to first order in the logits"
assert all(g.abs().max() == 0 for g in zeros[:3]) and zeros[3].abs().max() > 0, "only the output bias moves"
assert torch.allclose(b2.grad, 3 * gradients[3]), "gradients accumulate"

with torch.no_grad():
    before = b2.clone()
sgd(parameters, gradients, 0.1)
assert torch.allclose(b2, before - 0.1 * gradients[3])
# --8<-- [end:claims]
