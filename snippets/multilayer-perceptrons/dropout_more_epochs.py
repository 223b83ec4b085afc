# %% [markdown] lang="en"
# # Dropout delays the memorizing of wrong labels
# 300 digits, once with 20 % wrong labels and once with correct ones; with and without dropout from the same
# initial weights,
# for 120 epochs. Losses are measured with the mask on and off.

# %% [markdown] lang="zh"
# # 暂退法推迟对错误标签的记忆
# 300 张数字图像，一次有 20 % 的标签是错的，一次全对；用不用暂退法，初始权重都相同，各训练 120 轮。
# 损失在掩码打开与关闭时各量一次。

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

arms = [("wrong labels", 0.0), ("wrong labels", 0.5), ("correct labels", 0.0), ("correct labels", 0.5)]
A, S, n, epochs, eta, B = len(arms), 5, 300, 120, 0.2, 50
p = torch.tensor([rate for _, rate in arms], device=device).repeat_interleave(S).view(-1, 1, 1)  # run = S * arm + seed
# --8<-- [end:setup]

# %% --8<-- [start:train]
split = torch.stack([torch.randperm(1797, device=device) for _ in range(S)])
x, truth = images[split], labels[split]
wrong = torch.rand(S, n, device=device) < 0.2
noisy = torch.where(wrong, (truth[:, :n] + torch.randint(1, 10, (S, n), device=device)) % 10, truth[:, :n])
x, x_test, y_test = x[:, :n].repeat(A, 1, 1), x[:, n:].repeat(A, 1, 1), truth[:, n:].repeat(A, 1)
y = torch.cat([noisy if kind == "wrong labels" else truth[:, :n] for kind, _ in arms])

theta = []  # every arm of a seed starts from the same weights
for fan_in, fan_out in ((64, 64), (64, 64), (64, 10)):
    theta.append(
        (torch.randn(S, fan_in, fan_out, device=device) * (2 / fan_in) ** 0.5).repeat(A, 1, 1).requires_grad_()
    )
    theta.append(torch.zeros(A * S, 1, fan_out, device=device, requires_grad=True))


def net(x, training):
    W1, b1, W2, b2, W3, b3 = theta
    for W, b in ((W1, b1), (W2, b2)):
        x = torch.relu(torch.baddbmm(b, x, W))
        if training:
            x = x * (torch.rand_like(x) >= p) / (1 - p)
    return torch.baddbmm(b3, x, W3)


@torch.no_grad()
def scores():
    loss = [F.cross_entropy(net(x, training).mT, y, reduction="none").mean(1) for training in (True, False)]
    hit = (net(x, False).argmax(2) == y).float()
    memorized = (hit * wrong.repeat(A, 1)).sum(1) / wrong.repeat(A, 1).sum(
        1
    )  # wrong labels that the network reproduces
    test = (net(x_test, False).argmax(2) == y_test).float().mean(1)
    return torch.stack([*loss, hit.mean(1), memorized, test]).view(5, A, S)


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
    if epoch % 5 == 4:
        curves.append(scores())
loss_on, loss_off, fit, memorized, test = torch.stack(curves, dim=1).cpu()  # each: record, arm, seed
# --8<-- [end:train]

# %% --8<-- [start:measure]
print("mean over 5 seeds, epoch:          20     40     80    120   sd(120)")
rows = (
    ("train loss, mask off", loss_off),
    ("train loss, mask on", loss_on),
    ("train accuracy", fit),
    ("test accuracy", test),
    ("wrong labels memorized", memorized),
)
for a, (kind, rate) in enumerate(arms):
    print(f"{kind}, p = {rate}")
    for name, v in rows if kind == "wrong labels" else rows[:-1]:
        print(
            f"  {name:<26}"
            + "".join(f"{v[k // 5, a].mean():7.2f}" for k in (20, 40, 80, 120))
            + f"{v[-1, a].std():9.2f}"
        )
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert test[-1, 1].mean() > test[-1, 0].mean() + 0.03, "wrong labels: in the end, dropout is better"
assert test[2, 1].mean() < test[2, 0].mean(), "but after 10 epochs it is still behind"
assert test[:, 0].mean(1).max() > test[-1, 0].mean() + 0.02, "without dropout the test accuracy falls from its peak"
assert abs(test[-1, 3].mean() - test[-1, 2].mean()) < 0.02, "correct labels: no difference in the end"
assert (memorized[-1, 0] > memorized[-1, 1] + 0.3).all(), "without dropout the wrong labels are learnt"
assert memorized[-1, 1].mean() > memorized[8, 1].mean(), "with dropout they are learnt too, only later"
assert (loss_off[1:, 1::2].mean(2) > loss_off[1:, ::2].mean(2)).all(), "also without mask, dropout has the higher loss"
assert (loss_on[1:, 1::2] > loss_off[1:, 1::2]).all(), "and the mask itself adds to the training loss"
assert torch.allclose(loss_on[:, ::2], loss_off[:, ::2]), "p = 0: no mask, no difference"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(2, 2, figsize=(7.2, 4.8), sharex=True, sharey="row")
t = torch.arange(0, epochs + 1, 5)
for a, (kind, rate) in enumerate(arms):
    ink, column = ("C1" if rate else "C0"), a // 2
    for ax, v in ((axes[0, column], loss_off[:, a]), (axes[1, column], test[:, a])):
        ax.fill_between(t, v.amin(1), v.amax(1), color=ink, alpha=0.2, lw=0)
        ax.plot(t, v.mean(1), color=ink, label=f"$p={rate:g}$")
    if rate:
        axes[0, column].plot(t, loss_on[:, a].mean(1), color=ink, ls="--", lw=1.2)
axes[0, 0].set(ylabel="$L$", ylim=(0, 2.6))
axes[1, 0].set(ylabel="$a$", ylim=(0.6, 1), xlabel="$t$")
axes[1, 1].set(xlabel="$t$", xlim=(0, epochs), xticks=range(0, 121, 20))
axes[0, 0].annotate(r"$\varepsilon = 0.2$", (0.97, 0.93), xycoords="axes fraction", ha="right", va="top")
axes[0, 1].annotate(r"$\varepsilon = 0$", (0.97, 0.93), xycoords="axes fraction", ha="right", va="top")
axes[1, 1].legend(loc="lower right")
plt.show()
# --8<-- [end:figure]
