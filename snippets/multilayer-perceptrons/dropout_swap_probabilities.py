# %% [markdown] lang="en"
# # Exchanging the rates of two hidden layers
# Six pairs of rates, five seeds, correct and partly wrong labels; every pair starts from the same weights and
# sees the same minibatches.

# %% [markdown] lang="zh"
# # 对调两个隐藏层的丢弃概率
# 六组丢弃概率，五个种子，标签全对与部分标错两种情形；每组都从同样的权重出发，小批量的顺序也相同。

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
A, S, n, epochs, eta, B = len(arms), 5, 300, 80, 0.2, 50
rates = torch.tensor([pair for _, pair in arms], device=device).repeat_interleave(S, dim=0).T[:, :, None, None]
# --8<-- [end:setup]

# %% --8<-- [start:train]
split = torch.stack([torch.randperm(1797, device=device) for _ in range(S)])
x, truth = images[split], labels[split]
wrong = torch.rand(S, 1797, device=device) < 0.2
noisy = torch.where(wrong, (truth + torch.randint(1, 10, wrong.shape, device=device)) % 10, truth)
y = torch.cat([noisy[:, :n] if kind == "wrong" else truth[:, :n] for kind, _ in arms])
x, x_test, y_test = x[:, :n].repeat(A, 1, 1), x[:, n:].repeat(A, 1, 1), truth[:, n:].repeat(A, 1)

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
            x = x * (torch.rand_like(x) >= p) / (1 - p)
    return torch.baddbmm(b3, x, W3)


@torch.no_grad()
def scores():  # both with the mask off
    accuracy = (net(x_test, False).argmax(2) == y_test).float().mean(1)
    return torch.stack([accuracy, F.cross_entropy(net(x, False).mT, y, reduction="none").mean(1)]).view(2, A, S)


curves = [scores()]
for epoch in range(epochs):
    order = torch.rand(S, n, device=device).argsort(1).repeat(A, 1)  # every arm of a seed sees the same minibatches
    for batch in order.split(B, dim=1):
        run = torch.arange(A * S, device=device)[:, None]
        loss = F.cross_entropy(net(x[run, batch], True).flatten(0, 1), y[run, batch].flatten(), reduction="sum") / B
        gradients = torch.autograd.grad(
            loss, theta
        )  # the runs share no parameter, so their sum gives each its own gradient
        with torch.no_grad():
            for parameter, gradient in zip(theta, gradients):
                parameter -= eta * gradient
    if epoch % 10 == 9:
        curves.append(scores())
test, loss = torch.stack(curves, dim=1).cpu()  # each: record, arm, seed
# --8<-- [end:train]

# %% --8<-- [start:measure]
print(f"after {epochs} epochs            test accuracy   training loss")
for (kind, pair), accuracy, cost in zip(arms, test[-1], loss[-1]):
    a, c = (f"{v.mean():.2f} +- {v.std():.2f}" for v in (accuracy, cost))
    print(f"{kind:<8} (p1, p2) = {pair}  {a}    {c}")
swap = torch.stack([test[:, 2] - test[:, 1], test[:, 8] - test[:, 7]])  # the same seed, the rates exchanged
for kind, difference in zip(("correct", "wrong"), swap):
    for record in (4, 8):
        d = difference[record]
        error = d.std() / S**0.5
        print(
            f"{kind:<8} (0.5, 0.2) - (0.2, 0.5) after {10 * record} epochs: {d.mean():+.3f}, standard error {error:.3f}"
        )
# --8<-- [end:measure]

# %% --8<-- [start:claims]
late = swap[:, [4, 8]]
assert (late.mean(2).abs() + 2 * late.std(2) / S**0.5 < 0.04).all(), (
    "exchanging 0.2 and 0.5 moves the mean test accuracy by a few points at most"
)
assert (test[-1, 7:].mean(1) > test[-1, 6].mean() + 0.03).all(), "wrong labels: either order is better than no dropout"
assert (loss[-1, 4] > loss[-1, 3]).all(), "p = 0.8 costs more training fit in layer 1 than in layer 2, in every seed"
assert test[-1, 5].mean() < test[-1, :5].mean(1).min() - 0.05, "both at 0.8: the lowest accuracy, from underfitting"
assert (loss[-1, 5] > 10 * loss[-1, 0]).all()
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.4), width_ratios=[1, 1, 1.15])
names = [rf"${a:g},\ {b:g}$" for a, b in pairs]
for ax, v in zip(axes, (test[-1], loss[-1])):
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
    xticks=[0, 40, 80],
)
plt.show()
# --8<-- [end:figure]
