# %% [markdown] lang="en"
# # The target decides the activation of the output layer
# A final ReLU cannot reach negative targets: its error is at least the mean of $\min(0, y)^2$, however long it trains.
# PyTorch's classification losses contain the output activation.

# %% [markdown] lang="zh"
# # 输出层的激活函数由目标决定
# 末层用 ReLU，就永远到不了负的目标值：无论训练多久，误差都不低于 $\min(0, y)^2$ 的均值。
# PyTorch 的分类损失已经包含输出层的激活函数。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
seeds, n, width, steps = 15, 64, 32, 300
# --8<-- [end:setup]

# %% --8<-- [start:train]
x = torch.linspace(-2, 2, n, device=device).view(1, n, 1)
targets = {"2x - 1": 2 * x - 1, "|2x - 1|": (2 * x - 1).abs()}
initial = [torch.randn(seeds, 1, width, device=device), torch.randn(seeds, 1, width, device=device)]
initial += [torch.randn(seeds, width, 1, device=device) / width**0.5, torch.ones(seeds, 1, 1, device=device)]
outputs = {"identity": lambda z: z, "ReLU": torch.relu, "softplus": F.softplus}
fit, mse, history = {}, {}, {}
for target, y in targets.items():
    for name, g in outputs.items():
        W1, b1, W2, b2 = parameters = [p.clone().requires_grad_() for p in initial]  # equal starts
        optimizer = torch.optim.Adam(parameters, lr=0.03)
        history[target, name] = []
        for _ in range(steps):
            prediction = g(torch.relu(x * W1 + b1) @ W2 + b2)  # all seeds at once
            error = ((prediction - y) ** 2).mean((1, 2))
            optimizer.zero_grad()
            error.sum().backward()
            optimizer.step()
            history[target, name].append(error.detach())
        fit[target, name], mse[target, name] = prediction.detach(), error.detach()

print(f"mean squared error after {steps} steps, lowest and median of {seeds} seeds")
print("y             " + "".join(f"{name:>20}" for name in outputs))
for target in targets:
    errors = [mse[target, name] for name in outputs]
    print(f"{target:<14}" + "".join(f"{e.min():11.1g}{e.median():9.1g}" for e in errors))
floor = targets["2x - 1"].clamp(max=0).square().mean().item()
zero = targets["2x - 1"].square().mean().item()  # the error of a network that predicts 0 everywhere
print(f"mean of min(0, 2x - 1)^2: {floor:.2f}, mean of (2x - 1)^2: {zero:.2f}")
# --8<-- [end:train]

# %% --8<-- [start:claims]
assert (mse["2x - 1", "ReLU"] >= floor - 1e-5).all(), "no non-negative output beats the floor"
assert (mse["2x - 1", "softplus"] >= floor - 1e-5).all(), "whatever its shape"
assert mse["2x - 1", "softplus"].max() < 1.01 * floor, "softplus gets within 1 % of the floor from every start"
alive, dead = mse["2x - 1", "ReLU"] < 1.01 * floor, (mse["2x - 1", "ReLU"] - zero).abs() < 1e-5
assert (alive | dead).all(), "ReLU does so as well, or its output unit dies"
assert floor > 100 * mse["2x - 1", "identity"].max(), "a linear output has no such floor"
assert 100 * mse["|2x - 1|", "softplus"].max() < floor, "for non-negative targets a non-negative output is right"

z, labels = torch.randn(64, 10, device=device), torch.rand(64, 10, device=device).round()
classes = torch.arange(64, device=device) % 10
with_logits = F.binary_cross_entropy_with_logits(z, labels)
assert torch.allclose(with_logits, F.binary_cross_entropy(torch.sigmoid(z), labels), atol=1e-5)
assert torch.allclose(F.cross_entropy(z, classes), F.nll_loss(torch.log_softmax(z, 1), classes), atol=1e-5)
sure = 100 * F.one_hot(classes, 10).to(z)  # perfect logits
assert F.cross_entropy(sure, classes) < 1e-6, "one softmax: perfect logits have no loss"
floor_twice = math.log(math.e + 9) - 1  # logits that are at best (1, 0, ..., 0)
assert abs(F.cross_entropy(sure.softmax(1), classes).item() - floor_twice) < 1e-5, "two softmaxes: a floor again"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (curve, path) = plt.subplots(1, 2, figsize=(7.2, 3))
t, y = x.flatten().cpu(), targets["2x - 1"].flatten().cpu()
curve.plot(t, y, color="gray", lw=6, alpha=0.35)
start = mse["2x - 1", "ReLU"].argmin()  # its ReLU is alive
styles = {"identity": ("C2", "-"), "ReLU": ("C0", "-"), "softplus": ("C1", (0, (3, 2)))}
for name, (ink, dashes) in styles.items():
    key = "2x - 1", name
    curve.plot(t, fit[key][start].flatten().cpu(), color=ink, lw=1.6, ls=dashes, label=name)
    path.plot(torch.stack(history[key]).cpu(), color=ink, lw=0.9, ls=dashes)
path.axhline(floor, color="gray", lw=4, alpha=0.35)
path.text(steps, 1.5 * floor, r"$\overline{\min(0, y)^2}$", color="gray", ha="right", va="bottom")
curve.legend()
curve.set(xlabel="$x$", ylabel="$f(x)$", xticks=range(-2, 3))
path.set(xlabel="$t$", ylabel=r"$\overline{(f(x) - y)^2}$", yscale="log")
plt.show()
# --8<-- [end:figure]
