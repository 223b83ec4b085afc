# %% [markdown] lang="en"
# # Units that start equal stay equal
# If two hidden units share their incoming and outgoing weights, their gradients are equal at every step:
# the layer is one unit. A random start anywhere, or dropout, tells them apart.

# %% [markdown] lang="zh"
# # 起点相同的单元永远相同
# 两个隐藏单元的输入权重、输出权重都相同，则每一步的梯度也相同：整层只顶一个单元。
# 任何一处随机起点，或者暂退法，都能把它们区分开。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import cross_entropy

seed = 0
torch.manual_seed(seed)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
order = torch.randperm(len(digits.target))
X = torch.tensor(digits.data / 16)[order].to(device)  # float64
y = torch.tensor(digits.target)[order].to(device)
train, test = slice(0, 1000), slice(1000, None)
# --8<-- [end:setup]

# %% --8<-- [start:train]
n, seeds, eta, epochs, batch_size = 32, 3, 0.3, 20, 50
zero_one = torch.zeros(seeds, 1, 1, dtype=torch.float64, device=device)
first = torch.randn(seeds, n, 64, dtype=torch.float64, device=device) / 64**0.5
second = torch.randn(seeds, 10, n, dtype=torch.float64, device=device) / n**0.5
arms = {  # start of W1, start of W2, drop probability
    "constant": (zero_one + 0.1, zero_one + 0.1, 0),
    "random W1": (first, zero_one + 0.1, 0),
    "random W2": (zero_one + 0.1, second, 0),
    "random": (first, second, 0),
    "dropout": (zero_one + 0.1, zero_one + 0.1, 0.5),
}
W1 = torch.cat([w.expand(seeds, n, 64) for w, _, _ in arms.values()]).requires_grad_()
W2 = torch.cat([w.expand(seeds, 10, n) for _, w, _ in arms.values()]).requires_grad_()
b1 = torch.zeros(len(W1), 1, n, dtype=torch.float64, device=device, requires_grad=True)
b2 = torch.zeros(len(W1), 1, 10, dtype=torch.float64, device=device, requires_grad=True)
parameters = [W1, b1, W2, b2]
p = torch.tensor([drop for *_, drop in arms.values()], device=device).repeat_interleave(seeds)[:, None, None]


def logits(x, mask=1):
    h = torch.tanh(x @ W1.mT + b1) * mask
    return h @ W2.mT + b2


for _ in range(epochs):
    for batch in torch.randperm(1000, device=device).split(batch_size):
        mask = (torch.rand(len(W1), len(batch), n, device=device) >= p) / (1 - p)
        output = logits(X[batch], mask).mT
        losses = cross_entropy(output, y[batch].expand(len(W1), -1), reduction="none").mean(1)
        gradients = torch.autograd.grad(losses.sum(), parameters)
        with torch.no_grad():
            for theta, g in zip(parameters, gradients):
                theta -= eta * g
with torch.no_grad():
    accuracy = (logits(X[test]).argmax(2) == y[test]).double().mean(1).reshape(-1, seeds).cpu()
    spread = (W1.amax(1) - W1.amin(1)).amax(1).reshape(-1, seeds).cpu()  # largest difference between two rows
    rank = torch.linalg.matrix_rank(W1, rtol=1e-6).reshape(-1, seeds).cpu()
    moved = (W1[0] - 0.1).abs().max()
print("start        rows of W1 differ by   rank of W1   test accuracy (3 seeds)")
for k, name in enumerate(arms):
    differ = f"{spread[k].mean():.1f}" if spread[k].max() > 1e-6 else "0"
    print(f"{name:<13}{differ:>12}{rank[k].max().item():>18}          ", "  ".join(f"{a:.2f}" for a in accuracy[k]))
# --8<-- [end:train]

# %% --8<-- [start:measure]
print("all weights zero, 200 steps  h at start   max |W1|, |W2| moved   rows of W1 differ by")
zero_start = {}
for name, f in {"tanh": torch.tanh, "ReLU": torch.relu, "sigmoid": torch.sigmoid}.items():
    w1, w2, c = (
        torch.zeros(*s, dtype=torch.float64, device=device, requires_grad=True) for s in ((n, 64), (10, n), (10,))
    )
    for k in range(200):
        batch = slice(k % 20 * 50, k % 20 * 50 + 50)
        loss = cross_entropy(f(X[batch] @ w1.T) @ w2.T + c, y[batch])
        with torch.no_grad():
            for theta, g in zip((w1, w2, c), torch.autograd.grad(loss, (w1, w2, c))):
                theta -= eta * g
    h = f(torch.zeros(()))
    differ = (w1.amax(0) - w1.amin(0)).max().item()
    zero_start[name] = w1.abs().max().item(), w2.abs().max().item(), differ, c.abs().max().item()
    print(f"{name:<29}{h:10.1f}{zero_start[name][0]:13.2f}{zero_start[name][1]:6.2f}{differ:21.2f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
row = dict(zip(arms, zip(spread, rank, accuracy)))
assert row["constant"][0].max() < 1e-6 and row["constant"][1].max() == 1, "equal units stay equal"
assert moved > 0.01, "although they do move"
assert row["constant"][2].max() < 0.6, "one unit cannot tell ten digits apart"
for name in ("random W1", "random", "dropout"):
    assert row[name][0].min() > 0.1 and row[name][1].min() > 1, f"{name}: the units differ"
    assert row[name][2].min() > 0.85, f"{name}: and the network learns"
assert row["random W2"][0].min() > 0.1 and row["random W2"][2].mean() > row["constant"][2].mean()
assert zero_start["tanh"][:2] == zero_start["ReLU"][:2] == (0, 0), "zero weights: no weight gradient"
assert zero_start["sigmoid"][1] > 1e-3 and zero_start["sigmoid"][2] < 1e-9, "sigmoid: they move, all alike"

swap = torch.arange(n, device=device)
swap[[3, 7]] = swap[[7, 3]]
last = len(W1) - seeds - 1  # a network with a random start
with torch.no_grad():
    before = torch.tanh(X @ W1[last].T + b1[last]) @ W2[last].T
    after = torch.tanh(X @ W1[last][swap].T + b1[last][:, swap]) @ W2[last][:, swap].T
assert (before - after).abs().max() < 1e-9 and not torch.equal(W1[last], W1[last][swap]), "swapped units, same function"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 3, figsize=(7.2, 2.5), sharey=True)
names = ["constant", "dropout", "random"]
labels = [r"$0.1$", r"$0.1,\ p = \frac{1}{2}$", r"$\mathcal{N}(0, \frac{1}{n})$"]
for ax, name, label in zip(axes, names, labels):
    rows = W1[list(arms).index(name) * seeds].detach().cpu()
    limit = rows.abs().max()
    ax.imshow(rows, aspect="auto", cmap="RdBu", vmin=-limit, vmax=limit, interpolation="nearest")
    ax.grid(False)
    ax.set(xlabel="$j$", xticks=[0, 31, 63], xticklabels=[1, 32, 64], yticks=[0, 15, 31], yticklabels=[1, 16, 32])
    ax.text(31.5, -1.8, label, ha="center", va="bottom")
axes[0].set(ylabel="$i$")
plt.show()
# --8<-- [end:figure]
