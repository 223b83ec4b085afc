# %% [markdown] lang="en"
# # Depth moves the usable learning rates
# MLPs with 1, 3 and 5 hidden layers are trained on 8x8 digits at four learning rates, with PyTorch's default
# initialization (variance $\frac{1}{3 n_{in}}$) and with He initialization (variance $\frac{2}{n_{in}}$).

# %% [markdown] lang="zh"
# # 深度改变可用的学习率
# 在 8x8 手写数字上训练 1、3、5 个隐藏层的 MLP，各用四个学习率，
# 并比较 PyTorch 默认初始化（方差 $\frac{1}{3 n_{in}}$）与 He 初始化（方差 $\frac{2}{n_{in}}$）。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import cross_entropy

seed = 0
torch.manual_seed(seed)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
order = torch.randperm(len(digits.target))
X = torch.tensor(digits.data / 16, dtype=torch.float32)[order].to(device)
y = torch.tensor(digits.target)[order].to(device)
train, validation, test = slice(0, 1000), slice(1000, 1400), slice(1400, None)
depths, rates, seeds, epochs, batch_size = (1, 3, 5), (0.03, 0.1, 0.3, 1.0), range(seed, seed + 3), 10, 50
# --8<-- [end:setup]


# %% --8<-- [start:train]
def mlp(depth, init):
    widths = [64] * (depth + 1)
    hidden = [layer for n_in, n_out in zip(widths, widths[1:]) for layer in (nn.Linear(n_in, n_out), nn.ReLU())]
    net = nn.Sequential(*hidden, nn.Linear(64, 10))
    for layer in net[::2]:
        if init == "He":
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return net.to(device)


def logits(parameters, x):
    """One nn.Sequential per run, evaluated side by side: weights (runs, out, in), biases (runs, out)."""
    h = x.expand(len(parameters[0]), *x.shape)
    for k in range(0, len(parameters), 2):
        h = torch.baddbmm(parameters[k + 1][:, None], torch.relu(h) if k else h, parameters[k].mT)
    return h


def accuracies(depth, init):
    """Accuracy of each (seed, rate) on the validation and the test set; every rate starts from the same parameters."""
    nets = []
    for s in seeds:
        torch.manual_seed(s)
        nets.append(mlp(depth, init))
    stacked = [torch.stack(group).detach() for group in zip(*(net.parameters() for net in nets))]
    parameters = [p.repeat_interleave(len(rates), 0).requires_grad_() for p in stacked]
    eta = torch.tensor(rates * len(seeds), device=device)
    for _ in range(epochs):
        for batch in torch.randperm(1000, device=device).split(batch_size):
            output = logits(parameters, X[train][batch])
            losses = cross_entropy(output.mT, y[train][batch].expand(len(eta), -1), reduction="none").mean(1)
            gradients = torch.autograd.grad(losses.sum(), parameters)  # the runs share no parameter
            with torch.no_grad():
                for p, g in zip(parameters, gradients):
                    p -= eta.view(-1, *[1] * (p.dim() - 1)) * g
    with torch.no_grad():
        hits = logits(parameters, X).argmax(2) == y
    return [hits[:, part].float().mean(1).reshape(len(seeds), len(rates)).cpu() for part in (validation, test)]


grid = {(init, depth): accuracies(depth, init) for init in ("He", "default") for depth in depths}
print("validation accuracy, mean of 3 seeds   " + "".join(f"{eta:>7}" for eta in rates) + "   chosen   test, 3 seeds")
for (init, depth), (valid, tested) in grid.items():
    best = valid.mean(0).argmax()
    print(
        f"{init:<8} {depth} hidden layers"
        + " " * 14
        + "".join(f"{accuracy:7.2f}" for accuracy in valid.mean(0))
        + f"{rates[best]:>9}   "
        + " ".join(f"{accuracy:.2f}" for accuracy in tested[:, best])
    )
# --8<-- [end:train]

# %% --8<-- [start:claims]
weight = nn.Linear(300, 100).weight
theory = 1 / (3 * 300)  # uniform on [-1/sqrt(n_in), 1/sqrt(n_in)]
standard_error = theory * (0.8 / weight.numel()) ** 0.5  # kurtosis 9/5 of the uniform distribution, minus 1
assert abs(weight.var().item() - theory) < 5 * standard_error, "nn.Linear starts with variance 1 / (3 n_in)"

valid = {cell: v for cell, (v, _) in grid.items()}
gap = valid["He", 1].mean(0) - valid["He", 5].mean(0)
assert gap[3] > 0.5, "eta = 1 is fine with one hidden layer and fails with five"
assert (valid["default", 5][:, 1] < 0.5).all(), "five layers, default start: eta = 0.1 does not get going in ten epochs"
assert (valid["He", 5][:, 1] > 0.5).all(), "five layers, He start: it does"
he, default = (tested[:, v.mean(0).argmax()].mean() for v, tested in (grid["He", 5], grid["default", 5]))
assert he > default + 0.2, "five layers, each start with the best rate of its own: the start makes the difference"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.0), sharey=True)
for ax, init in zip(axes, ("He", "default")):
    table = torch.stack([valid[init, depth].mean(0) for depth in depths])
    image = ax.imshow(table, vmin=0, vmax=1, aspect="auto", cmap="viridis")
    for i in range(len(depths)):
        for j in range(len(rates)):
            ink = "#fefefe" if table[i, j] < 0.6 else "#010101"
            ax.text(j, i, f"{table[i, j]:.2f}", ha="center", va="center", color=ink)
    ax.set(xticks=range(len(rates)), xticklabels=rates, xlabel=r"$\eta$", yticks=range(len(depths)), yticklabels=depths)
    ax.grid(False)
axes[0].set(ylabel="$L$")
plt.show()
# --8<-- [end:figure]
