# %% [markdown] lang="en"
# # Hidden-layer gradients of the 2-2-2 network, and the wrong order
# $\delta^{(1)} = (W^{(2)\top}\delta^{(2)})\odot h\odot(1-h)$ with the weights of the forward pass.
# With the updated $W^{(2)}$ the result is the gradient of nothing.

# %% [markdown] lang="zh"
# # 2-2-2 网络隐藏层的梯度，以及错误的次序
# $\delta^{(1)} = (W^{(2)\top}\delta^{(2)})\odot h\odot(1-h)$，其中的权重是前向传播时的权重。
# 换成更新后的 $W^{(2)}$，得到的就不再是任何一点的梯度。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.patches import FancyBboxPatch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
x, y = np.array([0.5, 0.3]), np.array([0.23, -0.07])
W1, W2 = np.array([[0.2, 0.5], [-0.4, 0.6]]), np.array([[0.1, -0.3], [-0.5, 0.8]])
eta = 1.0


def sigma(a):
    return 1 / (1 + np.exp(-a))


# --8<-- [end:setup]

# %% --8<-- [start:measure]
h = sigma(W1 @ x)
p = sigma(W2 @ h)
delta2 = (p - y) * p * (1 - p)
G2 = np.outer(delta2, h)

# by hand: each hidden unit collects the deltas of both outputs
(x1, x2), (h1, h2), (d1, d2) = x, h, delta2
(w5, w7), (w6, w8) = W2
delta_z1 = (w5 * d1 + w6 * d2) * h1 * (1 - h1)
delta_z2 = (w7 * d1 + w8 * d2) * h2 * (1 - h2)
by_hand = [delta_z1, delta_z2, delta_z1 * x1, delta_z1 * x2, delta_z2 * x1, delta_z2 * x2]

# NumPy
delta1 = (W2.T @ delta2) * h * (1 - h)
G1 = np.outer(delta1, x)
in_numpy = [*delta1, *G1.flatten()]

# PyTorch
leaf = torch.tensor(W1, device=device, requires_grad=True)
z = leaf @ torch.tensor(x, device=device)
o = torch.tensor(W2, device=device) @ torch.sigmoid(z)
L = ((torch.sigmoid(o) - torch.tensor(y, device=device)) ** 2).sum() / 2
in_torch = torch.cat([g.flatten() for g in torch.autograd.grad(L, [z, leaf])]).tolist()

# the wrong order: the output layer is updated first, then its new weights carry the deltas back
delta1_wrong = ((W2 - eta * G2).T @ delta2) * h * (1 - h)
right, wrong = (W1 - eta * np.outer(d, x) for d in (delta1, delta1_wrong))

names = ["delta_z1", "delta_z2", "dL/dw1", "dL/dw3", "dL/dw2", "dL/dw4"]
rows = [[f"{v:.7f}" for v in row] for row in zip(by_hand, in_numpy, in_torch)]
print("              hand       NumPy     PyTorch       w - dL/dw   wrong order")
for name, row, *new in zip(names, rows, [None] * 2 + [*right.flatten()], [None] * 2 + [*wrong.flatten()]):
    print(f"{name:<8}" + "".join(f"{v:>12}" for v in row) + (f"{new[0]:16.7f}{new[1]:14.7f}" if new[0] else ""))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert all(len(set(row)) == 1 for row in rows), "the three columns agree to the last printed digit"
assert np.ptp([by_hand, in_numpy, in_torch], axis=0).max() < 1e-15
# W2 - eta d h^T sends back an extra -eta |d|^2 h: the wrong order shifts every hidden delta the same way
shift = -eta * (delta2 @ delta2) * h * h * (1 - h)
assert np.abs(delta1_wrong - delta1 - shift).max() < 1e-15, "the error has a closed form"
assert np.abs(wrong - right).max() > 1e-3, "and it is visible in the third decimal"


def loss(W1, W2):
    return ((sigma(W2 @ sigma(W1 @ x)) - y) ** 2).sum() / 2


def by_differences(W2, eps=1e-6):
    E = eps * np.eye(4).reshape(4, 2, 2)
    return np.array([loss(W1 + e, W2) - loss(W1 - e, W2) for e in E]).reshape(2, 2) / (2 * eps)


G1_wrong = np.outer(delta1_wrong, x)
assert np.abs(by_differences(W2) - G1).max() < 1e-9, "the right one is the slope of the loss at the old weights"
assert np.abs(by_differences(W2) - G1_wrong).max() > 1e-3, "the wrong one is not"
assert np.abs(by_differences(W2 - eta * G2) - G1_wrong).max() > 1e-4, "nor is it the slope at the half-updated weights"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
X, Y = (0.0, 2.9, 6.3, 8.7), (1.15, -1.15)
fig, ax = plt.subplots(figsize=(7.2, 3.3))
for start, end, labels in ((X[0] + 0.5, X[1] - 0.86, G1), (X[1] + 0.86, X[2] - 0.86, G2)):
    for i, a in enumerate(Y):
        for j, b in enumerate(Y):  # the delta of receiver j travels back to sender i
            ink, t = f"C{j}", 0.5 if i == j else 0.29
            ax.annotate(
                "",
                (start, a),
                (end, b),
                arrowprops={"arrowstyle": "-|>", "color": ink, "lw": 1.6, "shrinkA": 0, "shrinkB": 1},
            )
            ax.text(
                start + t * (end - start),
                a + t * (b - a),
                f"${labels[j, i]:.4f}$",
                color=ink,
                ha="center",
                va="center",
                fontsize=9,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
for k, b in enumerate(Y):
    ax.add_patch(plt.Circle((X[0], b), 0.48, facecolor="white", edgecolor="gray", lw=1.2, zorder=3))
    ax.text(X[0], b, f"${x[k]:g}$", ha="center", va="center", zorder=4)
    for centre, delta in ((X[1], delta1), (X[2], delta2)):
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
        ax.text(centre, b, f"${delta[k]:.5f}$", ha="center", va="center", fontsize=10.5, zorder=4)
    ax.annotate(
        "",
        (X[2] + 0.86, b),
        (X[3] - 0.42, b * 0.2),
        arrowprops={"arrowstyle": "-|>", "color": "gray", "lw": 1.2, "shrinkA": 0, "shrinkB": 1},
    )
    ax.text(
        X[3] - 0.4, b, f"$p_{k + 1}-y_{k + 1}={p[k] - y[k]:.4f}$", ha="left", va="center", color="gray", fontsize=8.5
    )
ax.text(X[3] - 0.36, 0, f"${L.item():.4f}$", ha="left", va="center", fontsize=11)
gaps = [(X[0] + X[1] - 0.36) / 2, (X[1] + X[2]) / 2]
for centre, text in zip(
    (X[0], gaps[0], X[1], gaps[1], X[2], X[3] + 0.15),
    ("x", r"\partial L/\partial W^{(1)}", r"\delta^{(1)}", r"\partial L/\partial W^{(2)}", r"\delta^{(2)}", "L"),
):
    ax.text(centre, -1.95, f"${text}$", ha="center", va="center", color="gray")
ax.set(xlim=(-0.55, 10.35), ylim=(-2.25, 1.75), aspect="equal")
ax.axis("off")
plt.show()
# --8<-- [end:figure]
