# %% [markdown] lang="en"
# # Seven activation functions at three depths
# Every arm starts from the same weights. One hidden layer trains with all of them; deeper, what trains and what does not
# depends on the pairing of activation and initialization.

# %% [markdown] lang="zh"
# # 七种激活函数，三种深度
# 各组从相同的权重出发。只有一个隐藏层时都能训练；层数一多，能不能训练要看激活函数与初始化的搭配。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import cross_entropy, gelu, leaky_relu, silu

seed = 2
torch.manual_seed(seed)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
order = torch.randperm(len(digits.target))
X = torch.tensor(digits.data / 16, dtype=torch.float32)[order].to(device)
y = torch.tensor(digits.target)[order].to(device)
train, test = slice(0, 800), slice(800, 1400)
activations = {
    "ReLU": torch.relu, "leaky ReLU": leaky_relu, "tanh": torch.tanh, "GELU": gelu, "SiLU": silu,
    "identity": lambda h: h, "sigmoid": torch.sigmoid,
}  # fmt: skip
depths, seeds, eta, epochs, batch_size = (1, 3, 6), range(seed, seed + 3), 0.1, 10, 32
# --8<-- [end:setup]


# %% --8<-- [start:train]
def logits(parameters, x):
    """All runs side by side, one block of seeds per activation: weights (runs, in, out), biases (runs, out)."""
    h = x.expand(len(parameters[0]), *x.shape)
    for k in range(0, len(parameters), 2):
        if k:
            h = torch.cat([f(block) for f, block in zip(activations.values(), h.chunk(len(activations)))])
        h = torch.baddbmm(parameters[k + 1][:, None], h, parameters[k])
    return h


def fit(depth, init):
    """Mean training loss of each epoch (epochs, activations, seeds) and final test accuracy (activations, seeds)."""
    nets = []
    for s in seeds:
        torch.manual_seed(s)
        nets.append(nn.Sequential(*(nn.Linear(64, 64) for _ in range(depth)), nn.Linear(64, 10)).to(device))
        for layer in nets[-1]:
            init(layer.weight)
            nn.init.zeros_(layer.bias)
    stacked = [torch.stack([p.t() for p in group]).detach() for group in zip(*(net.parameters() for net in nets))]
    parameters = [p.repeat(len(activations), *[1] * (p.dim() - 1)).requires_grad_() for p in stacked]
    runs, history = len(parameters[0]), []
    for _ in range(epochs):
        epoch_loss = torch.zeros(runs, device=device)
        batches = torch.randperm(800, device=device).split(batch_size)
        for batch in batches:
            output = logits(parameters, X[train][batch])
            losses = cross_entropy(output.mT, y[train][batch].expand(runs, -1), reduction="none").mean(1)
            gradients = torch.autograd.grad(losses.sum(), parameters)  # the runs share no parameter
            epoch_loss += losses.detach() / len(batches)
            with torch.no_grad():
                for p, g in zip(parameters, gradients):
                    p -= eta * g
        history.append(epoch_loss.reshape(len(activations), len(seeds)).cpu())
    with torch.no_grad():
        hits = (logits(parameters, X[test]).argmax(2) == y[test]).float().mean(1)
    return torch.stack(history), hits.reshape(len(activations), len(seeds)).cpu()


results = {f"{depth} hidden": fit(depth, nn.init.xavier_uniform_) for depth in depths}
results["6 hidden, He"] = fit(6, lambda weight: nn.init.kaiming_uniform_(weight, nonlinearity="relu"))
print("test accuracy, mean (sd) of 3 seeds" + "".join(f"{title:>14}" for title in results))
for a, name in enumerate(activations):
    cells = (f"{accuracy[a].mean():.2f} ({accuracy[a].std():.2f})" for _, accuracy in results.values())
    print(f"{name:<35}" + "".join(f"{cell:>14}" for cell in cells))
# --8<-- [end:train]

# %% --8<-- [start:claims]
accuracy = {title: dict(zip(activations, table)) for title, (_, table) in results.items()}
for table in accuracy.values():
    assert all(table[name].min() > table["sigmoid"].max() for name in ("ReLU", "leaky ReLU", "tanh"))
three, six, six_he = (accuracy[title] for title in ("3 hidden", "6 hidden", "6 hidden, He"))
assert three["sigmoid"].max() < 0.3 < 0.8 < three["tanh"].min(), "three layers: the sigmoid stays near chance"
assert all(accuracy[f"{depth} hidden"]["identity"].min() > 0.85 for depth in (1, 3)), (
    "linear nets do well on these digits"
)
assert all(six_he[name].mean() > six[name].mean() + 0.2 for name in ("GELU", "SiLU")), "He weights suit GELU and SiLU …"
assert six_he["identity"].max() < 0.3, "… and make a linear net of six layers fail"
stalled = results["3 hidden"][0][:, list(activations).index("sigmoid")]
entropy = torch.distributions.Categorical(y[train].bincount().double()).entropy().item()
assert entropy < stalled.min() and stalled[-1].max() < math.log(10) + 0.1, "no better than guessing, all the time"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.8))
styles = ("C0", "-"), ("C0", ":"), ("C2", "-"), ("C3", "-"), ("C3", ":"), ("C5", "--"), ("C1", "-")
for a, (name, (ink, line)) in enumerate(zip(activations, styles)):
    losses = results["3 hidden"][0][:, a]
    ax.semilogy(range(1, epochs + 1), losses.mean(1), color=ink, ls=line, label=name)
    ax.fill_between(range(1, epochs + 1), losses.amin(1), losses.amax(1), color=ink, alpha=0.15, lw=0)
ax.axhline(math.log(10), color="gray", lw=0.8, ls=":")
ax.text(9.9, math.log(10) * 1.06, r"$\ln 10$", color="gray", ha="right")
ax.set(xlabel="$t$", ylabel="$L$", xlim=(1, epochs), ylim=(0.09, 3.2), xticks=range(1, epochs + 1))
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()
# --8<-- [end:figure]
