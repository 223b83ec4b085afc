# %% [markdown] lang="en"
# # What dropout does to the variance of two hidden layers, over training
# The mask raises the variance at fixed weights,
# $\mathrm{Var}(h') = \mathbb{E}[h^2]/(1-p) - \mathbb{E}[h]^2$; the weights learnt under it lower the variance of $h$.
# Seven rates, three seeds, two layers, every epoch.

# %% [markdown] lang="zh"
# # 训练过程中，暂退法怎样改变两个隐藏层的方差
# 权重固定时，掩码使方差增大：$\mathrm{Var}(h') = \mathbb{E}[h^2]/(1-p) - \mathbb{E}[h]^2$；
# 在掩码下学得的权重却使 $h$ 的方差变小。七个丢弃概率，三个种子，两个隐藏层，每轮都量。

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

rates = [0.0, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8]  # the same drop probability in both hidden layers
A, S, H, epochs, eta, B = len(rates), 3, 128, 20, 0.2, 64
p = torch.tensor(rates, device=device).repeat_interleave(S).view(-1, 1, 1)  # run number = S * arm + seed
# --8<-- [end:setup]

# %% --8<-- [start:train]
split = torch.stack([torch.randperm(1797, device=device) for _ in range(S)])
x, y = images[split[:, :640]].repeat(A, 1, 1), labels[split[:, :640]].repeat(A, 1)
x_new = images[split[:, 640:940]].repeat(A, 1, 1)  # the variance is measured on images never trained on

sizes = [64, H, H, 10]
theta = []  # every arm of a seed starts from the same weights
for fan_in, fan_out in zip(sizes, sizes[1:]):
    theta.append(
        (torch.randn(S, fan_in, fan_out, device=device) * (2 / fan_in) ** 0.5).repeat(A, 1, 1).requires_grad_()
    )
    theta.append(torch.zeros(A * S, 1, fan_out, device=device, requires_grad=True))


def forward(x, training):
    W1, b1, W2, b2, W3, b3 = theta
    hidden = []  # per layer: h before the mask, and h' after it
    for W, b in ((W1, b1), (W2, b2)):
        h = torch.relu(torch.baddbmm(b, x, W))
        x = h * (torch.rand_like(h) >= p) / (1 - p) if training else h
        hidden.append((h, x))
    return torch.baddbmm(b3, x, W3), hidden


@torch.no_grad()
def moments():
    record = []
    for training in (True, False):
        for h, masked in forward(x_new, training)[1]:
            mean, square = h.mean((1, 2)), h.square().mean((1, 2))
            q, n, mu = 1 - p, h[0].numel(), mean.view(-1, 1, 1)
            # the only randomness left, given h, is the mask: the standard error of Var(h') is known exactly
            noise = (p * q * (h.square() / q**2 - 2 * mu * h / q).square()).sum((1, 2)).sqrt() / n
            record.append(torch.stack([masked.var((1, 2), unbiased=False), square / q.flatten() - mean**2, noise]))
    return torch.stack(record).view(2, 2, 3, A, S)


curves = [moments()]
for epoch in range(epochs):
    order = torch.rand(S, 640, device=device).argsort(1).repeat(A, 1)  # every arm of a seed sees the same minibatches
    for batch in order.split(B, dim=1):
        run = torch.arange(A * S, device=device)[:, None]
        logits, _ = forward(x[run, batch], training=True)
        loss = F.cross_entropy(logits.flatten(0, 1), y[run, batch].flatten(), reduction="sum") / B
        gradients = torch.autograd.grad(
            loss, theta
        )  # the runs share no parameter, so their sum gives each its own gradient
        with torch.no_grad():
            for parameter, gradient in zip(theta, gradients):
                parameter -= eta * gradient
    curves.append(moments())
curves = torch.stack(curves)  # epoch, (mask on, mask off), layer, (measured, formula, standard error), rate, seed
# --8<-- [end:train]

# %% --8<-- [start:measure]
measured, formula, error = curves[:, :, :, 0], curves[:, 0, :, 1], curves[:, 0, :, 2]
print(f"variance, mean and standard deviation of {S} seeds")
printed = [0, 2, 4, 5, 6]  # five of the seven rates
for title, epoch in (("before training", 0), (f"after {epochs} epochs", epochs)):
    print(f"{title:<20}" + "".join(f"p={rates[k]:<13}" for k in printed))
    for layer in (0, 1):
        for mode, name in enumerate(("mask on", "mask off")):
            row = measured[epoch, mode, layer, printed]
            print(
                f"layer {layer + 1}, {name:<10} " + "".join(f"{v.mean():.2f} +- {v.std():.2f}   " for v in row).rstrip()
            )
# --8<-- [end:measure]

# %% --8<-- [start:claims]
on, off = measured[:, 0], measured[:, 1]  # epoch, layer, rate, seed
assert ((on - formula).abs() <= 5 * error + 1e-4).all(), (
    "Var(h') = E[h^2]/(1-p) - E[h]^2 at every epoch, layer, rate, seed"
)
assert torch.equal(off[0, :, :1].expand(-1, A, -1), off[0]), "same weights, no mask: same variance"
assert (on[0].diff(dim=1) > 0).all(), "fixed weights: the mask raises the variance, the more the larger p"
assert (off[-1].mean(2).diff(dim=1) < 0).all(), "learnt weights: without the mask, the variance falls with the rate"
assert (off[-1, :, 4:] < 0.6 * off[-1, :, :1]).all(), "from p = 0.5 on by more than 40 % in every seed"
assert (off[-1, 0, 4:] < 0.8 * off[0, 0, 4:]).all(), "not slower growth: layer 1 ends below its own starting value"
assert (on[-1, 0, 1:].mean(1) < on[-1, 0, 0].mean()).all(), "layer 1: the shrinking outweighs the mask"
assert (on[-1, 1, 4:].mean(1) > on[-1, 1, 0].mean()).all(), "layer 2, p >= 0.5: it does not"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, axes = plt.subplots(2, 3, figsize=(7.2, 5.0), sharey="row")
t = torch.arange(epochs + 1)
shown = {0: "C0", 2: "C2", 4: "C1", 6: "C3"}
for layer in (0, 1):
    for mode in (0, 1):
        ax = axes[layer, mode]
        for arm, ink in shown.items():
            v = measured[:, mode, layer, arm].cpu()
            ax.fill_between(t, v.amin(1), v.amax(1), color=ink, alpha=0.2, lw=0)
            ax.plot(t, v.mean(1), color=ink, label=f"$p={rates[arm]:g}$")
            if mode == 0 and arm:
                ax.plot(t[::5], formula[::5, layer, arm].mean(1).cpu(), "o", color=ink, markerfacecolor="white", ms=5)
        ax.set(xlim=(-0.8, epochs + 0.5), xticks=range(0, epochs + 1, 5))
    ax = axes[layer, 2]
    ax.plot(rates, on[0, layer].mean(1).cpu(), color="gray", ls="--", lw=1.4, label="$h',\\ t=0$")
    ax.plot(rates, off[0, layer].mean(1).cpu(), color="gray", ls=":", lw=1.4, label="$h,\\ t=0$")
    for v, fill in ((on, "C4"), (off, "white")):
        v = v[-1, layer].cpu()
        ax.fill_between(rates, v.amin(1), v.amax(1), color="C4", alpha=0.2, lw=0)
        ax.plot(rates, v.mean(1), "o-", color="C4", markerfacecolor=fill)
    ax.set(xlim=(-0.04, 0.84), xticks=[0, 0.2, 0.5, 0.8])
    ax.annotate(
        "$h'$",
        (0.65, on[-1, layer, 5].mean().item()),
        (-3, -16 if layer else 7),
        textcoords="offset points",
        color="C4",
    )
    ax.annotate("$h$", (0.65, off[-1, layer, 5].mean().item()), (-4, -16), textcoords="offset points", color="C4")
    axes[layer, 0].set(ylabel=rf"$\ell={layer + 1}$", yscale="log")
for ax, text in zip(axes[0], (r"$\mathrm{Var}(h')$", r"$\mathrm{Var}(h)$", rf"$t={epochs}$")):
    ax.set_title(text)
for ax, text in zip(axes[1], ("$t$", "$t$", "$p$")):
    ax.set_xlabel(text)
axes[0, 0].legend(ncols=2, loc="lower center", columnspacing=1.2)
axes[0, 2].legend(loc="lower left")
plt.show()
# --8<-- [end:figure]
