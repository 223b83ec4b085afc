# %% [markdown] lang="en"
# # Vanishing gradients stand still, exploding ones overflow
# Fifty ReLU layers of width 64: one factor $\sqrt{n\sigma^2/2}$ per layer decides between gradients that are nothing,
# gradients that keep their size, and nan.

# %% [markdown] lang="zh"
# # 梯度消失是原地不动，梯度爆炸才会溢出
# 50 个宽度为 64 的 ReLU 层：每层的倍数 $\sqrt{n\sigma^2/2}$ 决定梯度是近乎为零、保持大小，还是变成 nan。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import cross_entropy

seed = 0
torch.manual_seed(seed)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
order = torch.randperm(len(digits.target))[:32]
X = torch.tensor(digits.data, dtype=torch.float32)[order].to(device)
X = (X - X.mean()) / X.std()
y = torch.tensor(digits.target)[order].to(device)
# --8<-- [end:setup]

# %% --8<-- [start:train]
n, depth, seeds, eta, steps = 64, 50, 3, 0.02, 20
draws = torch.randn(depth, seeds, n, n, device=device)  # every arm scales the same draws
last_draw = torch.randn(seeds, n, 10, device=device)
arms = {  # activation, standard deviation
    "ReLU 0.01": (torch.relu, 0.01),
    "ReLU 0.05": (torch.relu, 0.05),
    "ReLU He": (torch.relu, (2 / n) ** 0.5),
    "ReLU 0.5": (torch.relu, 0.5),
    "sigmoid 1/8": (torch.sigmoid, n**-0.5),
}


def backward(f, parameters):
    h = X
    for w, b in zip(*parameters[:2]):
        h = f(h @ w + b)
    logits = h @ parameters[2] + parameters[3]
    losses = cross_entropy(logits.mT, y.expand(seeds, -1), reduction="none").mean(1)
    return logits.detach(), losses.detach(), torch.autograd.grad(losses.sum(), parameters)


first, differ = {}, {}  # at the start: gradient norm per layer, spread of the logits over the digits
losses, end = {}, {}  # loss per step, trained parameters
for name, (f, sigma) in arms.items():
    biases = torch.zeros(depth, seeds, 1, n, device=device), torch.zeros(seeds, 1, 10, device=device)
    parameters = [p.requires_grad_() for p in (sigma * draws, biases[0], sigma * last_draw, biases[1])]
    history = []
    for step in range(steps + 1):
        logits, loss, gradients = backward(f, parameters)
        history.append(loss.cpu())
        if step == 0:
            hidden, last = (torch.linalg.matrix_norm(gradients[i].double()) for i in (0, 2))
            first[name] = torch.cat([hidden, last[None]]).cpu()
            differ[name] = (logits.amax(1) - logits.amin(1)).amax(1).cpu()  # how far a logit depends on the digit
        with torch.no_grad():
            for p, g in zip(parameters, gradients):
                p -= eta * g
    losses[name], end[name] = torch.stack(history), parameters


def size(g):  # geometric mean over the seeds
    return "not finite" if not g.isfinite().all() else "0" if (g == 0).all() else f"10^{g.log10().mean():.1f}"


frequency = y.bincount(minlength=10).double() / len(y)
entropy = torch.distributions.Categorical(frequency).entropy().item()
print("50 layers     |dL/dW_1|    |dL/dW_51|    logits differ    loss at step 0, after 20 steps")
for name, loss in losses.items():
    ends = [size(v) if 100 < v.mean() < float("inf") else f"{v.mean():.2f}" for v in loss[[0, -1]]]
    apart = "no" if differ[name].max() < 1e-5 else "yes" if differ[name].min() > 1e-2 else "partly"
    print(f"{name:<13}{size(first[name][0]):>10}{size(first[name][-1]):>14}{apart:>17}{ends[0]:>11}   {ends[1]}")
print(f"least loss of a prediction that ignores the digit (entropy of the labels): {entropy:.2f}")
# --8<-- [end:train]

# %% --8<-- [start:measure]
inf = torch.tensor(float("inf"))
print("inf - inf =", (inf - inf).item(), "  0 * inf =", (0 * inf).item(), "  inf / inf =", (inf / inf).item())
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for name in ("ReLU 0.01", "ReLU 0.05", "sigmoid 1/8"):
    assert losses[name].isfinite().all(), f"{name}: vanishing gives no nan"
    assert first[name][0].max() < 1e-15, f"{name}: nothing arrives at the first layer"
assert (first["ReLU 0.01"][0] == 0).all(), "below the smallest float32 the gradient is exactly zero"
weights, shifts, last_weights, output_bias = end["ReLU 0.01"]
assert torch.equal(weights, 0.01 * draws) and torch.equal(last_weights, 0.01 * last_draw) and (shifts == 0).all()
assert (output_bias != 0).all(), "so only the output bias learns"
assert (losses["ReLU 0.05"][-1] - losses["ReLU 0.01"][-1]).abs().max() < 0.01, "and with 0.05 hardly more"
for name in ("ReLU 0.01", "ReLU 0.05", "sigmoid 1/8"):  # rounding: some units of the last digit of float32
    assert differ[name].max() < 1e-5 and losses[name][-1].min() > entropy - 1e-5, f"{name}: all digits look the same"
assert differ["ReLU He"].min() > 1e-2, "He: at the start they do not"
assert losses["ReLU 0.5"][-1].isnan().all(), "exploding ends in nan"
ratio = first["ReLU He"][0] / first["ReLU He"][-1]
assert 0.01 < ratio.min() and ratio.max() < 100, "He, same depth: the first layer receives as much as the last"
assert 1e-4 < first["ReLU He"].min() and first["ReLU He"].max() < 1e4, "and not by both being tiny or huge"
assert losses["ReLU He"].isfinite().all(), "and fifty layers give no nan"
assert (inf - inf).isnan() and (0 * inf).isnan()
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.4))
layer = torch.arange(1, depth + 2)
rows = {
    "ReLU 0.5": ("C1", r"ReLU, $\sigma = 0.5$"),
    "ReLU He": ("C0", r"ReLU, $\sigma = \sqrt{2/64}$"),
    "ReLU 0.05": ("C4", r"ReLU, $\sigma = 0.05$"),
    "sigmoid 1/8": ("C2", r"sigmoid, $\sigma = 1/8$"),
}
for name, (ink, label) in rows.items():
    norm = first[name].log10()
    ax.plot(layer, norm, "o", color=ink, ms=2.5, alpha=0.4, rasterized=True)
    ax.plot(layer, norm.mean(1), color=ink)
places = {"ReLU 0.5": (52, 0), "ReLU He": (52, 2.8), "ReLU 0.05": (52, 0), "sigmoid 1/8": (52, -2.8)}
for name, (u, shift) in places.items():
    ax.text(u, first[name][-1].log10().mean() + shift, rows[name][1], color=rows[name][0], va="center", fontsize=9.5)
ax.axhline(38.53, color="gray", lw=1, ls=(0, (4, 2)))
ax.text(1, 36.6, r"$3.4 \cdot 10^{38}$", color="gray", va="top")
ax.set(
    xlabel=r"$\ell$", ylabel=r"$\log_{10} \|\partial L/\partial W_\ell\|$", xlim=(0, 69), xticks=[1, 10, 20, 30, 40, 50]
)
plt.show()
# --8<-- [end:figure]
