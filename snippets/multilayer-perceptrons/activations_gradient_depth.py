# %% [markdown] lang="en"
# # Gradients through ten hidden layers
# Sigmoid networks lose the gradient on its way to the first layer;
# tanh and ReLU, each with its own initialization, keep it.

# %% [markdown] lang="zh"
# # 穿过十个隐藏层的梯度
# sigmoid 网络的梯度在传回第一层的路上消失；tanh 与 ReLU 配上各自的初始化，则能保住梯度。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
depth, width, seeds = 10, 64, 5
# --8<-- [end:setup]

# %% --8<-- [start:measure]
x = torch.randn(256, width, device=device)
y = torch.randn(256, 1, device=device)
arms = {
    "sigmoid": (torch.sigmoid, nn.init.xavier_normal_),
    "tanh": (torch.tanh, nn.init.xavier_normal_),
    "ReLU": (torch.relu, nn.init.kaiming_normal_),
}
signal = {name: torch.empty(seeds, depth) for name in arms}  # norm of the gradient at the pre-activations of each layer
weight_ratio = {name: torch.empty(seeds) for name in arms}  # gradient norm of W_1 over that of W_10
for name, (f, init) in arms.items():
    for seed in range(seeds):
        weights = [init(torch.empty(width, width, device=device)).requires_grad_() for _ in range(depth)]
        output = init(torch.empty(1, width, device=device))
        h, z = x, []
        for W in weights:
            z.append(h @ W.T)
            h = f(z[-1])
        loss = ((h @ output.T - y) ** 2).mean()
        gradients = torch.autograd.grad(loss, z + weights)
        norms = torch.stack([g.norm() for g in gradients]).cpu()
        signal[name][seed] = norms[:depth]
        weight_ratio[name][seed] = norms[depth] / norms[-1]

ratio = {name: norm[:, 0] / norm[:, -1] for name, norm in signal.items()}
print(f"gradient norm at the pre-activations of layer 1 / layer {depth}, {seeds} seeds")
for name in arms:
    print(f"{name:<8} lowest {ratio[name].min():.0e}, highest {ratio[name].max():.0e}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
mean = {name: r.log().mean().exp() for name, r in ratio.items()}  # geometric
assert mean["sigmoid"] < 4.0 ** (1 - depth), "the sigmoid loses a factor of four per layer, or more"
assert 0.1 < mean["tanh"] < 0.6, "tanh keeps a few tenths over nine layers"
assert 0.5 < mean["ReLU"] < 2, "ReLU keeps it"
assert weight_ratio["sigmoid"].max() < 1e-3, "the gradients of the sigmoid's weights vanish as well"
assert min(weight_ratio["tanh"].median(), weight_ratio["ReLU"].median()) > 0.02, "those of tanh and ReLU do not"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.2))
layer = torch.arange(1, depth + 1)
ax.plot(layer, 4.0 ** (layer - depth), color="gray", lw=1.2, ls=(0, (4, 2)))
ax.text(4.3, 1.5e-3, r"$4^{-(10-\ell)}$", color="gray", fontsize=11, ha="right")
for ink, (name, norm) in zip(("C1", "C2", "C0"), signal.items()):
    relative = norm / norm[:, -1:]
    ax.plot(layer, relative.T, "o", color=ink, ms=3.5, alpha=0.5)
    ax.plot(layer, relative.log().mean(0).exp(), color=ink)
    ax.text(0.85, relative[:, 0].log().mean().exp(), name, color=ink, ha="right", va="center")
ax.set(
    xlabel=r"$\ell$", ylabel=r"$\|\delta_\ell\| \,/\, \|\delta_{10}\|$", yscale="log", xlim=(-0.4, 10.3), xticks=layer
)
plt.show()
# --8<-- [end:figure]
