# %% [markdown] lang="en"
# # The same extra layers delay training or speed it up
# MLPs with 1, 2 and 3 hidden layers of 64 ReLU units. With the book's $\mathcal{N}(0, 0.01^2)$ each extra layer shrinks signal and
# gradient by about $s\sqrt{n/2} \approx 0.057$; with He initialization it shrinks neither.

# %% [markdown] lang="zh"
# # 同样多加几层，可能迟迟学不动，也可能学得更快
# 1、2、3 个隐藏层的 MLP，每层 64 个 ReLU 单元。用书中的 $\mathcal{N}(0, 0.01^2)$，每多一层，信号与梯度都缩小到约
# $s\sqrt{n/2} \approx 0.057$ 倍；用 He 初始化则都不缩小。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
order = torch.randperm(len(digits.target))
X = torch.tensor(digits.data / 16, dtype=torch.float32)[order].to(device)
y = torch.tensor(digits.target)[order].to(device)
train, validation = slice(0, 1000), slice(1000, None)
depths, deviations, seeds, eta, epochs, batch_size = (1, 2, 3), (0.01, (2 / 64) ** 0.5), 5, 0.1, 15, 50
runs = len(deviations) * seeds  # the first five start small, the last five from He initialization
# --8<-- [end:setup]


# %% --8<-- [start:train]
def logits(parameters, x):
    """One network per run, side by side: weights (runs, in, out), biases (runs, 1, out)."""
    h = x.expand(runs, *x.shape)
    for k in range(0, len(parameters), 2):
        h = torch.baddbmm(parameters[k + 1], torch.relu(h) if k else h, parameters[k])
    return h


def losses(parameters, part):
    return cross_entropy(logits(parameters, X[part]).mT, y[part].expand(runs, -1), reduction="none").mean(1)


def fit(depth, epochs=epochs):
    """First-layer gradient norm at the start, training loss of each epoch, final validation accuracy, of each run."""
    parameters = []
    for n_out in [64] * depth + [10]:
        noise = torch.randn(seeds, 64, n_out, device=device)  # both arms scale the same numbers
        parameters += [torch.cat([s * noise for s in deviations]), torch.zeros(runs, 1, n_out, device=device)]
    for p in parameters:
        p.requires_grad_()
    first = torch.autograd.grad(losses(parameters, train).sum(), parameters)[0].flatten(1).norm(dim=1)
    history = []
    for _ in range(epochs):
        for batch in torch.randperm(1000, device=device).split(batch_size):
            gradients = torch.autograd.grad(losses(parameters, batch).sum(), parameters)  # the runs share no parameter
            with torch.no_grad():
                for p, g in zip(parameters, gradients):
                    p -= eta * g
        with torch.no_grad():
            history.append(losses(parameters, train))
    with torch.no_grad():
        hits = (logits(parameters, X[validation]).argmax(2) == y[validation]).float().mean(1)
    return first.reshape(2, -1).cpu(), torch.stack(history).reshape(epochs, 2, -1).cpu(), hits.reshape(2, -1).cpu()


results = {depth: fit(depth) for depth in depths}
print("start  hidden layers  first gradient  training loss  validation accuracy, mean (sd) of 5 seeds")
for arm, name in enumerate(("0.01", "He")):
    for depth, (first, history, accuracy) in results.items():
        print(
            f"{name:<5}{depth:10d}{first[arm].mean():19.0e}{history[-1, arm].mean():13.2f}"
            + f"{accuracy[arm].mean():16.2f} ({accuracy[arm].std():.2f})"
        )
_, longer, accuracy = fit(2, 60)
print(f"0.01, 2 hidden layers, 60 epochs: loss {longer[-1, 0].mean():.1f}, accuracy {accuracy[0].mean():.1f}")
# --8<-- [end:train]

# %% --8<-- [start:claims]
small, he = ({depth: history[-1, arm] for depth, (_, history, _) in results.items()} for arm in (0, 1))
assert small[1].max() < 1.5 and small[2].min() > 2.2 and small[3].min() > 2.29, "0.01: each extra layer delays learning"
assert abs(small[3].mean() - math.log(10)) < 0.02, "three layers still predict equal probabilities"
assert longer[epochs - 1, 0].min() > 2.2 and longer[-1, 0].max() < 2, (
    "two layers leave the plateau later: delayed, not stopped"
)
assert he[1].mean() > he[2].mean() > he[3].mean() and he[1].max() < 0.4, "He: each extra layer lowers the training loss"
for depth, (first, *_) in results.items():  # the first-layer gradient passes `depth` weight matrices
    ratio, theory = first[1] / first[0], (deviations[1] / 0.01) ** depth
    assert (ratio > theory / 10).all() and (ratio < theory * 10).all(), (
        "gradients scale like s ** depth, to an order of magnitude"
    )
he_accuracy = torch.stack([accuracy[1].mean() for _, _, accuracy in results.values()])
assert he_accuracy.max() - he_accuracy.min() < 0.1, "He: the accuracies are close to each other"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
time = range(1, epochs + 1)
for arm, (ax, title) in enumerate(zip(axes, (r"$\mathcal{N}(0, 0.01^2)$", r"$\mathcal{N}(0, 2/n)$"))):
    for depth, (_, history, _) in results.items():
        ax.fill_between(time, history[:, arm].amin(1), history[:, arm].amax(1), color=f"C{depth - 1}", alpha=0.2, lw=0)
        ax.plot(time, history[:, arm].mean(1), color=f"C{depth - 1}", label=f"{depth}")
    ax.axhline(math.log(10), color="gray", lw=0.8, ls=":")
    ax.set(xlabel="$t$", title=title, xlim=(1, epochs))
axes[0].set(ylabel="$L$", ylim=(0, 2.5))
axes[1].text(epochs, math.log(10) + 0.04, r"$\ln 10$", color="gray", ha="right")
axes[1].legend()
plt.show()
# --8<-- [end:figure]
