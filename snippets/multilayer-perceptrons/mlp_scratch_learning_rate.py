# %% [markdown] lang="en"
# # Learning rate: a slow flank, a plateau, a cliff
# 64-32-10 networks on 8x8 digits at eleven learning rates, looked at after 5, 15 and 45 epochs.
# More epochs move the left flank further left; the cliff on the right stays.

# %% [markdown] lang="zh"
# # 学习率：缓坡、平台、悬崖
# 在 8x8 手写数字上用十一个学习率训练 64-32-10 的网络，在 5、15、45 轮时各看一次。
# 轮数越多，左侧的缓坡越往左移；右侧的悬崖不动。

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
rates, seeds = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 3.0, 10.0, 30.0), 3
looks, h, batch_size = (5, 15, 45), 32, 50
runs = len(rates) * seeds
# --8<-- [end:setup]

# %% --8<-- [start:train]
parameters = []
for n_in, n_out in ((64, h), (h, 10)):  # He initialization; every learning rate starts from the same three networks
    start = torch.randn(seeds, n_in, n_out, device=device) * (2 / n_in) ** 0.5
    parameters += [start.repeat(len(rates), 1, 1), torch.zeros(runs, 1, n_out, device=device)]
W1, b1, W2, b2 = (p.requires_grad_() for p in parameters)
eta = torch.tensor(rates, device=device).repeat_interleave(seeds).view(-1, 1, 1)


def logits(x):
    """One network per run, side by side: weights (runs, in, out), biases (runs, 1, out)."""
    return torch.baddbmm(b2, torch.relu(torch.baddbmm(b1, x.expand(runs, *x.shape), W1)), W2)


accuracy = {}
for epoch in range(1, max(looks) + 1):
    for batch in torch.randperm(1000, device=device).split(batch_size):
        output = logits(X[train][batch])
        losses = cross_entropy(output.mT, y[train][batch].expand(runs, -1), reduction="none").mean(1)
        gradients = torch.autograd.grad(losses.sum(), parameters)  # the runs share no parameter
        with torch.no_grad():
            for p, g in zip(parameters, gradients):
                p -= eta * g
    if epoch in looks:
        with torch.no_grad():
            hits = logits(X[validation]).argmax(2) == y[validation]
        accuracy[epoch] = hits.float().mean(1).reshape(len(rates), seeds).cpu()

print("validation accuracy, mean of 3 seeds (largest sd of a column in the last row)")
print("   eta" + "".join(f"{f'{epoch} epochs':>12}" for epoch in looks))
for r, rate in enumerate(rates):
    print(f"{rate:6g}" + "".join(f"{accuracy[epoch][r].mean():12.2f}" for epoch in looks))
print("    sd" + "".join(f"{accuracy[epoch].std(1).max():12.2f}" for epoch in looks))
# --8<-- [end:train]

# %% --8<-- [start:claims]
mean = {epoch: dict(zip(rates, table.mean(1).tolist())) for epoch, table in accuracy.items()}
assert all(mean[epoch][0.001] < mean[epoch][0.01] < mean[epoch][0.1] for epoch in (5, 15)), "slow side"
assert mean[5][0.01] < 0.75 and mean[45][0.01] > mean[5][0.01] + 0.15, "a small rate was short of epochs, not wrong"
cliff = {epoch: max(rate for rate in rates if mean[epoch][rate] > 0.5) for epoch in looks}
assert set(cliff.values()) == {1.0}, "the cliff lies between 1 and 2 at every budget"
assert all(max(mean[epoch], key=mean[epoch].get) in (0.3, 1.0) for epoch in looks), "the best rates lie just below it"
start = {epoch: min(rate for rate in rates if mean[epoch][rate] > 0.75) for epoch in looks}
assert start == {5: 0.1, 15: 0.03, 45: 0.01}, "three times the epochs, a third of the rate"
same = torch.tensor([mean[epoch][start[epoch]] for epoch in looks])  # (nearly) equal products of rate and epochs
assert same.max() - same.min() < (mean[45][0.01] - mean[45][0.003]) / 4, "the product counts, not the rate"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.4))
for k, (epoch, table) in enumerate(accuracy.items()):
    ax.fill_between(rates, table.amin(1), table.amax(1), color=f"C{k}", alpha=0.2, lw=0)
    ax.plot(rates, table.mean(1), "o-", color=f"C{k}", label=f"$T = {epoch}$")
ax.axhline(0.1, color="gray", lw=0.8, ls=":")
ax.set(xscale="log", xlabel=r"$\eta$", ylabel="$A$", ylim=(0, 1.02))
ax.legend(loc="lower center")
plt.show()
# --8<-- [end:figure]
