# %% [markdown] lang="en"
# # The 2-2-2 network with ReLU: three weights move
# Hidden unit 2 and output 2 are dead for this sample, so five of the eight gradients are zero for ever.

# %% [markdown] lang="zh"
# # 把 2-2-2 网络换成 ReLU：只有三个权重会动
# 对这个样本，隐藏单元 2 与输出单元 2 都是死的，八个梯度中有五个永远为零。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from matplotlib.patches import FancyBboxPatch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
x, y = torch.tensor([[0.5, 0.3], [0.23, -0.07]], device=device)
start = torch.tensor([[[0.2, 0.5], [-0.4, 0.6]], [[0.1, -0.3], [-0.5, 0.8]]], device=device)
names = ["w1", "w3", "w2", "w4", "w5", "w7", "w6", "w8"]
floor, eta, steps = 0.07**2 / 2, 1.0, 1000
# --8<-- [end:setup]

# %% --8<-- [start:train]
losses, weights = {}, {}
for phi in (torch.sigmoid, torch.relu):
    W1, W2 = (W.clone().requires_grad_() for W in start)
    losses[phi], weights[phi] = [], []
    for t in range(steps + 1):
        z = W1 @ x
        h = phi(z)
        o = W2 @ h
        p = phi(o)
        L = ((p - y) ** 2).sum() / 2
        losses[phi].append(L.item())
        weights[phi].append(torch.cat([W1.detach().flatten(), W2.detach().flatten()]))
        G = torch.autograd.grad(L, [W1, W2])
        if phi is torch.relu and t == 0:
            first = {"z": z, "h": h, "o": o, "p": p}
            G_first = torch.cat([g.flatten() for g in G]) + 0.0  # -0 becomes 0
        with torch.no_grad():
            W1 -= eta * G[0]
            W2 -= eta * G[1]
# --8<-- [end:train]

# %% --8<-- [start:measure]
for name, v in first.items():
    print(f"{name} = ({v[0]:g}, {v[1]:g})", end="  ")
relu = torch.stack(weights[torch.relu])
print(f"\nL = {losses[torch.relu][0]:.7f}\n\n        t=0     dL/dw       t=1    t={steps}")
for i, name in enumerate(names):
    print(f"{name}{relu[0, i]:9.5f}{G_first[i]:10.5f}{relu[1, i]:10.5f}{relu[-1, i]:10.5f}")
print(f"\nt = {steps}: p = ({p[0]:.7f}, {p[1]:.7f}), L = {losses[torch.relu][-1]:.7f}")
print(f"sigmoid:  L = {losses[torch.sigmoid][-1]:.7f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
moving = [name for name, moved in zip(names, (relu != relu[0]).any(0)) if moved]
assert moving == ["w1", "w3", "w5"], "exactly three weights ever move"
hand = {"w1": -0.205 * 0.1 * 0.5, "w3": -0.205 * 0.1 * 0.3, "w5": -0.205 * 0.25}  # deltas -0.205 and -0.205 w5
for name, g in zip(names, G_first.tolist()):
    assert abs(g - hand.get(name, 0)) < 1e-15, f"{name}: delta times input"
assert abs(losses[torch.relu][-1] - floor) < 1e-15, "the floor is reached to rounding error"
assert abs(p[0] - y[0]) < 1e-12 and p[1] == 0
assert losses[torch.sigmoid][-1] - floor > 5e-4, "the sigmoid network is still on its way"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
X, Y = (0.0, 2.9, 6.3, 8.3), (1.15, -1.15)
W = relu[0].view(2, 2, 2)
fig, ax = plt.subplots(figsize=(7.2, 3.2))
for layer, (start_x, end_x) in enumerate(((X[0] + 0.5, X[1] - 0.86), (X[1] + 0.86, X[2] - 0.86))):
    for i, a in enumerate(Y):
        for j, b in enumerate(Y):
            alive, t = G_first.view(2, 2, 2)[layer, j, i] != 0, 0.5 if i == j else 0.27
            style = {"color": "C0", "lw": 2.2} if alive else {"color": "gray", "lw": 1, "ls": (0, (3, 2)), "alpha": 0.6}
            ax.annotate(
                "", (end_x, b), (start_x, a), arrowprops={"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 1, **style}
            )
            ax.text(
                start_x + t * (end_x - start_x),
                a + t * (b - a),
                f"${W[layer, j, i]:g}$",
                color="C0" if alive else "gray",
                ha="center",
                va="center",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
            )
for k, b in enumerate(Y):
    ink = ("C0", "gray")[k]
    ax.add_patch(plt.Circle((X[0], b), 0.48, facecolor="white", edgecolor="gray", lw=1.2, zorder=3))
    ax.text(X[0], b, f"${x[k]:g}$", ha="center", va="center", zorder=4)
    for centre, before, after in ((X[1], first["z"], first["h"]), (X[2], first["o"], first["p"])):
        ax.add_patch(
            FancyBboxPatch(
                (centre - 0.82, b - 0.36),
                1.64,
                0.72,
                boxstyle="round,pad=0.02,rounding_size=0.25",
                facecolor="white",
                edgecolor=ink,
                lw=1.6,
                zorder=3,
            )
        )
        ax.plot([centre, centre], [b - 0.38, b + 0.38], color=ink, lw=1, zorder=4)
        for side, v in ((-0.41, before[k]), (0.41, after[k])):
            ax.text(centre + side, b, f"${v:g}$", ha="center", va="center", fontsize=9.5, color=ink, zorder=4)
    ax.text(X[2] + 1.05, b, f"$y_{k + 1}={y[k]:g}$", ha="left", va="center", color=ink)
for centre, text in zip((X[0], X[1] - 0.41, X[1] + 0.41, X[2] - 0.41, X[2] + 0.41), "xzhop"):
    ax.text(centre, -1.95, f"${text}$", ha="center", va="center", color="gray")
ax.set(xlim=(-0.55, 8.8), ylim=(-2.25, 1.75), aspect="equal")
ax.axis("off")
plt.show()

fig, ax = plt.subplots(figsize=(7.2, 3.0))
shown = [0] + sorted({round(10 ** (k / 14)) for k in range(43)})
for phi, ink, label in ((torch.sigmoid, "C0", r"$\sigma$"), (torch.relu, "C1", r"$\mathrm{ReLU}$")):
    ax.plot(shown, [losses[phi][t] for t in shown], color=ink, label=label)
ax.axhline(floor, color="gray", ls="--", lw=1.2)
ax.text(0.1, floor * 1.1, "$0.00245$", color="gray", va="bottom")
ax.set_xscale("symlog", linthresh=1)
ax.set(yscale="log", xlim=(-0.12, 1300), xlabel="$t$", ylabel="$L$", ylim=(0.0018, 0.3))
ax.legend()
plt.show()
# --8<-- [end:figure]
