# %% [markdown] lang="en"
# # Which drop probability is best?
# Test accuracy against the drop probability of the hidden layers and of the input, with correct and with
# partly wrong labels;
# the entropy of the mask, $H(p)$ bits per unit, does not know about either.

# %% [markdown] lang="zh"
# # 丢弃概率取多少最好？
# 测试准确率随隐藏层丢弃概率、随输入丢弃概率的变化，标签全对与部分标错两种情形；
# 掩码的熵是每个单元 $H(p)$ 比特，与这些情形都无关。

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

grid = [0.0, 0.2, 0.4, 0.6, 0.8]
arms = [(kind, place, p) for kind in ("correct", "wrong") for place in ("hidden", "input") for p in grid]
A, S, n, epochs, eta, B = len(arms), 3, 300, 50, 0.2, 50
rates = torch.tensor([(p, 0.0) if place == "input" else (0.0, p) for _, place, p in arms], device=device)
p_input, p_hidden = rates.repeat_interleave(S, dim=0).T[:, :, None, None]
# --8<-- [end:setup]

# %% --8<-- [start:train]
split = torch.stack([torch.randperm(1797, device=device) for _ in range(S)])
x, truth = images[split], labels[split]
wrong = torch.rand(S, 1797, device=device) < 0.2
noisy = torch.where(wrong, (truth + torch.randint(1, 10, wrong.shape, device=device)) % 10, truth)
y = torch.cat([noisy[:, :n] if kind == "wrong" else truth[:, :n] for kind, _, _ in arms])
x, x_test, y_test = x[:, :n].repeat(A, 1, 1), x[:, n:].repeat(A, 1, 1), truth[:, n:].repeat(A, 1)

theta = []  # every arm of a seed starts from the same weights
for fan_in, fan_out in ((64, 64), (64, 64), (64, 10)):
    theta.append(
        (torch.randn(S, fan_in, fan_out, device=device) * (2 / fan_in) ** 0.5).repeat(A, 1, 1).requires_grad_()
    )
    theta.append(torch.zeros(A * S, 1, fan_out, device=device, requires_grad=True))


def mask(h, p):
    u = torch.rand_like(h[:S]).repeat(A, 1, 1)  # every arm of a seed draws the same numbers
    return h * ((u >= p) / (1 - p))


def net(x, training):
    W1, b1, W2, b2, W3, b3 = theta
    x = mask(x, p_input) if training else x
    for W, b in ((W1, b1), (W2, b2)):
        x = torch.relu(torch.baddbmm(b, x, W))
        x = mask(x, p_hidden) if training else x
    return torch.baddbmm(b3, x, W3)


for epoch in range(epochs):
    order = torch.rand(S, n, device=device).argsort(1).repeat(A, 1)  # every arm of a seed sees the same minibatches
    for batch in order.split(B, dim=1):
        run = torch.arange(A * S, device=device)[:, None]
        loss = F.cross_entropy(net(x[run, batch], True).flatten(0, 1), y[run, batch].flatten(), reduction="sum") / B
        gradients = torch.autograd.grad(loss, theta)  # the runs share no parameter: each gets its own gradient
        with torch.no_grad():
            for parameter, gradient in zip(theta, gradients):
                parameter -= eta * gradient

with torch.no_grad():
    test = (net(x_test, False).argmax(2) == y_test).float().mean(1).view(2, 2, 5, S).cpu()  # labels, place, p, seed
    fit = (net(x, False).argmax(2) == y).float().mean(1).view(2, 2, 5, S).cpu()  # training accuracy
# --8<-- [end:train]

# %% --8<-- [start:measure]
probability = torch.linspace(0.001, 0.999, 999, dtype=torch.float64)
entropy = -(probability * probability.log2() + (1 - probability) * (1 - probability).log2())
print(f"entropy of the mask: largest at p = {probability[entropy.argmax()]:.3f}, {entropy.max():.3f} bit per unit")
zeros = (torch.nn.Dropout(0.2)(torch.ones(1_000_000, device=device)) == 0).float().mean().item()
print(f"nn.Dropout(0.2) zeroes a fraction of {zeros:.2f}")
print(f"{'test accuracy':<19}" + "".join(f"p={p:<13}" for p in grid))
for k, kind in enumerate(("correct", "wrong")):
    for j, place in enumerate(("hidden", "input")):
        print(f"{kind:<8} {place:<7}" + "".join(f"   {v.mean():.2f} +- {v.std():.2f}" for v in test[k, j]))
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert probability[entropy.argmax()] == 0.5 and entropy.max() == 1, "p = 1/2 makes the mask most random"
assert abs(zeros - 0.2) < 5 * (0.2 * 0.8 / 1e6) ** 0.5, "the argument of nn.Dropout is the probability to drop"
correct, wrong_ = test.mean(3)  # place, p
assert wrong_[0, 2] > wrong_[0, 0] + 0.02, "wrong labels: p = 0.4 in the hidden layers gains points"
assert correct[0, 1:].max() < correct[0, 0] + 0.03, "correct labels: no rate gains much"
assert correct[0, 2:4].mean() > correct[1, 2:4].mean(), (
    "the same rate costs more at the input than in the hidden layers"
)
for accuracy in (test.mean(3), fit.mean(3)):
    assert (accuracy[:, :, 4] < accuracy[:, :, 0] - 0.03).all(), "p = 0.8 underfits everywhere, on training data too"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.1), width_ratios=[0.9, 1, 1])
axes[0].plot(probability, entropy, color="C2")
axes[0].plot([0.2, 0.8], [0.7219, 0.7219], "o", color="C2")
axes[0].plot(0.5, 1, "o", color="C2")
axes[0].set(xlabel="$p$", ylabel="$H(p)$", xticks=[0, 0.2, 0.5, 0.8, 1], xlim=(0, 1), ylim=(0, 1.06))
for j, label in enumerate(("$p_1 = p_2$", "$p_0$")):
    ax = axes[j + 1]
    for k, ink in enumerate(("C0", "C1")):
        v = test[k, j]
        ax.fill_between(grid, v.amin(1), v.amax(1), color=ink, alpha=0.2, lw=0)
        ax.plot(grid, v.mean(1), "o-", color=ink, label=rf"$\varepsilon={0.2 * k:g}$")
    ax.set(xlabel=label, ylim=(0.3, 1), xticks=grid)
axes[1].set_ylabel("$a$")
axes[2].legend(loc="lower left")
plt.show()
# --8<-- [end:figure]
