# %% [markdown] lang="en"
# # Accuracy rises with the width, then stays on a plateau
# 64-$h$-10 ReLU networks on 8x8 digits, five seeds per width. Past a few tens of units,
# neighbouring widths differ by about as little as chance alone explains.

# %% [markdown] lang="zh"
# # 精度随宽度上升，然后进入平台
# 在 8x8 手写数字上训练 64-$h$-10 的 ReLU 网络，每个宽度五个种子。
# 超过几十个单元之后，相邻宽度之间的差别很小，与偶然波动相当。

# %% --8<-- [start:setup]
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
widths, seeds, eta, epochs, batch_size = (1, 2, 4, 8, 16, 32, 64, 128, 256), 5, 0.2, 15, 50
# --8<-- [end:setup]


# %% --8<-- [start:train]
def logits(parameters, x):
    """One network per seed, side by side: weights (seeds, in, out), biases (seeds, 1, out)."""
    W1, b1, W2, b2 = parameters
    h = torch.relu(torch.baddbmm(b1, x.expand(seeds, *x.shape), W1))
    return torch.baddbmm(b2, h, W2)


def fit(h):
    """Training loss, training and validation accuracy of each seed; logits of the first; parameters per network."""
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
            output = logits(parameters, X[train][batch])
            losses = cross_entropy(output.mT, y[train][batch].expand(seeds, -1), reduction="none").mean(1)
            gradients = torch.autograd.grad(losses.sum(), parameters)  # the seeds share no parameter
            with torch.no_grad():
                for p, g in zip(parameters, gradients):
                    p -= eta * g
    with torch.no_grad():
        output = logits(parameters, X)
        hits = (output.argmax(2) == y).float()
        losses = cross_entropy(output[:, train].mT, y[train].expand(seeds, -1), reduction="none")
    return (
        torch.stack([losses.mean(1), hits[:, train].mean(1), hits[:, validation].mean(1)]).cpu(),
        output[0],
        sum(p[0].numel() for p in parameters),
    )


table, outputs, counts = zip(*(fit(h) for h in widths))
table = torch.stack(table)  # (widths, 3, seeds)
print("   h  parameters  training loss  validation accuracy, mean (sd) of 5 seeds")
for h, count, (loss, _, accuracy) in zip(widths, counts, table):
    print(f"{h:4d}{count:12d}{loss.mean():15.2f}{accuracy.mean():14.2f} ({accuracy.std():.2f})")
# --8<-- [end:train]

# %% --8<-- [start:claims]
loss, accuracy = table[:, 0].mean(1), dict(zip(widths, table[:, 2]))
assert all(count == 75 * h + 10 for h, count in zip(widths, counts)), "the price is linear in h"
for h, output in zip(widths, outputs):
    rank = torch.linalg.matrix_rank(output - output.mean(0), atol=1e-3, rtol=0)
    assert rank <= h, "h units: apart from the bias, the logits of all inputs span at most h directions"
assert accuracy[1].mean() < 0.5 and accuracy[8].mean() > 0.7, "a bottleneck, then its end"
assert min(accuracy[h].mean() for h in (32, 64, 128, 256)) > 0.9, "the plateau"
assert (accuracy[32].mean() - accuracy[256].mean()).abs() < 0.03, "eight times the width, a few hundredths at most"
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
axes[1].set(ylim=(0, 1.02))
plt.show()
# --8<-- [end:figure]
