# %% [markdown] lang="en"
# # Exchanging the rates of two hidden layers
# Six pairs of rates, five seeds, correct and partly wrong labels; every pair starts from the same weights,
# sees the same minibatches and draws the same random numbers for its masks.

# %% [markdown] lang="zh"
# # 对调两个隐藏层的丢弃概率
# 六组丢弃概率，五个种子，标签全对与部分标错两种情形；每组都从同样的权重出发，小批量与掩码用的随机数也相同。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
images = torch.tensor(digits.data / 16, dtype=torch.float32, device=device)
labels = torch.tensor(digits.target, device=device)

pairs = [(0.0, 0.0), (0.2, 0.5), (0.5, 0.2), (0.0, 0.8), (0.8, 0.0), (0.8, 0.8)]
arms = [("correct", pair) for pair in pairs] + [("wrong", pair) for pair in pairs[:3]]
A, S, n, epochs, eta, B = len(arms), 5, 300, 60, 0.2, 50
rates = torch.tensor([pair for _, pair in arms], device=device).repeat_interleave(S, dim=0).T[:, :, None, None]
# --8<-- [end:setup]

# %% --8<-- [start:train]
split = torch.stack([torch.randperm(1797, device=device) for _ in range(S)])
x, truth = images[split], labels[split]
wrong = torch.rand(S, 1797, device=device) < 0.2
noisy = torch.where(wrong, (truth + torch.randint(1, 10, wrong.shape, device=device)) % 10, truth)
y = torch.cat([noisy[:, :n] if kind == "wrong" else truth[:, :n] for kind, _ in arms])
x, x_test, y_test = x[:, :n], x[:, n:].repeat(A, 1, 1), truth[:, n:].repeat(A, 1)
seed, run = torch.arange(S, device=device)[:, None], torch.arange(A * S, device=device)[:, None]

theta = []  # every arm of a seed starts from the same weights
for fan_in, fan_out in ((64, 64), (64, 64), (64, 10)):
    theta.append(
        (torch.randn(S, fan_in, fan_out, device=device) * (2 / fan_in) ** 0.5).repeat(A, 1, 1).requires_grad_()
    )
    theta.append(torch.zeros(A * S, 1, fan_out, device=device, requires_grad=True))


def net(x, training):
    W1, b1, W2, b2, W3, b3 = theta
    for W, b, p in ((W1, b1, rates[0]), (W2, b2, rates[1])):
        x = torch.relu(torch.baddbmm(b, x, W))
        if training:
            u = torch.rand_like(x[:S]).repeat(A, 1, 1)  # every arm of a seed draws the same numbers
            x = x * ((u >= p) / (1 - p))
    return torch.baddbmm(b3, x, W3)


@torch.no_grad()
def accuracy():
    return (net(x_test, False).argmax(2) == y_test).float().mean(1).view(A, S).cpu()


curves = [accuracy()]
for epoch in range(epochs):
    order = torch.rand(S, n, device=device).argsort(1)  # every arm of a seed sees the same minibatches
    for batch in order.split(B, dim=1):
        logits = net(x[seed, batch].repeat(A, 1, 1), True)
        loss = F.cross_entropy(logits.flatten(0, 1), y[run, batch.repeat(A, 1)].flatten(), reduction="sum") / B
        gradients = torch.autograd.grad(loss, theta)  # the runs share no parameter: each gets its own gradient
        with torch.no_grad():
            for parameter, gradient in zip(theta, gradients):
                parameter -= eta * gradient
    if epoch % 10 == 9:
        curves.append(accuracy())
test = torch.stack(curves)  # record, arm, seed
with torch.no_grad():
    logits = net(x.repeat(A, 1, 1), False)
    loss = F.cross_entropy(logits.mT, y, reduction="none").mean(1).view(A, S).cpu()
# --8<-- [end:train]

# %% --8<-- [start:measure]
print(f"after {epochs} epochs            test accuracy   training loss")
for (kind, pair), *scores in zip(arms, test[-1], loss):
    a, c = (f"{v.mean():.2f} +- {v.std():.2f}" for v in scores)
    print(f"{kind:<8} (p1, p2) = {pair}  {a}    {c}")
swap = torch.stack([test[:, 2] - test[:, 1], test[:, 8] - test[:, 7]])  # the same seed, the rates exchanged
for kind, difference in zip(("correct", "wrong"), swap):
    for record in (4, 6):
        d = difference[record]
        error = d.std() / S**0.5
        print(
            f"{kind:<8} (0.5, 0.2) - (0.2, 0.5) after {10 * record} epochs: {d.mean():+.3f}, standard error {error:.3f}"
        )
# --8<-- [end:measure]

# %% --8<-- [start:claims]
late = swap[:, [4, 6]]
assert (late.mean(2).abs() + 2 * late.std(2) / S**0.5 < 0.04).all(), (
    "exchanging 0.2 and 0.5 moves the mean test accuracy by a few points at most"
)
assert (test[-1, 7:].mean(1) > test[-1, 6].mean() + 0.03).all(), "wrong labels: either order is better than no dropout"
assert (loss[4] > loss[3]).all(), "p = 0.8 costs more training fit in layer 1 than in layer 2, in every seed"
assert test[-1, 5].mean() < test[-1, :5].mean(1).min() - 0.05, "both at 0.8: the lowest accuracy, from underfitting"
assert (loss[5] > 10 * loss[0]).all()
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.4), width_ratios=[1, 1, 1.15])
names = [rf"${a:g},\ {b:g}$" for a, b in pairs]
for ax, v in zip(axes, (test[-1], loss)):
    for j in range(6):
        for arm, ink, shift in ((j, "C0", -0.12), (j + 6, "C1", 0.12)):
            if arm < A:
                ax.plot([j + shift] * S, v[arm], "o", color=ink, ms=4, alpha=0.6)
                label = rf"$\varepsilon={0 if ink == 'C0' else 0.2}$" if j == 0 else None
                ax.plot([j + shift - 0.2, j + shift + 0.2], [v[arm].mean()] * 2, color=ink, lw=2, label=label)
    ax.set_xticks(range(6), names, rotation=60)
    ax.set(xlabel="$p_1,\\ p_2$")
axes[0].set_ylabel("$a$")
axes[0].legend(loc="lower left")
axes[1].set(yscale="log", ylabel=r"$L$")
t = torch.arange(0, epochs + 1, 10)
for d, ink in zip(swap, ("C0", "C1")):
    mean, error = d.mean(1), d.std(1) / S**0.5
    axes[2].fill_between(t, mean - error, mean + error, color=ink, alpha=0.25, lw=0)
    axes[2].plot(t, mean, "o-", color=ink, ms=4)
axes[2].axhline(0, color="gray", lw=0.8)
axes[2].set(
    xlabel="$t$",
    ylabel=r"$a_{0.5,\,0.2} - a_{0.2,\,0.5}$",
    ylim=(-0.05, 0.05),
    yticks=[-0.04, -0.02, 0, 0.02, 0.04],
    xticks=[0, 20, 40, 60],
)
plt.show()
# --8<-- [end:figure]
