# %% [markdown] lang="en"
# # Which weight stands where in nn.Linear.weight
# Row = receiving unit, column = sending unit: `[[w1, w3], [w2, w4]]`. Read in the order of their numbers,
# the same eight numbers are another network.

# %% [markdown] lang="zh"
# # nn.Linear.weight 里哪个权重在哪里
# 行是接收单元，列是发送单元：`[[w1, w3], [w2, w4]]`。若按编号顺序排进去，同样八个数就成了另一个网络。

# %% --8<-- [start:setup]
import torch
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
w = torch.tensor([0.2, -0.4, 0.5, 0.6, 0.1, -0.5, -0.3, 0.8], device=device)  # w1 ... w8
x, y = torch.tensor([[0.5, 0.3], [0.23, -0.07]], device=device)
net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Sigmoid(), nn.Linear(2, 2, bias=False), nn.Sigmoid()).to(device)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
layouts = {
    "by receiving unit": (w[[0, 2, 1, 3]].view(2, 2), w[[4, 6, 5, 7]].view(2, 2)),
    "by number": (w[:4].view(2, 2), w[4:].view(2, 2)),
}
values = {}
for name, (W1, W2) in layouts.items():
    with torch.no_grad():
        net[0].weight.copy_(W1)
        net[2].weight.copy_(W2)
        z, p = net[0](x), net(x)
        values[name] = z, p, ((p - y) ** 2).sum() / 2
    print(f"{name}\n  W1 = {W1.tolist()}  W2 = {W2.tolist()}")
    for symbol, v in zip("zp", (z, p)):
        print(f"  {symbol} = ({v[0]:.7f}, {v[1]:.7f})")
    print(f"  L = {values[name][2]:.7f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
W1, W2 = layouts["by receiving unit"]
z, p, L = values["by receiving unit"]
assert (z - torch.stack([w[0] * x[0] + w[2] * x[1], w[1] * x[0] + w[3] * x[1]])).abs().max() < 1e-15, (
    "w1 and w3 enter hidden unit 1"
)
z_misread, p_misread, L_misread = values["by number"]
assert (z_misread - torch.stack([w[0] * x[0] + w[1] * x[1], w[2] * x[0] + w[3] * x[1]])).abs().max() < 1e-15, (
    "w2 and w3 are swapped"
)
assert L_misread - L > 0.02, "another network, another loss"

assert torch.equal(W1.reshape(-1), w[[0, 2, 1, 3]]) and torch.equal(W2.reshape(-1), w[[4, 6, 5, 7]]), (
    "printed row by row"
)
assert torch.allclose(x @ W1.T, W1 @ x, rtol=0, atol=1e-15), "nn.Linear computes x W^T"
in_out = w[:4].view(2, 2)  # code that writes x @ W keeps the transpose, and there the order of the numbers is right
assert torch.equal(in_out, W1.T) and torch.allclose(x @ in_out, z, rtol=0, atol=1e-15)
# --8<-- [end:claims]
