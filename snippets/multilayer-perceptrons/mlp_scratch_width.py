# %% [markdown] lang="en"
# # Accuracy rises steeply with the width, then hardly
# 64-$h$-10 ReLU networks on 8x8 digits, five runs per width, each with its own seed and split. Past a few tens of units,
# neighbouring widths differ by about as much as two runs of the same width.

# %% [markdown] lang="zh"
# # 准确率先随宽度陡升，然后几乎不变
# 在 8x8 手写数字上训练 64-$h$-10 的 ReLU 网络，每个宽度跑五次，种子与划分各不相同。
# 超过几十个单元之后，相邻宽度之间的差别，大致就是同一宽度的两次训练之差。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
widths, seeds, eta, epochs, batch_size = (1, 2, 4, 8, 16, 32, 64, 128, 256), 5, 0.2, 15, 50
order = torch.stack(
    [torch.randperm(len(digits.target)) for _ in range(seeds)]
)  # row s: the split of run s, at every width
X = torch.tensor(digits.data / 16, dtype=torch.float32)[order].to(device)
y = torch.tensor(digits.target)[order].to(device)
train, validation = slice(0, 1000), slice(1000, None)
# --8<-- [end:setup]


# %% --8<-- [start:train]
def logits(parameters, x):
    """One network per run, side by side: inputs (seeds, samples, 64), weights (seeds, in, out), biases (seeds, 1, out)."""
    W1, b1, W2, b2 = parameters
    h = torch.relu(torch.baddbmm(b1, x, W1))
    return torch.baddbmm(b2, h, W2)


def fit(h):
    """Training loss, training and validation accuracy of each run; logits of the first; parameters per network."""
    parameters = []
    for n_in, n_out in ((64, h), (h, 10)):
        parameters += [
            torch.randn(seeds, n_in, n_out, device=device) * (2 / n_in) ** 0.5,
            torch.zeros(seeds, 1, n_out, device=device),
        ]
    for p in parameters:
        p.requires_grad_()
    for _ in range(epochs):
        for batch in torch.randperm(1000, device=device).split(batch_size):
            output = logits(parameters, X[:, batch])
            losses = cross_entropy(output.mT, y[:, batch], reduction="none").mean(1)
            gradients = torch.autograd.grad(losses.sum(), parameters)  # the runs share no parameter
            with torch.no_grad():
                for p, g in zip(parameters, gradients):
                    p -= eta * g
    with torch.no_grad():
        output = logits(parameters, X)
        hits = (output.argmax(2) == y).float()
        losses = cross_entropy(output[:, train].mT, y[:, train], reduction="none")
    return (
        torch.stack([losses.mean(1), hits[:, train].mean(1), hits[:, validation].mean(1)]).cpu(),
        output[0],
        sum(p[0].numel() for p in parameters),
    )


table, outputs, counts = zip(*(fit(h) for h in widths))
table = torch.stack(table)  # (widths, 3, seeds)
print("   h  parameters  training loss  validation accuracy, mean (sd) of 5 runs")
for h, count, (loss, _, accuracy) in zip(widths, counts, table):
    print(f"{h:4d}{count:12d}{loss.mean():15.2f}{accuracy.mean():14.2f} ({accuracy.std():.2f})")
gain = table[-1, 2] - table[widths.index(32), 2]  # paired: the same five splits
print(f"h = 256 minus h = 32: {gain.mean():.2f} ({gain.std():.2f})")
# --8<-- [end:train]

# %% --8<-- [start:claims]
loss, accuracy = table[:, 0].mean(1), dict(zip(widths, table[:, 2]))
assert all(count == 75 * h + 10 for h, count in zip(widths, counts)), "the price is linear in h"
for h, output in zip(widths, outputs):
    rank = torch.linalg.matrix_rank(output - output.mean(0), atol=1e-3, rtol=0)
    assert rank <= h, "h units: apart from the bias, the logits of all inputs span at most h directions"
assert accuracy[1].mean() < 0.5 and accuracy[8].mean() > 0.7, "a bottleneck, then its end"
assert min(accuracy[h].mean() for h in (32, 64, 128, 256)) > 0.9, "the plateau"
noise = (
    torch.stack([accuracy[h] for h in (32, 64, 128, 256)]).var(1).mean().sqrt()
)  # sd of one run, pooled over the plateau
for h in (32, 64, 128):
    step = (accuracy[2 * h].mean() - accuracy[h].mean()).abs()
    assert step < 5 * noise * (2 / seeds) ** 0.5, f"{h} and {2 * h} units: within 5 standard errors of the difference"
assert gain.mean().abs() < 0.03, "eight times the width, a few hundredths at most"
assert loss[0] > loss[2] > loss[3] > loss[5] > loss[8], "the training loss still falls with the width"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2))
for ax, rows in zip(axes, ((0,), (1, 2))):
    for row, ink in zip(rows, ("C0", "C1")):
        values = table[:, row]
        ax.fill_between(widths, values.amin(1), values.amax(1), color=ink, alpha=0.2, lw=0)
        ax.plot(widths, values.mean(1), "o-", color=ink)
    ax.set_xscale("log", base=2)
    ax.set(xlabel="$h$", xticks=widths, xticklabels=widths)
    ax.minorticks_off()
axes[0].set(ylabel="$L$", yscale="log", yticks=(0.1, 0.2, 0.5, 1, 2), yticklabels=("0.1", "0.2", "0.5", "1", "2"))
axes[0].minorticks_off()
axes[1].set(ylabel="$A$", ylim=(0, 1.02))
plt.show()
# --8<-- [end:figure]
