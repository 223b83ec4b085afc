# %% [markdown] lang="en"
# # A 2-2-2 ReLU network that is a scalar two-layer model
# One path is alive: $L = \frac12(w_5 u - 0.23)^2 + 0.00245$ with $u = w_1 x_1 + w_3 x_2$. The thresholds of the scalar model, divided
# by $0.23\lVert x\rVert$, predict at which learning rates the whole network oscillates and dies.

# %% [markdown] lang="zh"
# # 2-2-2 ReLU 网络其实是标量两层模型
# 活着的通路只有一条：$L = \frac12(w_5 u - 0.23)^2 + 0.00245$，其中 $u = w_1 x_1 + w_3 x_2$。标量模型的阈值除以
# $0.23\lVert x\rVert$，就预言了整个网络在多大的学习率下震荡、在多大的学习率下死亡。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch
from matplotlib.colors import to_rgb

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
x, y = torch.tensor([0.5, 0.3], device=device), torch.tensor([0.23, -0.07], device=device)
W1 = torch.tensor([[0.2, 0.5], [-0.4, 0.6]], device=device)  # [[w1, w3], [w2, w4]]
W2 = torch.tensor([[0.1, -0.3], [-0.5, 0.8]], device=device)  # [[w5, w7], [w6, w8]]
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def step(W1, W2, eta):
    """One step of gradient descent, runs along the last axis: new weights (2, 2, runs) and the outputs before it, (2, runs)."""
    z1 = (W1 * x[:, None]).sum(1)
    h = z1.relu()
    z2 = (W2 * h).sum(1)
    p = z2.relu()
    delta2 = (p - y[:, None]) * (z2 > 0)
    delta1 = (W2 * delta2[:, None]).sum(0) * (z1 > 0)
    return W1 - eta * delta1[:, None] * x[:, None], W2 - eta * delta2[:, None] * h, p


def copies(W, runs):
    return W[:, :, None].repeat(1, 1, runs)


def train(rates, w5, skip, keep):
    """Weights after skip + keep steps from the given w5, and p1 in the last keep steps, (keep, runs)."""
    V1, V2 = copies(W1, len(rates)), copies(W2, len(rates))
    V2[0, 0] = w5
    p1 = []
    for t in range(skip + keep):
        V1, V2, p = step(V1, V2, rates)
        if t >= skip:
            p1.append(p[0])
    return V1, V2, torch.stack(p1)


def period(orbit, longest=64):
    return next((n for n in range(1, longest + 1) if (orbit[n:] - orbit[:-n]).abs().max() < 1e-8), 0)


c = x.norm().item()
scale = 0.23 * c  # eta_eff = scale * eta
thresholds = {
    "period 2": 1 / scale,
    "period 4": (math.sqrt(5) - 1) / scale,
    "chaos": 1.302283 / scale,
    "death": (1.5 * math.sqrt(3) - 1) / scale,
}
rates = torch.tensor([0.05, 7.3, 7.4, 7.5, 8, 9, 9.3, 10, 11, 12, 13, 20], device=device)
balanced = torch.tensor([11.8, 11.9, 12.0, 12.1], device=device)  # these runs start at w5 = u/c instead of w5 = 0.1
scan = torch.linspace(6, 13, 680, device=device)  # for the figure
w5 = torch.full((696,), 0.1, device=device)
w5[12:16] = (W1[0] @ x) / c
V1, V2, p1 = train(torch.cat([rates, balanced, scan]), w5, 3000, 1000)
periods = [period(p1[-200:, k]) for k in range(12)]
loss = (p1 - y[0]) ** 2 / 2 + y[1] ** 2 / 2  # the second output is 0 throughout
sharpness = c**2 * V2[0, 0] ** 2 + (x @ V1[0]) ** 2  # on the live path, where p1 = 0.23

print("predicted from   " + "   ".join(f"{name} {eta:.3f}" for name, eta in thresholds.items()))
print("   eta  eta_eff   period   p1, last two steps   loss, last two steps")
for k, rate in enumerate(rates.tolist()):
    if k:
        ends = "    ".join("  ".join(f"{value:.5f}" for value in tail[-2:, k].sort().values) for tail in (p1, loss))
        print(
            f"{rate:6.2f}  {rate * scale:7.4f}   {periods[k] or 'none':>6}   {ends if periods[k] in (1, 2) else ''}".rstrip()
        )
print(f"sharpness at the end: {sharpness[0]:.4f} for eta = 0.05, {sharpness[2]:.4f} for eta = 7.4")
early = p1[-1, 16:] == 0
lowest = scan[early].min().item()
between = (scan >= lowest) & (scan < thresholds["death"])
share = early[between].double().mean().item()
print(f"lowest rate that dies {lowest:.2f}; share of dead ones from there to {thresholds['death']:.3f}: {share:.1f}")
# --8<-- [end:measure]


# %% --8<-- [start:claims]
def network_loss(weights):
    p = (weights[4:].view(2, 2) @ (weights[:4].view(2, 2) @ x).relu()).relu()
    return ((p - y) ** 2).sum() / 2


weights = torch.cat([W1.flatten(), W2.flatten()])
for point in (weights, torch.rand(8, device=device)):  # as given, and with every unit alive
    after1, after2, _ = step(point[:4].view(2, 2, 1), point[4:].view(2, 2, 1), 1.0)
    by_hand = point - torch.cat([after1.flatten(), after2.flatten()])
    assert (torch.func.grad(network_loss)(point) - by_hand).abs().max() < 1e-14, (
        "the backward pass by hand is the gradient"
    )
assert abs(network_loss(weights) - ((0.1 * 0.25 - 0.23) ** 2 / 2 + 0.00245)) < 1e-15, "one live path and a constant"
at_rest = torch.cat([V1[:, :, 2].flatten(), V2[:, :, 2].flatten()])
top = torch.linalg.eigvalsh(torch.func.hessian(network_loss)(at_rest))[-1]
assert abs(top - sharpness[2]) < 1e-9, "the sharpness of all eight weights is that of the live path"
assert (V1[1] == W1[1, :, None]).all() and (V2[1] == W2[1, :, None]).all() and (V2[0, 1] == -0.3).all(), (
    "five weights never move"
)

# the live path is the scalar model with a = v / sqrt(T), b = w5 / sqrt(T), T = 0.23 / c, and eta_eff
T = 0.23 / c
eta_eff = rates * scale
a, b = W1[0] @ x / c / math.sqrt(T), 0.1 / math.sqrt(T)
U1, U2 = copies(W1, 12), copies(W2, 12)
for _ in range(5):
    a, b = a - eta_eff * (a * b - 1) * b, b - eta_eff * (a * b - 1) * a
    U1, U2, _ = step(U1, U2, rates)
    assert (T * a * b - x @ U1[0] * U2[0, 0] / c)[:10].abs().max() < 1e-12, "step by step, until something dies"

assert periods == [1, 1, 1, 2, 2, 2, 4, 0, 0, 1, 1, 1], "periods as the scalar model predicts"
assert (p1[-1, :3] - 0.23).abs().max() < 1e-9, "7.3 and 7.4 converge"
for k in (3, 4, 5):
    inverse = 1 / eta_eff[k]
    root = ((1 + inverse) ** 2 - 4 * inverse**2).sqrt()
    roots = 0.23 * torch.stack([1 + inverse - root, 1 + inverse + root]) / 2
    assert (p1[-2:, k].sort().values - roots).abs().max() < 1e-7, "p1 alternates between 0.23 q^2 and 0.23 p^2"
assert (p1[-1, 9:12] == 0).all() and (loss[-1, 9:12] - 0.0289).abs().max() < 1e-12, (
    "12, 13 and 20 are dead at loss 0.0289"
)
assert (p1[-1, 12:14] > 0).all() and (p1[-1, 14:16] == 0).all(), "from a balanced start death lies between 11.9 and 12"
flow = c**2 * math.sqrt(((0.25 / c) ** 2 - 0.1**2) ** 2 + 4 * T**2)
assert abs(sharpness[0] / flow - 1) < 1e-3 and sharpness[2] < 2 / 7.4 < sharpness[0], (
    "7.4 ends where small steps do not"
)
assert lowest > 11.5 and early[scan > thresholds["death"]].all(), "no death below 11.5, nothing alive above 11.916"
assert 0 < early[between].sum() < between.sum(), "from the unbalanced start some rates below 11.916 die as well"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
first, last, low, high = 6.0, 13.0, -0.015, 0.385
columns, rows = 680, 400
points = p1[:, 16:]
row = ((points - low) / (high - low) * rows).long().clamp(0, rows - 1)
counts = torch.zeros(rows, columns, device=device).scatter_add_(0, row, torch.ones_like(points))
counts = counts + counts.roll(1, 0) + counts.roll(-1, 0)  # three pixels thick
image = torch.empty(rows, columns, 4)
image[..., :3] = torch.tensor(to_rgb("C0"))
image[..., 3] = ((counts / counts.amax(0)).sqrt() * 6).ceil().cpu() / 6  # few levels of ink: a small file

fig, ax = plt.subplots(figsize=(7.2, 4.2))
ax.imshow(image.numpy(), extent=(first, last, low, high), origin="lower", aspect="auto", interpolation="none")
inverse = 1 / torch.linspace(1, math.sqrt(5) - 1, 200)
root = ((1 + inverse) ** 2 - 4 * inverse**2).sqrt()
for branch in (1 + inverse + root, 1 + inverse - root):
    ax.plot(1 / inverse / scale, 0.23 * branch / 2, color="C1", lw=2)
ax.plot([first, 1 / scale], [0.23, 0.23], color="C1", lw=2)
ax.plot([1 / scale, last], [0.23, 0.23], color="gray", lw=1, ls="--")
for threshold in thresholds.values():
    ax.axvline(threshold, color="gray", lw=0.8, ls=":")
    ax.annotate(
        f"${threshold:.3f}$",
        (threshold, high),
        (0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        annotation_clip=False,
    )
ax.set(xlabel=r"$\eta$", ylabel="$p_1$", xlim=(first, last), ylim=(low, high))
ax.grid(False)
above = ax.secondary_xaxis(-0.19, functions=(lambda eta: eta * scale, lambda eff: eff / scale))
above.set(xlabel=r"$\eta_{\mathrm{eff}}$")
plt.show()
# --8<-- [end:figure]
