# %% [markdown] lang="en"
# # A tiny network crosses the edge of stability once
# A 1-10-1 sigmoid network on two points: small steps end at a minimum of sharpness $S$. A step size above $2/S$ must lose its balance on
# the way there; the loss jumps up by orders of magnitude, and training goes on to a flatter minimum.

# %% [markdown] lang="zh"
# # 小网络越过一次稳定性边缘
# 两个数据点上的 1-10-1 sigmoid 网络：小步长终止于锐度为 $S$ 的极小点。步长大于 $2/S$ 时，途中必然失稳：损失骤升几个数量级，
# 随后训练落到更平坦的极小点。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import numpy as np
import torch

torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
rng = np.random.RandomState(0)  # the legacy generator: its stream is frozen for ever
x = rng.rand(2, 1)
y = np.sin(2 * np.pi * x) + rng.rand(2, 1)
x, y, W1, W2 = (torch.tensor(a, device=device) for a in (x, y, 0.01 * rng.randn(1, 10), 0.01 * rng.randn(10, 1)))
rates = torch.tensor([0.15, 0.19, 0.195, 0.2, 0.215], device=device)
copies, steps = 4, 6000  # four copies of each run; all but the first start off by a relative 1e-15
# --8<-- [end:setup]

# %% --8<-- [start:train]
eta = rates.repeat_interleave(copies)[:, None, None]
jitter = torch.randn(copies, 1, 10, generator=torch.Generator().manual_seed(0)).to(device)
jitter[0] = 0
W1, W2 = (W1 * (1 + 1e-15 * jitter)).repeat(len(rates), 1, 1), W2.repeat(len(rates) * copies, 1, 1)
b1, b2 = torch.zeros_like(W1), torch.zeros_like(W2[:, :1])
losses, parameters = [], []
for t in range(steps + 1):
    if t % 100 == 0:
        parameters.append(torch.cat([W1[:, 0], b1[:, 0], W2[:, :, 0], b2[:, :, 0]], 1))
    h = torch.sigmoid(x @ W1 + b1)
    residual = h @ W2 + b2 - y
    losses.append(residual.square().mean((1, 2)))
    delta = residual @ W2.mT * h * (1 - h)  # 2/n = 1 for two points
    W2, b2 = W2 - eta * h.mT @ residual, b2 - eta * residual.sum(1, keepdim=True)
    W1, b1 = W1 - eta * x.T @ delta, b1 - eta * delta.sum(1, keepdim=True)
losses = torch.stack(losses).view(steps + 1, len(rates), copies)


def loss(theta):
    """The same loss as a function of all 31 parameters, for the Hessian."""
    h = torch.sigmoid(x * theta[:10] + theta[10:20])
    return (h @ theta[20:30] + theta[30] - y[:, 0]).square().mean()


hessians = torch.func.vmap(torch.func.hessian(loss), chunk_size=128)
path = torch.stack(parameters).view(-1, len(rates), copies, 31)
sharpness = torch.linalg.eigvalsh(hessians(path[:, :, 0].reshape(-1, 31)))[:, -1].view(-1, len(rates))
final = torch.linalg.eigvalsh(hessians(path[-1].reshape(-1, 31)))[:, -1].view(len(rates), copies)

rises = losses[1:] > losses[:-1] + 1e-15
first = rises.to(torch.uint8).argmax(0)  # 0 where the loss never rises
before = losses.gather(0, first[None])[0]
peak = losses[2000:].amax(0)
flow = sharpness[-1, 0].item()
print(f"small steps end at sharpness {flow:.2f}: instability expected above eta = {2 / flow:.4f}")
print("  eta    2/eta   sharpness: start   largest    end   steps that raise the loss   rise of the loss")
for k, rate in enumerate(rates.tolist()):
    count, jump = "none", ""
    if rises[:, k].any():
        count = "tens" if rises[:, k].sum(0).max() < 100 else "hundreds"
        jump = f"10^{(peak[k] / before[k]).log10().mean():.0f}-fold"
    print(
        f"{rate:5.3f}   {2 / rate:6.2f}   {sharpness[0, k]:>16.1f}   {sharpness[:, k].max():>7.1f}   {final[k].mean():>4.1f}   {count:>25}   {jump:>16}".rstrip()
    )
# --8<-- [end:train]

# %% --8<-- [start:claims]
stable = rates < 2 / flow
assert stable.tolist() == [True, True, False, False, False]
assert not rises[:, stable].any(), "below the predicted step size the loss never rises"
assert (rises[:, ~stable].sum(0) >= 20).all() and (rises[:, ~stable].sum(0) < 600).all(), (
    "above it, it rises in a short phase"
)
assert (sharpness[-1, stable] / flow - 1).abs().max() < 1e-3, "small steps end at the same sharpness"
limit = 2 / rates
assert (sharpness[0] < limit).all() and (sharpness.amax(0)[~stable] > limit[~stable]).all(), (
    "the sharpness starts below 2/eta and crosses it"
)
assert (final[~stable] < limit[~stable, None]).all(), "every unstable run ends in a flatter, stable minimum"
step = torch.arange(0, steps + 1, 100, device=device)
for k in (~stable).nonzero()[:, 0].tolist():
    crossing = step[(sharpness[:, k] > limit[k]).to(torch.uint8).argmax()]
    assert (first[k] >= crossing - 100).all() and (first[k] < crossing + 1500).all(), (
        "the loss rises only after the crossing"
    )
assert (peak[3] > 1000 * before[3]).all() and (losses[-1] < 1e-9).all(), (
    "a jump by orders of magnitude, and yet all converge"
)
agree = losses[2000] / losses[2000, :, :1] - 1, losses[2900, 3] / losses[2900, 3, 0] - 1
assert agree[0].abs().max() < 1e-9 and agree[1].abs().max() > 1e-2, "the unstable phase makes rounding visible"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (top, bottom) = plt.subplots(2, 1, figsize=(7.2, 4.8), sharex=True, height_ratios=[1.15, 1])
for k, ink in ((0, "C0"), (3, "C1"), (4, "C2")):
    top.semilogy(losses[:5001:8, k, 0].cpu(), color=ink, lw=1.2)
    bottom.plot(step.cpu() / 8, sharpness[:, k].cpu(), "o-", color=ink, ms=2.5, lw=1.2, label=rf"$\eta={rates[k]:g}$")
    if limit[k] < 11:
        bottom.axhline(limit[k].item(), color=ink, lw=1, ls="--")
        bottom.annotate(rf"$2/{rates[k]:g}$", (10, limit[k].item()), va="bottom", color=ink)
top.set(ylabel="$L_t$", ylim=(1e-13, 30), yticks=[1e-12, 1e-8, 1e-4, 1])
bottom.set(xlabel="$t$", ylabel=r"$\lambda_{\max}$", xlim=(0, 625), ylim=(6.8, 11))
bottom.set_xticks(range(0, 626, 125), range(0, 5001, 1000))
bottom.legend(loc="lower right")
plt.show()
# --8<-- [end:figure]
