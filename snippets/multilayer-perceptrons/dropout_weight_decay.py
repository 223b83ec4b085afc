# %% [markdown] lang="en"
# # Dropout and weight decay together
# Seven strengths of decay, with and without dropout, four seeds, 20 % wrong labels; the decay is chosen on
# validation data, separately with and without dropout.

# %% [markdown] lang="zh"
# # 暂退法与权重衰减并用
# 七种衰减强度，各自用与不用暂退法，四个种子，20 % 的标签是错的；有无暂退法时，衰减强度各自由验证集选出。

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

decays = [0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3]
arms = [(p, decay) for p in (0.0, 0.5) for decay in decays]
A, S, n, epochs, eta, B = len(arms), 4, 300, 60, 0.2, 50
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
    return (net(x, False).argmax(2) == y).float().mean(1).view(2, 7, S).cpu()  # without/with dropout, decay, seed


val, test = accuracy(x_val, y_val), accuracy(x_test, y_test)
with torch.no_grad():
    loss = F.cross_entropy(net(x, False).mT, y, reduction="none").mean(1).view(2, 7, S).cpu()
# --8<-- [end:train]

# %% --8<-- [start:measure]
chosen = val.mean(2).argmax(1)  # per row: the decay that is best on validation data
results = {
    "neither": (test[0, 0], loss[0, 0]),
    "weight decay": (test[0, chosen[0]], loss[0, chosen[0]]),
    "dropout": (test[1, 0], loss[1, 0]),
    "both": (test[1, chosen[1]], loss[1, chosen[1]]),
}
for name, (accuracy_, loss_) in results.items():
    print(
        f"{name:<14} test accuracy {accuracy_.mean():.2f} +- {accuracy_.std():.2f}   training loss {loss_.mean():.2f}"
    )
print(f"decay chosen on validation data: {decays[chosen[0]]} without dropout, {decays[chosen[1]]} with it")
print("decay               " + "".join(f"{d:7g}" for d in decays))
for row, p_row in enumerate((0.0, 0.5)):
    print(f"test accuracy, p={p_row}" + "".join(f"{v:7.2f}" for v in test[row].mean(1)))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
base = results["neither"][0].mean()
gain = {name: (accuracy_.mean() - base).item() for name, (accuracy_, _) in results.items()}
assert gain["dropout"] > 0.02, "dropout alone helps against wrong labels"
assert gain["both"] < gain["dropout"] + gain["weight decay"], "the gains do not add up"
assert abs(gain["both"] - gain["dropout"]) < 0.04, "on top of dropout, decay changes little"
mean_loss = loss.mean(2)
assert (
    mean_loss[1, 3] > max(mean_loss[0, 3], mean_loss[1, 0]) > min(mean_loss[0, 3], mean_loss[1, 0]) > mean_loss[0, 0]
), "both at 0.01: the worst training fit"
assert (test[:, -1] < 0.2).all(), "decay 0.3: chance level with and without dropout"
largest = torch.stack([W.abs().amax((1, 2)) for W in theta[::2]]).view(3, 2, 7, S)
assert (largest[..., -1, :] < 0.01).all(), "because every weight has shrunk to zero"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.3), width_ratios=[1.15, 1])
strength = torch.arange(7)
for row, ink, label in ((0, "C0", "$p=0$"), (1, "C1", "$p=0.5$")):
    axes[0].fill_between(strength, test[row].amin(1), test[row].amax(1), color=ink, alpha=0.2, lw=0)
    axes[0].plot(strength, test[row].mean(1), "o-", color=ink, label=label)
    axes[0].plot(chosen[row], test[row, chosen[row]].mean(), "o", color=ink, ms=11, markerfacecolor="none")
axes[0].set_xticks(strength, [f"{d:g}" for d in decays])
axes[0].set(xlabel=r"$\lambda$", ylabel="$a$", ylim=(0, 1))
axes[0].legend(loc="lower left")
inks = ["gray", "C0", "C1", "C2"]
for j, (accuracy_, _) in enumerate(results.values()):
    axes[1].plot([j] * S, accuracy_, "o", color=inks[j], ms=4, alpha=0.6)
    axes[1].plot([j - 0.25, j + 0.25], [accuracy_.mean()] * 2, color=inks[j], lw=2)
additive = base + gain["dropout"] + gain["weight decay"]
axes[1].plot([2.65, 3.35], [additive] * 2, color="C2", ls="--")
axes[1].set_xticks(range(4), ["$0$", r"$\lambda$", "$p$", r"$\lambda,\ p$"])
axes[1].set(ylabel="$a$", xlim=(-0.5, 3.5))
plt.show()
# --8<-- [end:figure]
