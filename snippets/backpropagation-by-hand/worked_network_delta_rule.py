# %% [markdown] lang="en"
# # The delta rule for any layer sizes
# $\delta^{(l)} = \phi'(z^{(l)})\odot W^{(l+1)\top}\delta^{(l+1)}$ and
# $\nabla_{W^{(l)}}L = \delta^{(l)}h^{(l-1)\top}$ agree with autograd and central differences on three random networks.

# %% [markdown] lang="zh"
# # 任意层宽的 δ 法则
# $\delta^{(l)} = \phi'(z^{(l)})\odot W^{(l+1)\top}\delta^{(l+1)}$，
# $\nabla_{W^{(l)}}L = \delta^{(l)}h^{(l-1)\top}$：在三个随机网络上与自动求导、中心差分一致。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
eps = 1e-5


def loss(theta, x, y):  # theta = [W1, b1, W2, b2, ...]; vectors are columns
    h = x
    for W, b in zip(theta[::2], theta[1::2]):
        h = torch.sigmoid(W @ h + b)
    return ((h - y) ** 2).sum() / 2


def backprop(theta, x, y):
    h = [x]
    for W, b in zip(theta[::2], theta[1::2]):
        h.append(torch.sigmoid(W @ h[-1] + b))
    delta = (h[-1] - y) * h[-1] * (1 - h[-1])
    gradients = []
    for layer in range(len(h) - 1, 0, -1):
        below = h[layer - 1]
        gradients = [delta @ below.T, delta] + gradients
        if layer > 1:
            delta = (theta[2 * layer - 2].T @ delta) * below * (1 - below)
    return gradients


# --8<-- [end:setup]

# %% --8<-- [start:measure]
print("                   agrees with                products needed by")
print("layers   weights   autograd  differences    backprop  differences")
worst = []
for sizes in ([3, 5, 2], [4, 6, 1], [2, 4, 4, 3]):
    x = torch.randn(sizes[0], 1, device=device)
    y = torch.rand(sizes[-1], 1, device=device)
    theta = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        theta += [torch.randn(fan_out, fan_in, device=device), torch.randn(fan_out, 1, device=device)]

    by_rule = torch.cat([g.flatten() for g in backprop(theta, x, y)])
    leaves = [t.clone().requires_grad_() for t in theta]
    by_autograd = torch.cat([g.flatten() for g in torch.autograd.grad(loss(leaves, x, y), leaves)])
    by_differences = torch.zeros_like(by_rule)
    flat = torch.cat([t.flatten() for t in theta])
    for i in range(len(flat)):
        values = []
        for sign in (1, -1):
            moved = flat.clone()
            moved[i] += sign * eps
            parts = moved.split([t.numel() for t in theta])
            values.append(loss([part.view_as(t) for part, t in zip(parts, theta)], x, y))
        by_differences[i] = (values[0] - values[1]) / (2 * eps)

    N = sum(W.numel() for W in theta[::2])
    cost = N + N + (N - theta[0].numel())  # forward, outer products, deltas sent back past every layer but the first
    errors = [(by_rule - other).abs().max().item() for other in (by_autograd, by_differences)]
    worst.append(errors)
    shown = [f"< {bound}" if error < bound else "too large" for error, bound in zip(errors, (1e-12, 1e-9))]
    print(f"{'-'.join(map(str, sizes)):<9}{N:7}{shown[0]:>11}{shown[1]:>13}{cost:12}{2 * N * N:13}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for against_autograd, against_differences in worst:
    assert against_autograd < 1e-12, "the delta rule is what autograd computes"
    assert against_differences < 1e-9, "rounding 1e-16 / eps and truncation eps^2 both stay below 1e-9"

z = torch.randn(5, device=device, requires_grad=True)
y = torch.rand(5, device=device)
t = torch.eye(5, device=device)[2]
canonical = {
    "identity, half squared error": (((z - y) ** 2).sum() / 2, z - y),
    "sigmoid, binary cross-entropy": (
        F.binary_cross_entropy(torch.sigmoid(z), y, reduction="sum"),
        torch.sigmoid(z) - y,
    ),
    "softmax, cross-entropy": (F.cross_entropy(z, t), torch.softmax(z, 0) - t),
}
for name, (L, delta) in canonical.items():
    assert (torch.autograd.grad(L, z)[0] - delta).abs().max() < 1e-12, f"{name}: delta = p - y"
wrong = torch.tensor(-10.0, device=device)  # a saturated unit whose target is 1
p = torch.sigmoid(wrong)
assert abs((p - 1) * p * (1 - p)) < 1e-4 < 0.9 < abs(p - 1), "squared error stalls where cross-entropy pushes"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.7))
rows = (1.5, 0, -1.5)
for b, i in zip(rows, ("1", "i", "n")):
    ax.annotate(
        "",
        (3.05, 0.18 + 0.08 * b),
        (0.5, b),
        arrowprops={"arrowstyle": "-|>", "color": "C0", "lw": 1.6, "shrinkA": 0, "shrinkB": 1},
    )
    ax.text(
        1.55,
        0.1 + 0.62 * b,
        f"$w_{{j{i}}}$",
        color="C0",
        ha="center",
        va="center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )
    ax.add_patch(plt.Circle((0, b), 0.48, facecolor="white", edgecolor="C0", lw=1.4))
    ax.text(0, b, f"$h_{i}$", ha="center", va="center", fontsize=12)
for b, k in zip(rows, ("1", "k", "m")):
    ax.annotate(
        "",
        (4.95, -0.18 + 0.08 * b),
        (7.5, b),
        arrowprops={"arrowstyle": "-|>", "color": "C1", "lw": 1.6, "ls": "-", "shrinkA": 0, "shrinkB": 1},
    )
    ax.text(
        6.45,
        -0.1 + 0.62 * b,
        f"$w_{{{k}j}}$",
        color="C1",
        ha="center",
        va="center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )
    ax.add_patch(plt.Circle((8, b), 0.48, facecolor="white", edgecolor="C1", lw=1.4))
    ax.text(8, b, rf"$\delta_{k}$", ha="center", va="center", fontsize=12)
for b in (0.75, -0.75):
    ax.text(0, b, r"$\vdots$", ha="center", va="center", color="gray")
    ax.text(8, b, r"$\vdots$", ha="center", va="center", color="gray")
ax.add_patch(plt.Circle((4, 0), 0.95, facecolor="white", edgecolor="gray", lw=1.6))
ax.plot([3.05, 4.95], [0, 0], color="gray", lw=1)
ax.text(4, 0.38, "$z_j,\\ h_j$", color="C0", ha="center", va="center", fontsize=13)
ax.text(4, -0.4, r"$\delta_j$", color="C1", ha="center", va="center", fontsize=13)
ax.text(1.9, 2.15, r"$z_j=\sum_i w_{ji}h_i+b_j,\quad h_j=\phi(z_j)$", color="C0", ha="center", va="center", fontsize=11)
ax.text(6.2, 2.15, r"$\delta_j=\phi'(z_j)\,\sum_k w_{kj}\delta_k$", color="C1", ha="center", va="center", fontsize=11)
ax.text(4, -2.15, r"$\partial L/\partial w_{ji}=\delta_j\,h_i$", ha="center", va="center", fontsize=12)
ax.set(xlim=(-0.9, 8.9), ylim=(-2.5, 2.5), aspect="equal")
ax.axis("off")
plt.show()
# --8<-- [end:figure]
