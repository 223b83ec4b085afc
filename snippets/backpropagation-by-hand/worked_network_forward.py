# %% [markdown] lang="en"
# # The forward pass of a 2-2-2 network, three times
# Edge by edge in plain Python, layer by layer in NumPy, module by module in PyTorch:
# $z = W^{(1)}x$, $h = \sigma(z)$, $o = W^{(2)}h$, $p = \sigma(o)$, $L = \frac12\sum_k(p_k - y_k)^2$.

# %% [markdown] lang="zh"
# # 2-2-2 网络的前向传播，算三遍
# 纯 Python 逐边算，NumPy 逐层算，PyTorch 逐模块算：
# $z = W^{(1)}x$，$h = \sigma(z)$，$o = W^{(2)}h$，$p = \sigma(o)$，$L = \frac12\sum_k(p_k - y_k)^2$。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.patches import FancyBboxPatch
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
x1, x2 = 0.5, 0.3
y1, y2 = 0.23, -0.07
w1, w2, w3, w4 = 0.2, -0.4, 0.5, 0.6
w5, w6, w7, w8 = 0.1, -0.5, -0.3, 0.8
# --8<-- [end:setup]

# %% --8<-- [start:measure]
# by hand: one multiplication per edge
z1, z2 = w1 * x1 + w3 * x2, w2 * x1 + w4 * x2
h1, h2 = 1 / (1 + math.exp(-z1)), 1 / (1 + math.exp(-z2))
o1, o2 = w5 * h1 + w7 * h2, w6 * h1 + w8 * h2
p1, p2 = 1 / (1 + math.exp(-o1)), 1 / (1 + math.exp(-o2))
L = ((p1 - y1) ** 2 + (p2 - y2) ** 2) / 2
by_hand = [z1, z2, h1, h2, o1, o2, p1, p2, L]

# NumPy: one matrix per layer, one row per receiving unit
x, y = np.array([x1, x2]), np.array([y1, y2])
W1, W2 = np.array([[w1, w3], [w2, w4]]), np.array([[w5, w7], [w6, w8]])
z = W1 @ x
h = 1 / (1 + np.exp(-z))
o = W2 @ h
p = 1 / (1 + np.exp(-o))
in_numpy = [*z, *h, *o, *p, ((p - y) ** 2).sum() / 2]

# PyTorch: one module per layer
net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Sigmoid(), nn.Linear(2, 2, bias=False), nn.Sigmoid()).to(device)
with torch.no_grad():
    net[0].weight.copy_(torch.tensor(W1))
    net[2].weight.copy_(torch.tensor(W2))
value, in_torch = torch.tensor(x, device=device), []
for module in net:
    value = module(value)
    in_torch += value.tolist()
in_torch.append(((value - torch.tensor(y, device=device)) ** 2).sum().item() / 2)

names = ["z1", "z2", "h1", "h2", "o1", "o2", "p1", "p2", "L"]
rows = [[f"{v:.7f}" for v in row] for row in zip(by_hand, in_numpy, in_torch)]
print("         hand       NumPy     PyTorch")
for name, row in zip(names, rows):
    print(f"{name:<3}" + "".join(f"{v:>12}" for v in row))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert all(len(set(row)) == 1 for row in rows), "the three columns agree to the last printed digit"
assert np.ptp([by_hand, in_numpy, in_torch], axis=0).max() < 1e-15, "and beyond it, to rounding error"
exact = {"z1": 0.25, "z2": -0.02}  # 0.10 + 0.15 and -0.20 + 0.18: no rounding on paper
assert abs(z1 - exact["z1"]) < 1e-15 and abs(z2 - exact["z2"]) < 1e-15
zero = torch.zeros(2, device=device)
assert (net[:2](zero) == 0.5).all(), "without biases, the zero input always gives h = (0.5, 0.5)"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
X, Y = (0.0, 2.9, 6.3, 8.7), (1.15, -1.15)  # columns: x, (z|h), (o|p), L


def draw(left, first, hidden, second, output, loss):
    fig, ax = plt.subplots(figsize=(7.2, 3.5))
    ends = [X[0] + 0.5, X[1] - 0.86, X[1] + 0.86, X[2] - 0.86]
    for (start, end), labels in (((ends[0], ends[1]), first), ((ends[2], ends[3]), second)):
        for i, a in enumerate(Y):
            for j, b in enumerate(Y):  # from sender i to receiver j: row j, column i of the matrix
                ink, t = f"C{j}", 0.5 if i == j else 0.27
                ax.annotate(
                    "",
                    (end, b),
                    (start, a),
                    arrowprops={"arrowstyle": "-|>", "color": ink, "lw": 1.6, "shrinkA": 0, "shrinkB": 1},
                )
                ax.text(
                    start + t * (end - start),
                    a + t * (b - a),
                    labels[j][i],
                    color=ink,
                    ha="center",
                    va="center",
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
                )
    for k, b in enumerate(Y):
        ax.add_patch(plt.Circle((X[0], b), 0.48, facecolor="white", edgecolor="gray", lw=1.2, zorder=3))
        ax.text(X[0], b, left[k], ha="center", va="center", zorder=4)
        for centre, cells in ((X[1], hidden), (X[2], output)):
            ax.add_patch(
                FancyBboxPatch(
                    (centre - 0.82, b - 0.36),
                    1.64,
                    0.72,
                    boxstyle="round,pad=0.02,rounding_size=0.25",
                    facecolor="white",
                    edgecolor=f"C{k}",
                    lw=1.6,
                    zorder=3,
                )
            )
            ax.plot([centre, centre], [b - 0.38, b + 0.38], color=f"C{k}", lw=1, zorder=4)
            for side, text in zip((-0.41, 0.41), cells[k]):
                ax.text(centre + side, b, text, ha="center", va="center", fontsize=9.5, zorder=4)
        ax.annotate(
            "",
            (X[3] - 0.42, b * 0.2),
            (X[2] + 0.86, b),
            arrowprops={"arrowstyle": "-|>", "color": "gray", "lw": 1.2, "shrinkA": 0, "shrinkB": 1},
        )
    ax.text(X[3] - 0.36, 0, loss, ha="left", va="center", fontsize=11)
    ax.set(xlim=(-0.55, 9.75), ylim=(-2.8, 1.75), aspect="equal")
    ax.axis("off")
    return ax


def matrix(ax, centre, name, entries):
    for j in (0, 1):
        for i in (0, 1):
            ax.text(centre + 0.8 * i, -2.12 - 0.42 * j, entries[j][i], color=f"C{j}", ha="center", va="center")
    for side, tip in ((-0.42, -0.32), (1.22, 1.12)):
        ax.plot(
            [centre + tip, centre + side, centre + side, centre + tip], [-1.91, -1.91, -2.75, -2.75], color="gray", lw=1
        )
    ax.text(centre - 0.55, -2.33, name, ha="right", va="center")


def targets(ax, *labels):
    for b, label in zip(Y, labels):
        ax.text(X[3] - 0.3, b, label, ha="left", va="center", color="gray")


symbols = [[["$w_1$", "$w_3$"], ["$w_2$", "$w_4$"]], [["$w_5$", "$w_7$"], ["$w_6$", "$w_8$"]]]
ax = draw(
    ["$x_1$", "$x_2$"],
    symbols[0],
    [["$z_1$", "$h_1$"], ["$z_2$", "$h_2$"]],
    symbols[1],
    [["$o_1$", "$p_1$"], ["$o_2$", "$p_2$"]],
    "$L$",
)
targets(ax, "$y_1$", "$y_2$")
matrix(ax, 1.0, "$W^{(1)}=$", symbols[0])
matrix(ax, 4.2, "$W^{(2)}=$", symbols[1])
ax.text(X[2] + 0.1, -2.29, r"$L=\frac{1}{2}\sum_k\,(p_k-y_k)^2$", va="center")
plt.show()

ax = draw(
    [f"${v:g}$" for v in x],
    [[f"${v:g}$" for v in row] for row in W1],
    [[f"${a:.2f}$", f"${b:.4f}$"] for a, b in zip(z, h)],
    [[f"${v:g}$" for v in row] for row in W2],
    [[f"${a:.3f}$", f"${b:.4f}$"] for a, b in zip(o, p)],
    f"${L:.4f}$",
)
targets(ax, f"$y_1={y1:g}$", f"$y_2={y2:g}$")
for centre, text in zip((X[0], X[1] - 0.41, X[1] + 0.41, X[2] - 0.41, X[2] + 0.41, X[3] + 0.15), "xzhopL"):
    ax.text(centre, -1.85, f"${text}$", ha="center", va="center", color="gray")
ax.set_ylim(-2.1, 1.75)
plt.show()
# --8<-- [end:figure]
