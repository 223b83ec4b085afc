# %% [markdown] lang="en"
# # Output-layer gradients of the 2-2-2 network
# $\delta_{o_k} = (p_k - y_k)\,p_k(1 - p_k)$ and $\nabla_{W^{(2)}}L = \delta^{(2)}h^\top$:
# four products by hand, one outer product in NumPy, one call in PyTorch.

# %% [markdown] lang="zh"
# # 2-2-2 网络输出层的梯度
# $\delta_{o_k} = (p_k - y_k)\,p_k(1 - p_k)$，$\nabla_{W^{(2)}}L = \delta^{(2)}h^\top$：
# 手算是四个乘积，NumPy 是一个外积，PyTorch 是一次调用。

# %% --8<-- [start:setup]
import numpy as np
import torch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
x, y = np.array([0.5, 0.3]), np.array([0.23, -0.07])
W1, W2 = np.array([[0.2, 0.5], [-0.4, 0.6]]), np.array([[0.1, -0.3], [-0.5, 0.8]])


def sigma(a):
    return 1 / (1 + np.exp(-a))


def loss(W2):
    return ((sigma(W2 @ sigma(W1 @ x)) - y) ** 2).sum() / 2


# --8<-- [end:setup]

# %% --8<-- [start:measure]
h = sigma(W1 @ x)
p = sigma(W2 @ h)

# by hand: two deltas, then one product per edge
(h1, h2), (p1, p2), (y1, y2) = h, p, y
delta_o1 = (p1 - y1) * p1 * (1 - p1)
delta_o2 = (p2 - y2) * p2 * (1 - p2)
by_hand = [delta_o1, delta_o2, delta_o1 * h1, delta_o1 * h2, delta_o2 * h1, delta_o2 * h2]

# NumPy
delta = (p - y) * p * (1 - p)
G = np.outer(delta, h)
in_numpy = [*delta, *G.flatten()]

# PyTorch: differentiate with respect to o as well, and the delta itself comes out
W = torch.tensor(W2, device=device, requires_grad=True)
o = W @ torch.tensor(h, device=device)
L = ((torch.sigmoid(o) - torch.tensor(y, device=device)) ** 2).sum() / 2
in_torch = torch.cat([g.flatten() for g in torch.autograd.grad(L, [o, W])]).tolist()

names = ["delta_o1", "delta_o2", "dL/dw5", "dL/dw7", "dL/dw6", "dL/dw8"]
rows = [[f"{v:.7f}" for v in row] for row in zip(by_hand, in_numpy, in_torch)]
print("              hand       NumPy     PyTorch       w - dL/dw")
for name, row, w in zip(names, rows, [None, None, *(W2 - G).flatten()]):
    print(f"{name:<8}" + "".join(f"{v:>12}" for v in row) + (f"{w:16.7f}" if w else ""))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert all(len(set(row)) == 1 for row in rows), "the three columns agree to the last printed digit"
assert np.ptp([by_hand, in_numpy, in_torch], axis=0).max() < 1e-15
eps = 1e-6
for k in (0, 1):
    for j in (0, 1):
        E = np.zeros((2, 2))
        E[k, j] = eps
        difference = (loss(W2 + E) - loss(W2 - E)) / (2 * eps)
        assert abs(difference - G[k, j]) < 1e-9, "central differences give the same gradient"
# --8<-- [end:claims]
