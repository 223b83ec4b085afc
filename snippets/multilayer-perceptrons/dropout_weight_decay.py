# %% [markdown] lang="en"
# # Dropout and weight decay in a 2 x 2 design
# Neither, decay, dropout, both: five seeds, 20 % wrong labels. The decay is the one that validation data choose for
# the network without dropout, and the same one stands beside dropout.

# %% [markdown] lang="zh"
# # 暂退法与权重衰减：2 × 2 设计
# 都不用、只用衰减、只用暂退法、并用：五个种子，20 % 的标签是错的。衰减强度由验证集为不用暂退法的网络选出，与暂退法并用时取同一个值。

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

decays = [0.0, 0.003, 0.01, 0.03, 0.3]
arms = [(p, decay) for p in (0.0, 0.5) for decay in decays]
A, S, n, epochs, eta, B = len(arms), 5, 300, 60, 0.2, 50
p, decay = torch.tensor(arms, device=device).repeat_interleave(S, dim=0).T[:, :, None, None]
# --8<-- [end:setup]

# %% --8<-- [start:train]
split = torch.stack([torch.randperm(1797, device=device) for _ in range(S)])
x, truth = images[split], labels[split]
wrong = torch.rand(S, 1797, device=device) < 0.2
noisy = torch.where(wrong, (truth + torch.randint(1, 10, wrong.shape, device=device)) % 10, truth)
x_val, y_val = x[:, n:800].repeat(A, 1, 1), noisy[:, n:800].repeat(A, 1)  # as in practice, wrong labels here too
x_test, y_test = x[:, 800:].repeat(A, 1, 1), truth[:, 800:].repeat(A, 1)
x, y = x[:, :n].repeat(A, 1, 1), noisy[:, :n].repeat(A, 1)

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
                parameter -= eta * (gradient + decay * parameter)


@torch.no_grad()
def accuracy(x, y):
    return (net(x, False).argmax(2) == y).float().mean(1).view(2, -1, S).cpu()  # without/with dropout, decay, seed


val, test = accuracy(x_val, y_val), accuracy(x_test, y_test)
with torch.no_grad():
    loss = F.cross_entropy(net(x, False).mT, y, reduction="none").mean(1).view(2, -1, S).cpu()
# --8<-- [end:train]

# %% --8<-- [start:measure]
best = val[0].mean(1).argmax()  # the decay that validation data choose for the network without dropout
cells = {"neither": (0, 0), "weight decay": (0, best), "dropout": (1, 0), "both": (1, best)}
a = {name: test[cell] for name, cell in cells.items()}
print(f"decay chosen without dropout: {decays[best]}; mean and standard deviation of {S} seeds")
for name, cell in cells.items():
    print(f"{name:<14}test accuracy {a[name].mean():.2f} +- {a[name].std():.2f}", end="   ")
    print(f"training loss {loss[cell].mean():.2f} +- {loss[cell].std():.2f}")

effects = {  # seed by seed: the four cells share data, starting weights and minibatches
    "decay alone": a["weight decay"] - a["neither"],
    "dropout alone": a["dropout"] - a["neither"],
    "both": a["both"] - a["neither"],
    "decay on top of dropout": a["both"] - a["dropout"],
    "both, beyond the sum": a["both"] - a["dropout"] - a["weight decay"] + a["neither"],
}
print("effect on the test accuracy, mean and standard error")
for name, effect in effects.items():
    print(f"{name:<24}{effect.mean():+.3f} +- {effect.std() / S**0.5:.3f}")
print("decay               " + "".join(f"{d:7g}" for d in decays))
for row, rate in enumerate((0.0, 0.5)):
    print(f"test accuracy, p={rate}" + "".join(f"{v:7.2f}" for v in test[row].mean(1)))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
mean = {name: effect.mean() for name, effect in effects.items()}
error = {name: effect.std() / S**0.5 for name, effect in effects.items()}
for name in ("decay alone", "dropout alone"):
    assert mean[name] > 2 * error[name], f"{name} helps against wrong labels"
assert mean["both, beyond the sum"] < -2 * error["both, beyond the sum"], "the gains do not add up"
assert mean["decay on top of dropout"] < 0.5 * mean["decay alone"], "beside dropout, decay gains less than alone"
assert (loss[1, best] > torch.maximum(loss[0, best], loss[1, 0])).all(), "both: the worst training fit, in every seed"
assert (test[:, -1] < 0.2).all(), "decay 0.3: chance level with and without dropout"
largest = torch.stack([W.abs().amax((1, 2)) for W in theta[::2]]).view(3, 2, -1, S)
assert (largest[..., -1, :] < 0.01).all(), "because every weight has shrunk to zero"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.3), width_ratios=[1.15, 1])
strength = torch.arange(len(decays))
for row, ink, label in ((0, "C0", "$p=0$"), (1, "C1", "$p=0.5$")):
    axes[0].fill_between(strength, test[row].amin(1), test[row].amax(1), color=ink, alpha=0.2, lw=0)
    axes[0].plot(strength, test[row].mean(1), "o-", color=ink, label=label)
    axes[0].plot(best, test[row, best].mean(), "o", color=ink, ms=11, markerfacecolor="none")
axes[0].set_xticks(strength, [f"{d:g}" for d in decays])
axes[0].set(xlabel=r"$\lambda$", ylabel="$a$", ylim=(0, 1))
axes[0].legend(loc="lower left")
for j, (accuracy_, ink) in enumerate(zip(a.values(), ("gray", "C0", "C1", "C2"))):
    axes[1].plot([j] * S, accuracy_, "o", color=ink, ms=4, alpha=0.6)
    axes[1].plot([j - 0.25, j + 0.25], [accuracy_.mean()] * 2, color=ink, lw=2)
additive = (a["weight decay"] + a["dropout"] - a["neither"]).mean()
axes[1].plot([2.65, 3.35], [additive] * 2, color="C2", ls="--")
axes[1].set_xticks(range(4), ["$0$", r"$\lambda$", "$p$", r"$\lambda,\ p$"])
axes[1].set(ylabel="$a$", xlim=(-0.5, 3.5))
plt.show()
# --8<-- [end:figure]
