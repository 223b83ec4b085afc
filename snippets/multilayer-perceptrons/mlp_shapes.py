# %% [markdown] lang="en"
# # The shapes of a multilayer perceptron
# $\mathbf H = \phi(\mathbf X \mathbf W_h + \mathbf b_h)$, $\mathbf O = \mathbf H \mathbf W_o + \mathbf b_o$:
# the module computes this formula, and its $dh + h + hq + q$ parameters do not depend on the batch size $n$.

# %% [markdown] lang="zh"
# # 多层感知机中各个量的形状
# $\mathbf H = \phi(\mathbf X \mathbf W_h + \mathbf b_h)$，$\mathbf O = \mathbf H \mathbf W_o + \mathbf b_o$：
# 模块算的就是这个公式，参数共 $dh + h + hq + q$ 个，与批量大小 $n$ 无关。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
n, d, h, q = 5, 4, 6, 3
# --8<-- [end:setup]

# %% --8<-- [start:measure]
net = nn.Sequential(nn.Linear(d, h), nn.ReLU(), nn.Linear(h, q)).to(device)
X = 10 * torch.randn(n, d, device=device)
W_h, b_h = net[0].weight.T, net[0].bias  # nn.Linear stores the transpose, (outputs, inputs)
W_o, b_o = net[2].weight.T, net[2].bias

H = torch.relu(X @ W_h + b_h)
O = H @ W_o + b_o  # noqa: E741

for name, value in {"X": X, "W_h": W_h, "b_h": b_h, "H": H, "W_o": W_o, "b_o": b_o, "O": O}.items():
    print(f"{name:<4}{tuple(value.shape)}")
parameters = sum(p.numel() for p in net.parameters())
print("stored:", *[f"{name} {tuple(p.shape)}" for name, p in net.named_parameters()])
print("parameters:", parameters)
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert (X.shape, H.shape, O.shape) == ((n, d), (n, h), (n, q))
assert (W_h.shape, W_o.shape) == ((d, h), (h, q)) and (b_h.shape, b_o.shape) == ((h,), (q,))
assert (net[0].weight.shape, net[2].weight.shape) == ((h, d), (q, h)), "stored as the transpose"
assert parameters == d * h + h + h * q + q == 51
assert (net(X) - O).abs().max() < 1e-12, "the module is the formula"
assert torch.equal(X @ W_h + b_h, X @ W_h + b_h.expand(n, h)), "the bias is added to every row"
assert (torch.cat([net(row) for row in X.split(1)]) - O).abs().max() < 1e-12, "each sample is computed by itself"

labels = torch.randint(q, (n,), device=device)
log_p = torch.log_softmax(O, dim=1)
cross_entropy = -log_p.gather(1, labels[:, None]).mean()
assert (nn.functional.cross_entropy(O, labels) - cross_entropy).abs() < 1e-12, "softmax is part of the loss"
best = nn.functional.one_hot(labels, q) * 1.0  # probabilities, as of a softmax in the network: all of them right
floor = nn.functional.cross_entropy(best, labels)
assert (floor - math.log(1 + (q - 1) / math.e)).abs() < 1e-12, "and still the second softmax leaves this loss"
assert nn.functional.cross_entropy(torch.softmax(O, dim=1), labels) > floor, "others have a larger one"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 2.7))
ax.set(xlim=(0, 15.2), ylim=(-2.9, 3.1), aspect="equal")
ax.axis("off")
ink = plt.rcParams["text.color"]


def matrix(x, rows, columns, color, name, shape):
    """A grid of cells centred at (x, 0), its name above it and its shape below."""
    size = 0.45
    left, top = x - columns * size / 2, rows * size / 2
    for i in range(rows):
        for j in range(columns):
            cell = (left + j * size, top - (i + 1) * size)
            ax.add_patch(plt.Rectangle(cell, size, size, facecolor=color, alpha=0.22, lw=0))
            ax.add_patch(plt.Rectangle(cell, size, size, fill=False, edgecolor=color, lw=1))
    ax.text(x, top + 0.3, name, color=color, ha="center", va="bottom", fontsize=13)
    ax.text(x, -top - 0.25, shape, color=ink, ha="center", va="top", fontsize=10.5)


matrix(1.2, n, d, "C0", r"$\mathbf{X}$", r"$n \times d$")
matrix(6.9, n, h, "C1", r"$\mathbf{H}$", r"$n \times h$")
matrix(13.4, n, q, "C2", r"$\mathbf{O}$", r"$n \times q$")
arrow = {"arrowstyle": "-|>", "color": "gray", "lw": 1.4, "mutation_scale": 14}
hidden = r"$\phi(\mathbf{X}\,\mathbf{W}_h + \mathbf{b}_h)$"
output = r"$\mathbf{H}\,\mathbf{W}_o + \mathbf{b}_o$"
for start, end, formula, layer, a, b in ((2.3, 5.3, hidden, "h", "d", "h"), (8.5, 12.5, output, "o", "h", "q")):
    weight = rf"$\mathbf{{W}}_{layer}\!: {a} \times {b}$"
    bias = rf"$\mathbf{{b}}_{layer}\!: 1 \times {b}$"
    ax.annotate("", (end, 0), (start, 0), arrowprops=arrow)
    ax.text((start + end) / 2, 0.25, formula, ha="center", va="bottom", color=ink, fontsize=10.5)
    ax.text((start + end) / 2, -0.3, weight, ha="center", va="top", color=ink, fontsize=10.5)
    ax.text((start + end) / 2, -1.05, bias, ha="center", va="top", color=ink, fontsize=10.5)
plt.show()
# --8<-- [end:figure]
