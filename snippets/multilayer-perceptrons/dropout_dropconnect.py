# %% [markdown] lang="en"
# # Dropping weights instead of activations
# DropConnect gives an output the same mean and the same variance as dropout, $\frac{p}{1-p}\sum_j W_{ij}^2 h_j^2$,
# but its outputs are uncorrelated given $h$. As a regulariser of the same layers it is compared on equal footing.

# %% [markdown] lang="zh"
# # 丢弃权重，而不是激活
# DropConnect 的输出与暂退法均值相同、方差也相同，即 $\frac{p}{1-p}\sum_j W_{ij}^2 h_j^2$，
# 但给定 $h$ 时各个输出互不相关。
# 再在同一网络的同样几层上与暂退法作公平比较。

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

methods = ["dropout", "DropConnect"]
grid = [0.2, 0.35, 0.5, 0.65]
arms = [(None, 0.0)] + [(method, p) for method in methods for p in grid]
A, S, n, epochs, eta, B = len(arms), 4, 300, 60, 0.2, 50
p_unit = (
    torch.tensor([p if m == "dropout" else 0.0 for m, p in arms], device=device).repeat_interleave(S).view(-1, 1, 1)
)
p_weight = (
    torch.tensor([p if m == "DropConnect" else 0.0 for m, p in arms], device=device).repeat_interleave(S).view(-1, 1, 1)
)
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


def drop(t, p, training):
    return t * (torch.rand_like(t) >= p) / (1 - p) if training else t


def net(x, training):
    W1, b1, W2, b2, W3, b3 = theta
    x = torch.relu(torch.baddbmm(b1, x, W1))
    for W, b in (
        (W2, b2),
        (W3, b3),
    ):  # the mask sits between the same layers, on units or on the weights that leave them
        x = torch.baddbmm(b, drop(x, p_unit, training), drop(W, p_weight, training))  # one weight mask per minibatch
        x = torch.relu(x) if W is W2 else x
    return x


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


@torch.no_grad()
def accuracy(x, y):
    return (net(x, False).argmax(2) == y).float().mean(1).view(A, S).cpu()


val, test = accuracy(x_val, y_val), accuracy(x_test, y_test)
# --8<-- [end:train]

# %% --8<-- [start:moments]
W1, b1, W2, b2, W3, b3 = (t[0].detach() for t in theta)  # the network without masks of the first seed
K = 20_000
h = torch.relu(torch.relu(x_test[0, 0] @ W1 + b1[0]) @ W2 + b2[0])  # second hidden layer, one test image
W, p = W3.T, 0.5
theory = p / (1 - p) * (W * h**2) @ W.T  # covariance of the 10 outputs under dropout
outputs = {
    "dropout": (h * (torch.rand(K, 64, device=device) >= p) / (1 - p)) @ W.T,  # a unit takes its column of W with it
    "DropConnect": (W * (torch.rand(K, 10, 64, device=device) >= p) / (1 - p)) @ h,  # a mask element per weight
}
covariance = {}
for method, z in outputs.items():
    deviation = z - W @ h
    covariance[method] = deviation.T @ deviation / K
    ratio = covariance[method].diag().sum() / theory.diag().sum()
    off = 1 - torch.eye(10, device=device)
    share = (covariance[method] * theory * off).sum() / (theory**2 * off).sum()
    print(f"{method:<12} variance / formula: {ratio:.2f}    covariances / dropout's formula: {share.abs():.1f}")
    expected = theory if method == "dropout" else theory.diag().diag()
    fourth = torch.einsum("ki,kj->ij", deviation**2, deviation**2) / K
    error = ((fourth - expected**2) / K).sqrt()
    assert (deviation.mean(0).abs() <= 5 * deviation.std(0) / K**0.5).all(), f"{method}: the mean is W h"
    assert ((covariance[method] - expected).abs() <= 5 * error).all(), f"{method}: covariance of the outputs"
# --8<-- [end:moments]

# %% --8<-- [start:measure]
print(f"no mask                    test accuracy {test[0].mean():.2f} +- {test[0].std():.2f}")
chosen = {}
for method, rows in zip(methods, (range(1, 5), range(5, 9))):
    chosen[method] = test[max(rows, key=lambda row: val[row].mean())]  # p is chosen on validation data, for each method
    for row in rows:
        print(f"{method:<12} p={arms[row][1]:<5}       test accuracy {test[row].mean():.2f} +- {test[row].std():.2f}")
difference = chosen["dropout"] - chosen["DropConnect"]
print(f"dropout - DropConnect, best rates: {difference.mean():+.3f}, standard error {difference.std() / S**0.5:.3f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for method, accuracy_ in chosen.items():
    assert accuracy_.mean() > test[0].mean() + 0.02, f"{method} helps against wrong labels"
assert abs(difference.mean()) < 0.05, "at its best rate each, they regularise about equally"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.4))
span = [theory.min().item(), theory.max().item()]
axes[0].plot(span, span, color="gray", lw=1.2, zorder=0)
axes[0].axhline(0, color="gray", lw=0.8, ls=":", zorder=0)
for (method, ink), marker in zip({"dropout": "C0", "DropConnect": "C1"}.items(), "os"):
    axes[0].plot(theory.flatten().cpu(), covariance[method].flatten().cpu(), marker, color=ink, ms=4, alpha=0.8)
axes[0].set(xlabel=r"$\frac{p}{1-p}\sum_j W_{ij} W_{kj} h_j^2$", ylabel=r"$\mathrm{Cov}(z_i, z_k)$")
axes[1].axhline(test[0].mean(), color="gray", lw=1.2, ls="--")
for rows, ink, name in ((range(1, 5), "C0", "dropout"), (range(5, 9), "C1", "DropConnect")):
    v = test[list(rows)]
    axes[1].fill_between(grid, v.amin(1), v.amax(1), color=ink, alpha=0.2, lw=0)
    axes[1].plot(grid, v.mean(1), "o-" if name == "dropout" else "s-", color=ink, label=name)
axes[1].set(xlabel="$p$", ylabel="$a$", xticks=grid)
axes[1].legend(loc="lower left")
plt.show()
# --8<-- [end:figure]
