# %% [markdown] lang="en"
# # Xavier and He initialization from a variance balance
# Forward a layer multiplies the variance by $n_{\mathrm{in}}\sigma^2$, backward by $n_{\mathrm{out}}\sigma^2$; ReLU
# halves the second moment. Everything is measured against these formulas.

# %% [markdown] lang="zh"
# # 由方差平衡推出 Xavier 与 He 初始化
# 一层在前向把方差乘以 $n_{\mathrm{in}}\sigma^2$，在反向乘以 $n_{\mathrm{out}}\sigma^2$；ReLU 使二阶矩减半。
# 下面逐一与公式对照。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
n_in, n_out = 300, 100
W = nn.init.xavier_uniform_(torch.empty(n_out, n_in, device=device))
default = nn.Linear(n_in, n_out).weight.detach()
kaiming = nn.init.kaiming_normal_(torch.empty(n_out, n_in, device=device))
a = (6 / (n_in + n_out)) ** 0.5
print(
    f"xavier_uniform_   largest |w| {W.abs().max():.4f} (bound {a:.5f})   variance {W.var():.4f}   theory {2 / 400:.4f}"
)
print(f"nn.Linear default variance {default.var():.4f}   theory 1/(3 n_in) = {1 / 900:.4f}")
print(f"kaiming_normal_   variance {kaiming.var():.4f}   theory 2/n_in = {2 / 300:.4f}")
gains = {name: nn.init.calculate_gain(name) for name in ("linear", "tanh", "relu")}
print("gains            ", "  ".join(f"{name} {gain:.4f}" for name, gain in gains.items()))

x, delta = torch.randn(2000, n_in, device=device), torch.randn(2000, n_out, device=device)
forward, backward = (x @ W.T).var(), (delta @ W).var()
print(f"variance through a Xavier layer, 300 -> 100: forward x {forward:.1f}, backward x {backward:.1f}")

z = torch.randn(1_000_000, device=device)
half = torch.relu(z).square()
print(f"E[ReLU(z)^2] / E[z^2] = {half.mean() / z.square().mean():.2f}")
# --8<-- [end:measure]

# %% --8<-- [start:table]
n, depth, networks = 128, 20, 20
scales = {"0.01": 0.01, "Xavier": n**-0.5, "He": (2 / n) ** 0.5}
draws = torch.randn(depth, networks, n, n, device=device)  # every scheme scales the same draws
inputs = torch.randn(networks, 64, n, device=device)
magnitudes, squares = {}, {}  # log10 |z| of four layers, mean square of the last activations
for name, sigma in scales.items():
    h, magnitudes[name] = inputs, {}
    for layer in range(depth):
        z = h @ (sigma * draws[layer])
        h = torch.relu(z)
        if layer + 1 in (1, 5, 10, 20):
            magnitudes[name][layer + 1] = z.abs().log10().flatten().cpu()
    squares[name] = h.square().mean((1, 2)).log10().cpu()
print("mean square after 20 ReLU layers, 20 networks: log10, mean and extremes")
for name, value in squares.items():
    rough = [f"{v:z.1f}" for v in (value.mean(), value.min(), value.max())]
    print(f"{name:<8}", *[f"{v:>7}" for v in rough])
# --8<-- [end:table]

# %% --8<-- [start:claims]


def uniform_variance_is(w, bound):  # the variance of w^2 for U(-b, b) is b^4/5 - b^4/9
    return abs(w.square().mean() - bound**2 / 3) < 5 * (4 / 45 * bound**4 / w.numel()) ** 0.5


assert W.abs().max() <= a and uniform_variance_is(W, a), (
    "Xavier: variance 2/(n_in + n_out), bound sqrt(6/(n_in + n_out))"
)
assert default.abs().max() <= n_in**-0.5 and uniform_variance_is(default, n_in**-0.5), "default: variance 1/(3 n_in)"
assert abs(kaiming.square().mean() / (2 / n_in) - 1) < 5 * (2 / kaiming.numel()) ** 0.5, "He: variance 2/n_in"
assert gains == {"linear": 1, "tanh": 5 / 3, "relu": 2**0.5}

ones = W.square().sum(1).mean(), W.square().sum(0).mean()  # conditional variance of an output, of a backward signal
relative = 5 * (2 / 5 / W.numel() * 2) ** 0.5  # w^2 of a uniform weight has relative variance 4/5
assert abs(ones[0] - n_in * 2 / 400) < relative * 1.5 and abs(ones[1] - n_out * 2 / 400) < relative * 0.5
assert abs(forward / ones[0] - 1) < 0.1 and abs(backward / ones[1] - 1) < 0.1, "3/2 forward, 1/2 backward: a compromise"
standard_error = half.std() / half.numel() ** 0.5
assert abs(half.mean() - 0.5) < 5 * standard_error, "ReLU halves the second moment"

assert squares["He"].mean().abs() < 1, "He keeps the mean square"
drop = squares["He"] - squares["Xavier"]
assert (drop - 20 * torch.tensor(2.0).log10()).abs().max() < 1e-9, "Xavier loses a factor 2 per ReLU layer"
assert squares["Xavier"].max() < -4 and squares["0.01"].max() < -40
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(3, 1, figsize=(7.2, 4.6), sharex=True)
titles = {"0.01": r"$\sigma = 0.01$", "Xavier": r"$\sigma^2 = \frac{1}{n}$", "He": r"$\sigma^2 = \frac{2}{n}$"}
edges = torch.linspace(-25, 2, 271)
middle = (edges[1:] + edges[:-1]) / 2
for ax, (name, layers) in zip(axes, magnitudes.items()):
    for ink, (layer, value) in zip(("C0", "C2", "C4", "C1"), layers.items()):
        share = torch.histogram(value, edges).hist
        share = share / share.sum() / (edges[1] - edges[0])
        ax.fill_between(middle, share, color=ink, alpha=0.22, lw=0)
        ax.plot(middle, share, color=ink, lw=1.4)
        if name == "0.01":
            ax.text(middle[share.argmax()], 1.12, rf"$\ell = {layer}$", color=ink, ha="center", fontsize=10)
    ax.text(-17.9, 0.5, titles[name], fontsize=12)
    ax.set(yticks=[], xlim=(-25, 2), ylim=(0, 1.35))
    ax.grid(False)
    ax.spines["left"].set_visible(False)
axes[-1].set(xlabel=r"$\log_{10} |z^{(\ell)}|$")
plt.show()
# --8<-- [end:figure]
