# %% [markdown] lang="en"
# # Cross-entropy done properly on the 2-2-2 network
# A class index as target, logits as output, $\delta^{(2)} = \mathrm{softmax}(o) - t$.
# A sigmoid left in front of the loss keeps it above $\ln(1 + e^{-1})$.

# %% [markdown] lang="zh"
# # 在 2-2-2 网络上正确使用交叉熵
# 目标是类别下标，输出是 logits，$\delta^{(2)} = \mathrm{softmax}(o) - t$。
# 若在损失前留着 sigmoid，损失就降不到 $\ln(1 + e^{-1})$ 以下。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
x = torch.tensor([[0.5, 0.3]], device=device)
label = torch.tensor([0], device=device)  # class 0, as an integer
one_hot = torch.tensor([[1.0, 0.0]], device=device)
start = torch.tensor([[[0.2, 0.5], [-0.4, 0.6]], [[0.1, -0.3], [-0.5, 0.8]]], device=device)
floor = math.log(1 + math.exp(-1))  # logits confined to (0, 1)
# --8<-- [end:setup]

# %% --8<-- [start:train]
losses = {}
for output in (nn.Identity(), nn.Sigmoid()):
    net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Sigmoid(), nn.Linear(2, 2, bias=False), output).to(device)
    with torch.no_grad():
        net[0].weight.copy_(start[0])
        net[2].weight.copy_(start[1])
    optimizer = torch.optim.SGD(net.parameters(), lr=1.0)
    name = type(output).__name__
    losses[name] = []
    for t in range(1001):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), label)  # applies log-softmax itself
        loss.backward()
        optimizer.step()
        losses[name].append(loss.item())
# --8<-- [end:train]

# %% --8<-- [start:measure]
print("last layer       t=0         10        100       1000")
for name, L in losses.items():
    print(f"{name:<10}" + "".join(f"{L[t]:11.5f}" for t in (0, 10, 100, 1000)))
print(f"floor with the sigmoid: ln(1 + 1/e) = {floor:.5f}")

print("\no = (-a, a), class 0:  |delta2|\n       softmax + CE   sigmoid + squares")
stall = {}
for a in (1.0, 4.0, 8.0):
    o = torch.tensor([[-a, a]], device=device, requires_grad=True)
    p = torch.sigmoid(o)
    pair = F.cross_entropy(o, label), ((p - one_hot) ** 2).sum() / 2
    stall[a] = [torch.autograd.grad(L, o)[0] for L in pair]
    print(f"a = {a:g}" + "".join(f"{g.norm():16.5f}" for g in stall[a]))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
W1, W2 = (W.clone().requires_grad_() for W in start)
h = torch.sigmoid(W1 @ x[0])
o = W2 @ h
G1, G2 = torch.autograd.grad(F.cross_entropy(o[None], label), [W1, W2])
with torch.no_grad():
    delta2 = torch.softmax(o, 0) - one_hot[0]
    delta1 = (W2.T @ delta2) * h * (1 - h)
    assert (G2 - torch.outer(delta2, h)).abs().max() < 1e-15, "delta = softmax(o) - t, no slope of an activation"
    assert (G1 - torch.outer(delta1, x[0])).abs().max() < 1e-15, "from there on the delta rule is unchanged"
assert losses["Identity"][-1] < 0.01, "logits: the loss goes to 0"
assert floor < losses["Sigmoid"][-1] < 0.33, "squashed twice: it cannot"
cross_entropy, squared = stall[8.0]
assert cross_entropy.norm() > 1.4 and squared.norm() < 1e-3, "confidently wrong: one pushes, the other stalls"
assert abs(F.cross_entropy(o[None], one_hot) - F.cross_entropy(o[None], label)) < 1e-15, "index and one-hot agree"

for target in (torch.tensor([0.0]), torch.tensor([0], dtype=torch.int32)):
    try:
        F.cross_entropy(o[None], target.to(device))
    except RuntimeError:
        pass
    else:
        raise AssertionError("a class index is int64")
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.0))
shown = [0] + sorted({round(10 ** (k / 12)) for k in range(37)})
for name, ink, text in (("Sigmoid", "C1", r"$\mathrm{CE}(\sigma(o))$"), ("Identity", "C0", r"$\mathrm{CE}(o)$")):
    ax.plot(shown, [losses[name][t] for t in shown], color=ink, label=text)
ax.axhline(floor, color="gray", ls="--", lw=1.2)
ax.text(0.1, floor / 1.15, r"$\ln(1+e^{-1})$", color="gray", va="top")
ax.set_xscale("symlog", linthresh=1)
ax.set(yscale="log", xlim=(-0.12, 1300), xlabel="$t$", ylabel="$L$")
ax.legend()
plt.show()
# --8<-- [end:figure]
