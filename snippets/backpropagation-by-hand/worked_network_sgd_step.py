# %% [markdown] lang="en"
# # From one SGD step to a training curve
# `zero_grad`, forward, loss, `backward`, `step`: once, and then a thousand times, with learning rate 1.

# %% [markdown] lang="zh"
# # 从一步 SGD 到一条训练曲线
# `zero_grad`、前向传播、损失、`backward`、`step`：先做一次，再做一千次，学习率为 1。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
x, y = torch.tensor([[0.5, 0.3], [0.23, -0.07]], device=device)
W1 = torch.tensor([[0.2, 0.5], [-0.4, 0.6]], device=device)
W2 = torch.tensor([[0.1, -0.3], [-0.5, 0.8]], device=device)
# --8<-- [end:setup]

# %% --8<-- [start:train]
net = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Sigmoid(), nn.Linear(2, 2, bias=False), nn.Sigmoid()).to(device)
with torch.no_grad():
    net[0].weight.copy_(W1)
    net[2].weight.copy_(W2)
optimizer = torch.optim.SGD(net.parameters(), lr=1.0)

losses, outputs = [], []
for t in range(1000):
    optimizer.zero_grad()
    p = net(x)
    L = ((p - y) ** 2).sum() / 2
    L.backward()
    optimizer.step()

    losses.append(L.item())
    outputs.append(p.tolist())
    if t == 0:
        first_step = [m.weight.detach().clone() for m in (net[0], net[2])]
p = net(x).detach()
losses.append((((p - y) ** 2).sum() / 2).item())
outputs.append(p.tolist())
# --8<-- [end:train]

# %% --8<-- [start:measure]
for name, W in zip(("W1", "W2"), first_step):
    print(f"{name} after one step: " + str([[round(v, 7) for v in row] for row in W.tolist()]))
print("updates      L          p1         p2")
for t in (0, 1, 10, 100, 1000):
    print(f"{t:6}  {losses[t]:.7f}  {outputs[t][0]:.7f}  {outputs[t][1]:.7f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
h = torch.sigmoid(W1 @ x)  # the step once more, from the delta rule
p = torch.sigmoid(W2 @ h)
delta2 = (p - y) * p * (1 - p)
delta1 = (W2.T @ delta2) * h * (1 - h)
by_hand = [W1 - torch.outer(delta1, x), W2 - torch.outer(delta2, h)]
for ours, optimised in zip(by_hand, first_step):
    assert (ours - optimised).abs().max() < 1e-15, "SGD subtracts the gradient, nothing else"
assert all(a > b for a, b in zip(losses, losses[1:])), "the loss falls at every step"
gradient = torch.cat([torch.outer(delta1, x).flatten(), torch.outer(delta2, h).flatten()])


def loss(theta):
    V1, V2 = theta.view(2, 2, 2)
    return ((torch.sigmoid(V2 @ torch.sigmoid(V1 @ x)) - y) ** 2).sum() / 2


H = torch.autograd.functional.hessian(loss, torch.cat([W1.flatten(), W2.flatten()]))
first_order = gradient @ gradient
second_order = gradient @ H @ gradient / 2
drop = losses[0] - losses[1]
assert 0.97 < drop / first_order < 1, "to first order the loss drops by |gradient|^2; the curvature takes 2 % of that"
assert abs(drop - (first_order - second_order)) < 0.05 * second_order, "and to second order hardly anything is missing"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.1))
shown = [0] + sorted({round(10 ** (k / 12)) for k in range(37)})
left.plot(shown, [losses[t] for t in shown], color="C0")
left.plot([0, 1, 10, 100, 1000], [losses[t] for t in (0, 1, 10, 100, 1000)], "o", color="C0")
left.axhline(0.07**2 / 2, color="gray", ls="--", lw=1.2)
left.text(0.1, 0.07**2 / 2 * 1.08, r"$\frac{1}{2}\cdot 0.07^2$", color="gray", va="bottom")
left.set(yscale="log", xlabel="$t$", ylabel="$L$")
for k, name in enumerate(("p_1", "p_2")):
    right.plot(shown, [outputs[t][k] for t in shown], color=f"C{k}", label=f"${name}$")
    right.axhline(y[k].item(), color=f"C{k}", ls="--", lw=1.2)
    right.text(0.1, y[k].item() + 0.012, f"$y_{k + 1}$", color=f"C{k}", va="bottom")
right.axhline(0, color="gray", lw=0.8)
right.set(xlabel="$t$", ylabel="$p_k$", ylim=(-0.1, 0.58))
for ax in (left, right):
    ax.set_xscale("symlog", linthresh=1)
    ax.set_xlim(-0.12, 1300)
right.legend()
plt.show()
# --8<-- [end:figure]
