# %% [markdown] lang="en"
# # The variance of the weights decides, not their distribution
# One random ReLU layer of width $n$ multiplies $\mathbb{E}[h^2]$ by $\frac{n \sigma^2}{2}$:
# He initialization makes this 1. Eight schemes are then trained from scratch.

# %% [markdown] lang="zh"
# # 起作用的是权重的方差，而不是分布的形状
# 宽度为 $n$ 的一个随机 ReLU 层把 $\mathbb{E}[h^2]$ 乘以 $\frac{n \sigma^2}{2}$，He 初始化使它等于 1。
# 随后用八种初始化方案各训练一遍。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import cross_entropy

seed = 0
torch.manual_seed(seed)
device = "cuda" if torch.cuda.is_available() else "cpu"
# --8<-- [end:setup]

# %% --8<-- [start:measure]
n, layers, networks = 128, 20, 30
scales = {"1": 1.0, "He": (2 / n) ** 0.5, "Xavier": n**-0.5, "0.01": 0.01}  # standard deviation of the weights
q, growth = {}, {}  # mean square of a layer's output, its factor from layer to layer
for name, sigma in scales.items():
    h = torch.randn(networks, n, 1, device=device, dtype=torch.float64)
    squares = []
    for _ in range(layers):
        h = torch.relu(sigma * torch.randn(networks, n, n, device=device, dtype=torch.float64) @ h)
        squares.append(h.square().mean((1, 2)))
    q[name] = torch.stack(squares).cpu()
    growth[name] = (q[name][1:] / q[name][:-1]).flatten()
    print(f"sigma {name:<8} factor per layer {growth[name].mean():8.2g}   theory {n * sigma**2 / 2:8.2g}")
# --8<-- [end:measure]

# %% --8<-- [start:train]
digits = load_digits()
order = torch.randperm(len(digits.target))
X = torch.tensor(digits.data / 16, dtype=torch.float32)[order].to(device)
y = torch.tensor(digits.target)[order].to(device)
train, test = slice(0, 1200), slice(1200, None)
shapes, seeds, eta, epochs, batch_size = [(64, 64), (64, 64), (10, 64)], range(seed, seed + 3), 0.1, 10, 50
schemes = {  # scheme: weight of shape (out, in) from a standard normal draw of the same shape
    "zero": lambda z: 0 * z,
    "constant 0.05": lambda z: 0 * z + 0.05,
    "N(0, 0.01^2)": lambda z: 0.01 * z,
    "N(0, 1)": lambda z: z,
    "default": lambda z: (2 * torch.special.ndtr(z) - 1) * z.shape[1] ** -0.5,  # uniform on +-1/sqrt(n_in)
    "Xavier": lambda z: (2 / sum(z.shape)) ** 0.5 * z,
    "He": lambda z: (2 / z.shape[1]) ** 0.5 * z,
    "He, uniform": lambda z: (2 * torch.special.ndtr(z) - 1) * (6 / z.shape[1]) ** 0.5,  # the same variance
}
weights, generators = [], [torch.Generator().manual_seed(s) for s in seeds]
for shape in shapes:  # every scheme transforms the same draws
    draws = [torch.randn(shape, generator=generator) for generator in generators]
    weights.append(torch.stack([scheme(z) for scheme in schemes.values() for z in draws]).to(device).requires_grad_())
biases = [torch.zeros(len(w), 1, w.shape[1], device=device, requires_grad=True) for w in weights]


def logits(x):
    h = x.expand(len(weights[0]), *x.shape)
    for k, (w, b) in enumerate(zip(weights, biases)):
        h = torch.baddbmm(b, torch.relu(h) if k else h, w.mT)
    return h


for _ in range(epochs):
    for batch in torch.randperm(1200, device=device).split(batch_size):
        runs = len(weights[0])
        losses = cross_entropy(logits(X[train][batch]).mT, y[train][batch].expand(runs, -1), reduction="none").mean(1)
        gradients = torch.autograd.grad(losses.sum(), weights + biases)  # the runs share no parameter
        with torch.no_grad():
            for p, g in zip(weights + biases, gradients):
                p -= eta * g
with torch.no_grad():
    output = logits(X[test])
    hits = (output.argmax(2) == y[test]).float().mean(1).reshape(len(schemes), -1).cpu()
    loss = cross_entropy(output.mT, y[test].expand(len(output), -1), reduction="none").mean(1).reshape(len(schemes), -1)
print("test accuracy           mean   three seeds")
for name, accuracy in zip(schemes, hits):
    print(f"{name:<22}{accuracy.mean():6.2f}   " + "  ".join(f"{a:.2f}" for a in accuracy))
# --8<-- [end:train]

# %% --8<-- [start:claims]
for name, sigma in scales.items():
    standard_error = growth[name].std() / len(growth[name]) ** 0.5
    assert abs(growth[name].mean() - n * sigma**2 / 2) < 5 * standard_error, f"{name}: the factor is n sigma^2 / 2"

accuracy, test_loss = dict(zip(schemes, hits)), dict(zip(schemes, loss))
guess = torch.tensor(10.0).log().item()
assert all(test_loss[name].min() > 0.99 * guess for name in ("zero", "N(0, 0.01^2)")), "no better than guessing"
assert accuracy["constant 0.05"].max() < 0.4, "no more than one unit can"
assert all(accuracy[name].min() > 0.75 for name in ("Xavier", "He", "He, uniform")), "these do"
assert (accuracy["Xavier"].mean() - accuracy["He"].mean()).abs() < 0.02, "Xavier and He: about a point apart"
assert (accuracy["He, uniform"] - accuracy["He"]).abs().mean() < 0.02, "the shape matters no more"
assert accuracy["N(0, 1)"].mean() < min(accuracy["Xavier"].mean(), accuracy["He"].mean()), (
    "too large a scale costs accuracy"
)
zero, constant = slice(0, len(seeds)), slice(len(seeds), 2 * len(seeds))
assert all((p[zero] == 0).all() for p in weights + biases[:2]), "zero start: after ten epochs nothing has moved …"
assert (biases[2][zero] != 0).all(), "… but the output bias"
rows = weights[1][constant].detach()
assert (rows - rows[:, :1]).abs().max() < 1e-5 < (rows - 0.05).abs().max(), "constant start: all units stay equal"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.6))
depth = torch.arange(1, layers + 1)
for (name, sigma), ink in zip(scales.items(), ("C3", "C0", "C2", "C1")):
    ax.semilogy(depth, (n * sigma**2 / 2) ** depth.double(), color=ink)
    ax.semilogy(depth, q[name].mean(1), "o", color=ink, label=name)
ax.set(xlabel=r"$\ell$", ylabel=r"$\mathbb{E}[h_\ell^2]$", xticks=range(0, 21, 5))
ax.legend(title=r"$\sigma$", loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()
# --8<-- [end:figure]
