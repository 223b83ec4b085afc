# %% [markdown] lang="en"
# # NumPy by hand and PyTorch walk the same path
# A hundred steps from equal weights: float64 agrees to rounding error, float32 to about six digits.

# %% [markdown] lang="zh"
# # NumPy 手写与 PyTorch 走的是同一条路
# 从相同权重出发走一百步：float64 只差舍入误差，float32 约有六位数字相同。

# %% --8<-- [start:setup]
import numpy as np
import torch
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
x, y = np.array([0.5, 0.3]), np.array([0.23, -0.07])
start = np.array([[0.2, 0.5], [-0.4, 0.6]]), np.array([[0.1, -0.3], [-0.5, 0.8]])
steps, eta = 100, 1.0


def sigma(a):
    return 1 / (1 + np.exp(-a))


# --8<-- [end:setup]

# %% --8<-- [start:train]
W1, W2 = (W.copy() for W in start)  # NumPy: the derivative of every line is written by hand
for t in range(steps):
    h = sigma(W1 @ x)
    p = sigma(W2 @ h)
    delta2 = (p - y) * p * (1 - p)
    delta1 = (W2.T @ delta2) * h * (1 - h)
    W2 -= eta * np.outer(delta2, h)
    W1 -= eta * np.outer(delta1, x)
by_hand = np.concatenate([W1.flatten(), W2.flatten()])

with_torch = {}
for dtype in (torch.float64, torch.float32):  # PyTorch: only the forward pass is written
    net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Sigmoid(), nn.Linear(2, 2, bias=False), nn.Sigmoid()).to(
        device, dtype
    )
    with torch.no_grad():
        for layer, W in zip((net[0], net[2]), start):
            layer.weight.copy_(torch.tensor(W))
    optimizer = torch.optim.SGD(net.parameters(), lr=eta)
    inputs, targets = (torch.tensor(v, dtype=dtype, device=device) for v in (x, y))
    for t in range(steps):
        optimizer.zero_grad()
        loss = ((net(inputs) - targets) ** 2).sum() / 2
        loss.backward()
        optimizer.step()
    with_torch[dtype] = torch.cat([v.detach().flatten() for v in net.parameters()]).double().cpu().numpy()
# --8<-- [end:train]

# %% --8<-- [start:measure]
print(f"weights after {steps} steps")
print("     NumPy float64   PyTorch float64   PyTorch float32")
for name, *row in zip(("w1", "w3", "w2", "w4", "w5", "w7", "w6", "w8"), by_hand, *with_torch.values()):
    print(f"{name}{row[0]:16.7f}{row[1]:18.7f}{row[2]:18.5f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
difference = {dtype: np.abs(v - by_hand).max() for dtype, v in with_torch.items()}
assert difference[torch.float64] < 1e-13, "the same arithmetic, up to the order of operations"
assert 1e-13 < difference[torch.float32] < 1e-5, "float32 carries 24 bits, about seven digits"

net.zero_grad()
gradients = []
for call in (1, 2):  # no zero_grad between the two calls
    (((net(inputs) - targets) ** 2).sum() / 2).backward()
    gradients.append(net[0].weight.grad.clone())
assert torch.equal(gradients[1], 2 * gradients[0]), "PyTorch adds to .grad, NumPy code overwrites"
# --8<-- [end:claims]
