# %% [markdown] lang="en"
# # The scale of the start: forgiving with one hidden layer, decisive with fifty
# Six standard deviations train a 64-128-10 ReLU network; then the same question for the signal in fifty layers.

# %% [markdown] lang="zh"
# # 初始尺度：一个隐藏层时宽容，五十层时决定成败
# 用六种标准差训练 64-128-10 的 ReLU 网络；再看同样的问题放到五十层的信号上。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import cross_entropy

seed = 0
torch.manual_seed(seed)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
order = torch.randperm(len(digits.target))
X = torch.tensor(digits.data / 16, dtype=torch.float32)[order].to(device)
y = torch.tensor(digits.target)[order].to(device)
train, test = slice(0, 1000), slice(1000, None)
# --8<-- [end:setup]

# %% --8<-- [start:train]
n, seeds, eta, epochs, batch_size = 128, 3, 0.5, 15, 50
scales = {"0": (0, 0), "0.001": (1e-3, 1e-3), "0.01": (0.01, 0.01), "0.1": (0.1, 0.1)}
scales |= {"1/sqrt(fan_in)": (64**-0.5, n**-0.5), "1": (1.0, 1.0)}
draws = torch.randn(seeds, 64, n, device=device), torch.randn(seeds, n, 10, device=device)  # shared by all arms
weights = [torch.cat([s[k] * draws[k] for s in scales.values()]).requires_grad_() for k in (0, 1)]
runs = len(weights[0])
biases = [torch.zeros(runs, 1, width, device=device, requires_grad=True) for width in (n, 10)]


def logits(x):
    h = torch.relu(torch.baddbmm(biases[0], x.expand(runs, *x.shape), weights[0]))
    return torch.baddbmm(biases[1], h, weights[1])


def loss(part):
    with torch.no_grad():
        return cross_entropy(logits(X[part]).mT, y[part].expand(runs, -1), reduction="none").mean(1)


def accuracy(part):
    with torch.no_grad():
        return (logits(X[part]).argmax(2) == y[part]).float().mean(1).reshape(-1, seeds).cpu()


start = loss(train).reshape(-1, seeds).cpu()
for _ in range(epochs):
    for batch in torch.randperm(1000, device=device).split(batch_size):
        losses = cross_entropy(logits(X[batch]).mT, y[batch].expand(runs, -1), reduction="none").mean(1)
        gradients = torch.autograd.grad(losses.sum(), weights + biases)
        with torch.no_grad():
            for p, g in zip(weights + biases, gradients):
                p -= eta * g
trained, tested = accuracy(train), accuracy(test)
print("sigma            loss at start   training accuracy   test accuracy (3 seeds)")
for k, name in enumerate(scales):
    print(
        f"{name:<16}{start[k].mean():10.1f}{trained[k].mean():18.2f}          ",
        "  ".join(f"{a:.2f}" for a in tested[k]),
    )
# --8<-- [end:train]

# %% --8<-- [start:measure]
width, depth, networks = 64, 50, 10
deep = {"0.05": 0.05, "He": (2 / width) ** 0.5, "1": 1.0}
deep_draws = torch.randn(depth, networks, width, width, device=device, dtype=torch.float64)
inputs = torch.randn(networks, 64, width, device=device, dtype=torch.float64)
size = {}  # log10 of the root mean square of each layer
for name, sigma in deep.items():
    h, path = inputs, []
    for W in deep_draws:
        h = torch.relu(h @ (sigma * W))
        path.append(h.square().mean((1, 2)).log10() / 2)
    size[name] = torch.stack(path).cpu()
    theory = depth / 2 * torch.tensor(width * sigma**2 / 2).log10()
    print(f"50 layers, sigma {name:<5} size of the signal 10^{size[name][-1].mean():.1f}   theory 10^{theory + 0:.1f}")
h = inputs.float()
for W in deep_draws.float():
    h = torch.relu(h @ (2 * W))
print("sigma 2 in float32:", "finite" if h.isfinite().all() else "overflow")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
mean = dict(zip(scales, tested.mean(1)))
assert tested[0].max() < 0.2, "all weights zero: no hidden unit ever works"
assert all((w[:seeds] == 0).all() for w in weights), "and no weight ever moves"
assert (biases[1][:seeds] != 0).all(), "only the output bias does"
assert all(mean[name] > 0.9 for name in ("0.001", "0.01", "0.1", "1/sqrt(fan_in)")), "one hidden layer forgives"
assert start[-1].min() > 20, "sigma 1: the start is confidently wrong"
assert loss(train).isfinite().all() and trained[-1].min() > 0.97, "but it trains"
assert mean["1"] < mean["1/sqrt(fan_in)"], "and generalises worse"
slope = {name: (path[-1] - path[0]).mean() / (depth - 1) for name, path in size.items()}
for name, sigma in deep.items():
    assert abs(slope[name] - torch.tensor(width * sigma**2 / 2).log10() / 2) < 0.05, "rate log10 sqrt(n sigma^2 / 2)"
assert size["0.05"][-1].max() < -20 and size["He"][-1].abs().max() < 3 and size["1"][-1].min() > 34
assert not h.isfinite().all(), "sigma 2 overflows"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.4))
layer = torch.arange(1, depth + 1)
rows = {"1": ("C1", r"$\sigma = 1$"), "He": ("C0", r"$\sigma = \sqrt{2/64}$"), "0.05": ("C4", r"$\sigma = 0.05$")}
for name, (ink, label) in rows.items():
    rate = float(torch.tensor(width * deep[name] ** 2 / 2).log10() / 2)
    ax.plot(layer, size[name], "o", color=ink, ms=2, alpha=0.35, rasterized=True)
    ax.plot(layer, rate * layer, color=ink)
    ax.text(51.5, rate * depth - (1 if name == "1" else 0), label, color=ink, va="center")
for level, label in ((38.53, r"$3.4 \cdot 10^{38}$"), (-44.85, r"$1.4 \cdot 10^{-45}$")):
    ax.plot([0, 50], [level, level], color="gray", lw=1, ls=(0, (4, 2)))
    ax.text(1, level - 1.2 if level > 0 else level + 1.2, label, color="gray", va="top" if level > 0 else "bottom")
ax.set(xlabel=r"$\ell$", ylabel=r"$\log_{10}\, \mathrm{rms}(h^{(\ell)})$", xlim=(0, 62), xticks=[1, 10, 20, 30, 40, 50])
plt.show()
# --8<-- [end:figure]
