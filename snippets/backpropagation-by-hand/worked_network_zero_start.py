# %% [markdown] lang="en"
# # All weights zero
# With sigmoids the network learns, but its two hidden units stay identical for ever.
# With tanh or ReLU the hidden layer is zero, every gradient is zero, and nothing moves.

# %% [markdown] lang="zh"
# # 权重全为零
# 用 sigmoid 时，网络照样能学，只是两个隐藏单元永远相同；
# 用 tanh 或 ReLU 时，隐藏层全零，所有梯度为零，什么都不动。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
x = torch.tensor([[0.5], [0.3]], device=device)
y = torch.tensor([[0.23], [-0.07]], device=device)
given = torch.tensor([[[0.2, 0.5], [-0.4, 0.6]], [[0.1, -0.3], [-0.5, 0.8]]], device=device)
zero, eta, steps = torch.zeros_like(given), 1.0, 1000
functions = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "ReLU": torch.relu}
# --8<-- [end:setup]

# %% --8<-- [start:train]
losses, weights = {}, {}
for name, start in (("sigmoid", given), ("sigmoid", zero), ("tanh", zero), ("ReLU", zero)):
    run, phi = (name, "zero" if start is zero else "given"), functions[name]
    W1, W2 = (W.clone().requires_grad_() for W in start)
    losses[run], weights[run] = [], []
    for t in range(steps + 1 if name == "sigmoid" else 101):
        p = phi(W2 @ phi(W1 @ x))
        L = ((p - y) ** 2).sum() / 2
        losses[run].append(L.item())
        weights[run].append(torch.stack([W1.detach(), W2.detach()]))
        G = torch.autograd.grad(L, [W1, W2])
        with torch.no_grad():
            W1 -= eta * G[0]
            W2 -= eta * G[1]
    weights[run] = torch.stack(weights[run])  # update, layer, row, column
# --8<-- [end:train]

# %% --8<-- [start:measure]
for t in (0, 1, 2, steps):
    W1, W2 = [[[round(v, 7) + 0.0 for v in row] for row in W] for W in weights["sigmoid", "zero"][t].tolist()]
    print(f"t = {t:<5} L = {losses['sigmoid', 'zero'][t]:.7f}\n  W1 = {W1}\n  W2 = {W2}")
for run in losses:
    print(
        f"{run[0]:<8}{run[1]:<6}L = {losses[run][0]:.7f} -> {losses[run][-1]:.7f} after {len(losses[run]) - 1} updates"
    )
# --8<-- [end:measure]

# %% --8<-- [start:claims]
W = weights["sigmoid", "zero"]
assert (W[1, 0] == 0).all(), "W2 = 0 sends no delta back: W1 waits for one update"
delta2 = (0.5 - y) * 0.25
assert (W[1, 1] + eta * delta2 * 0.5).abs().max() < 1e-15, "W2 does not wait: its gradient is delta h^T with h = 1/2"
assert (W[2, 0] != 0).all(), "from the second update on W1 moves too"
assert (W[:, 0, 0] - W[:, 0, 1]).abs().max() < 1e-12, "equal rows of W1 at every step"
assert (W[:, 1, :, 0] - W[:, 1, :, 1]).abs().max() < 1e-12, "equal columns of W2 at every step"
one_unit = torch.sigmoid(W[-1, 1].sum(1, keepdim=True) * torch.sigmoid(W[-1, 0, :1] @ x))
p = torch.sigmoid(W[-1, 1] @ torch.sigmoid(W[-1, 0] @ x))
assert (one_unit - p).abs().max() < 1e-12, "the network is one with a single hidden unit"
assert abs(losses["sigmoid", "zero"][-1] / losses["sigmoid", "given"][-1] - 1) < 0.01, "enough for a single sample"
for name in ("tanh", "ReLU"):
    assert (weights[name, "zero"] == 0).all() and set(losses[name, "zero"]) == {losses[name, "zero"][0]}, (
        f"{name}: stuck"
    )

torch.manual_seed(0)
layers = nn.Sequential(nn.Linear(2, 2), nn.Sigmoid(), nn.Linear(2, 2), nn.Sigmoid()).to(device)
for layer in (layers[0], layers[2]):
    nn.init.zeros_(layer.bias)
((layers(x.T) - y.T) ** 2).sum().backward()
rows = layers[0].weight.grad
assert rows.abs().min() > 0 and not torch.allclose(rows[0], rows[1]), (
    "zero biases: random weights already tell the units apart"
)
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2))
shown = [0] + sorted({round(10 ** (k / 12)) for k in range(37)})
left.plot(shown, [losses["sigmoid", "given"][t] for t in shown], color="C0", lw=5, alpha=0.3, label=r"$\sigma$")
left.plot(shown, [losses["sigmoid", "zero"][t] for t in shown], color="C1", lw=1.6, label=r"$\sigma,\ W=0$")
flat = [t for t in shown if t <= 100]
left.plot(flat, [losses["tanh", "zero"][t] for t in flat], color="C2", lw=4, alpha=0.5, label=r"$\tanh,\ W=0$")
left.plot(flat, [losses["ReLU", "zero"][t] for t in flat], color="C3", lw=1.2, ls="--", label=r"$\mathrm{ReLU},\ W=0$")
left.axhline(0.00245, color="gray", ls=":", lw=1.2)
left.set(yscale="log", xlabel="$t$", ylabel="$L$", ylim=(0.0018, 0.4))
left.legend(loc="lower left", bbox_to_anchor=(0, 0.06))
V = weights["sigmoid", "zero"][shown, 0].cpu()
for column, ink in ((0, "C0"), (1, "C1")):
    right.plot(shown, V[:, 0, column], color=ink, lw=5, alpha=0.3, label=f"$w_{(1, 3)[column]}$")
    right.plot(shown, V[:, 1, column], color=ink, lw=1.4, ls=(0, (4, 2)), label=f"$w_{(2, 4)[column]}$")
right.set(xlabel="$t$", ylabel="$W^{(1)}$")
right.legend()
for ax in (left, right):
    ax.set_xscale("symlog", linthresh=1)
    ax.set_xlim(-0.12, 1300)
plt.show()
# --8<-- [end:figure]
