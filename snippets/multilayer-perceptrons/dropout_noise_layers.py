# %% [markdown] lang="en"
# # Three kinds of multiplicative noise of equal variance
# $h' = h\xi$ with $\mathbb{E}\xi = 1$ and $\mathrm{Var}\,\xi = s^2$: Bernoulli (dropout, $s^2 = p/(1-p)$),
# Gaussian, log-normal.
# Same architecture, same starting weights, same strengths.

# %% [markdown] lang="zh"
# # 方差相同的三种乘性噪声
# $h' = h\xi$，其中 $\mathbb{E}\xi = 1$，$\mathrm{Var}\,\xi = s^2$：伯努利（即暂退法，
# $s^2 = p/(1-p)$）、高斯、对数正态。
# 架构、初始权重、噪声强度都相同。

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

strengths = [0.25, 1.0, 4.0]  # s^2 = p / (1 - p) for p = 0.2, 0.5, 0.8
kinds = ["Bernoulli", "Gaussian", "log-normal"]
arms = [(None, 0.0)] + [(kind, s2) for kind in kinds for s2 in strengths]
A, S, n, epochs, eta, B = len(arms), 4, 300, 60, 0.2, 50


def noise(kind, s2, shape):  # mean 1, variance s2
    if kind == "Bernoulli":
        return (torch.rand(shape, device=device) < 1 / (1 + s2)) * (1 + s2)
    epsilon = torch.randn(shape, device=device)
    if kind == "Gaussian":
        return 1 + s2**0.5 * epsilon
    if kind == "log-normal":
        tau = torch.log1p(torch.tensor(s2)).item() ** 0.5
        return torch.exp(tau * epsilon - tau**2 / 2)
    return torch.ones(shape, device=device)


# --8<-- [end:setup]

# %% --8<-- [start:moments]
print("100,000 draws     mean   variance / s^2")
for kind in kinds:
    xi = noise(kind, 0.25, 100_000)
    print(f"{kind:<15}{xi.mean():7.2f}{xi.var() / 0.25:12.1f}")
    for moment, theory in ((xi, 1.0), ((xi - 1) ** 2, 0.25)):
        assert abs(moment.mean() - theory) < 5 * moment.std() / 100_000**0.5, f"{kind}: mean 1, variance s^2"
# --8<-- [end:moments]

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
            x = x * torch.cat([noise(kind, s2, (S, *x.shape[1:])) for kind, s2 in arms])
    return torch.baddbmm(b3, x, W3)


@torch.no_grad()
def accuracy(x, y):
    return (net(x, False).argmax(2) == y).float().mean(1).view(A, S).cpu()


curve = [accuracy(x_test, y_test)]
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
        curve.append(accuracy(x_test, y_test))
curve, val = torch.stack(curve), accuracy(x_val, y_val)
# --8<-- [end:train]

# %% --8<-- [start:measure]
test, chosen = curve[-1], {}
print(f"no noise                 test accuracy {test[0].mean():.2f} +- {test[0].std():.2f}")
for k, kind in enumerate(kinds):
    rows = range(1 + 3 * k, 4 + 3 * k)
    chosen[kind] = test[max(rows, key=lambda row: val[row].mean())]  # strength chosen on validation data, for each kind
    print(
        f"{kind:<12}"
        + "".join(f"  s^2={s2:g}: {test[r].mean():.2f} +- {test[r].std():.2f}" for s2, r in zip(strengths, rows))
    )
for kind in kinds[1:]:
    difference = chosen[kind] - chosen["Bernoulli"]
    print(f"{kind} - dropout, best strengths: {difference.mean():+.3f}, standard error {difference.std() / S**0.5:.3f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
mean = test[1:].mean(1).view(3, 3)  # kind, strength
assert (mean[:, 1] > test[0].mean()).all(), "s^2 = 1 helps against wrong labels, whatever the shape of the noise"
assert (mean[1:, :2] - mean[0, :2]).abs().max() < 0.05, "equal variance, equal accuracy"
assert (mean[:, 2] < test[0].mean() - 0.05).all(), "s^2 = 4 is too much for all three"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.4), sharey=True)
t = torch.arange(0, epochs + 1, 5)
for row, ink, label in (
    (0, "gray", "$s=0$"),
    (2, "C0", r"$m/(1-p)$"),
    (5, "C1", r"$1+s\epsilon$"),
    (8, "C2", r"$e^{\tau\epsilon-\tau^2/2}$"),
):
    v = curve[:, row]
    axes[0].fill_between(t, v.amin(1), v.amax(1), color=ink, alpha=0.15, lw=0)
    axes[0].plot(t, v.mean(1), color=ink, label=label)
for k, (ink, marker) in enumerate((("C0", "o"), ("C1", "s"), ("C2", "^"))):
    for j in range(3):
        axes[1].plot([j + 0.16 * (k - 1)] * S, test[1 + 3 * k + j], marker, color=ink, ms=4.5, alpha=0.7)
axes[1].axhline(test[0].mean(), color="gray", ls="--", lw=1.2)
axes[1].set_xticks(range(3), ["$1/4$", "$1$", "$4$"])
axes[0].set(xlabel="$t$", ylabel="$a$", ylim=(0.35, 0.95))
axes[1].set(xlabel=r"$s^2 = p/(1-p)$")
axes[0].legend(loc="lower right")
plt.show()
# --8<-- [end:figure]
