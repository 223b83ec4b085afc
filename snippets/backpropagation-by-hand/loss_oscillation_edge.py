# %% [markdown] lang="en"
# # A slightly larger network stays at the edge of stability
# A 1-20-1 tanh network learns $T_4(x) = \cos(4\arccos x)$ by full-batch gradient descent. With $\eta = 0.05$ nothing happens; with
# $\eta = 0.15$ the sharpness climbs to $2/\eta$ and stays there, the loss goes up and down, and falls all the same.

# %% [markdown] lang="zh"
# # 稍大的网络会停留在稳定性边缘
# 1-20-1 的 tanh 网络用全批量梯度下降学习 $T_4(x) = \cos(4\arccos x)$。$\eta = 0.05$ 时风平浪静；$\eta = 0.15$ 时锐度升到 $2/\eta$ 便停在那里，
# 损失上下起伏，却仍在下降。

# %% --8<-- [start:setup]
import math

import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
hidden, n, seeds, steps = 20, 20, 3, 8000
x = torch.linspace(-1, 1, n, device=device)[:, None]
y = torch.cos(4 * torch.arccos(x.clamp(-1, 1)))
rates = torch.tensor([0.05, 0.15], device=device)
# --8<-- [end:setup]

# %% --8<-- [start:train]
W1 = 0.7 * torch.randn(seeds, 1, hidden, device=device).repeat(2, 1, 1)  # both rates start from the same weights
W2 = torch.randn(seeds, hidden, 1, device=device).repeat(2, 1, 1) / math.sqrt(hidden)
b1, b2 = torch.zeros_like(W1), torch.zeros_like(W2[:, :1])
eta = rates.repeat_interleave(seeds)[:, None, None]
losses, parameters = [], []
for t in range(steps + 1):
    if t % 400 == 0:
        parameters.append(torch.cat([W1[:, 0], b1[:, 0], W2[:, :, 0], b2[:, :, 0]], 1))
    h = torch.tanh(x @ W1 + b1)
    residual = h @ W2 + b2 - y
    losses.append(residual.square().mean((1, 2)))
    delta2 = 2 / n * residual
    delta1 = delta2 @ W2.mT * (1 - h**2)
    W2, b2 = W2 - eta * h.mT @ delta2, b2 - eta * delta2.sum(1, keepdim=True)
    W1, b1 = W1 - eta * x.T @ delta1, b1 - eta * delta1.sum(1, keepdim=True)
losses = torch.stack(losses).view(steps + 1, 2, seeds)


def loss(theta):
    """The same loss as a function of all 61 parameters, for the Hessian."""
    w1, bias, w2, bias2 = theta.split([hidden, hidden, hidden, 1])
    return (torch.tanh(x * w1 + bias) @ w2 + bias2 - y[:, 0]).square().mean()


hessians = torch.func.vmap(torch.func.hessian(loss), chunk_size=64)(torch.cat(parameters))
sharpness = torch.linalg.eigvalsh(hessians)[:, -1].view(-1, 2, seeds)
ratio = sharpness * rates[:, None] / 2  # 1 is the edge
rises = (losses[4001:] > losses[4000:-1]).sum(0)
print("           sharpness * eta / 2")
print(" eta   2/eta       start     t >= 4000   steps after t = 4000 that raise the loss")
for k, rate in enumerate(rates.tolist()):
    end = "below 1" if ratio[:, k].max() < 1 else f"{ratio[10:, k].mean():.1f}"
    count = "none" if rises[k].max() == 0 else "over 50 with every seed" if rises[k].min() > 50 else "some"
    print(
        f"{rate:4.2f}  {2 / rate:6.2f}   {'below 1' if ratio[0, k].max() < 1 else 'above 1':>9}   {end:>11}   {count:>40}"
    )
# --8<-- [end:train]

# %% --8<-- [start:claims]
early, late = losses[500:1000].mean(0), losses[-500:].mean(0)
assert (rises[0] == 0).all() and (ratio[:, 0] < 1).all(), "eta = 0.05: below the edge, the loss never rises"
assert (ratio[0] < 1).all(), "every run starts below the edge"
assert (ratio[10:, 1].mean(0) - 1).abs().max() < 0.05, "eta = 0.15: the sharpness hovers at 2/eta"
assert (rises[1] > 50).all() and (late[1] < early[1] / 2).all(), (
    "the loss keeps rising and falling, and falls in the long run"
)
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2))
for k, ink in ((0, "C0"), (1, "C1")):
    for seed in range(seeds):
        left.semilogy(
            range(0, steps + 1, 20),
            losses[::20, k, seed].cpu(),
            color=ink,
            lw=0.7,
            alpha=0.8,
            label=rf"$\eta={rates[k]:g}$" if seed == 0 else None,
        )
        right.plot(range(0, steps + 1, 400), ratio[:, k, seed].cpu(), "o-", color=ink, lw=0.8, ms=3)
right.axhline(1, color="gray", lw=1, ls="--")
left.set(xlabel="$t$", ylabel="$L_t$", xlim=(0, steps), xticks=range(0, 8001, 2000))
right.set(
    xlabel="$t$", ylabel=r"$\lambda_{\max}\,\eta/2$", xlim=(-100, steps), ylim=(0, 1.15), xticks=range(0, 8001, 2000)
)
left.legend()
plt.show()
# --8<-- [end:figure]
