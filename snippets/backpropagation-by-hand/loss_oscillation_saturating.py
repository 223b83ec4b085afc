# %% [markdown] lang="en"
# # Sigmoids bound the loss, and move the threshold
# The 2-2-2 network with sigmoids instead of ReLU: its loss cannot exceed a fixed number whatever the step size. It converges at learning
# rates at which the ReLU network is dead, then oscillates, and at very large ones saturates.

# %% [markdown] lang="zh"
# # sigmoid 使损失有界，也移动了阈值
# 把 2-2-2 网络的 ReLU 换成 sigmoid：无论步长多大，损失都超不过一个定数。在 ReLU 网络早已死亡的学习率下它照样收敛，
# 再大便震荡，极大时则饱和。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch

torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
x, y = torch.tensor([[0.5], [0.3]], device=device), torch.tensor([[0.23], [-0.07]], device=device)
rates = torch.tensor([5.0, 10, 20, 40, 60, 100, 200, 500, 1000, 10_000], device=device)
scan = torch.logspace(0, 4, 97, device=device)  # for the figure
eta = torch.cat([rates, scan])
W1 = torch.tensor([[0.2, 0.5], [-0.4, 0.6]], device=device)[:, :, None].repeat(1, 1, len(eta))
W2 = torch.tensor([[0.1, -0.3], [-0.5, 0.8]], device=device)[:, :, None].repeat(1, 1, len(eta))
# --8<-- [end:setup]

# %% --8<-- [start:train]
start = torch.cat([W1[:, :, 0].flatten(), W2[:, :, 0].flatten()])
outputs = []
for step in range(10_000):
    h = torch.sigmoid((W1 * x).sum(1))
    p = torch.sigmoid((W2 * h).sum(1))
    outputs.append(p)
    delta2 = (p - y) * p * (1 - p)
    delta1 = (W2 * delta2[:, None]).sum(0) * h * (1 - h)
    W1, W2 = W1 - eta * delta1[:, None] * x, W2 - eta * delta2[:, None] * h
    if step == 0:  # for the check against autograd
        by_hand = (start - torch.cat([W1[:, :, 0].flatten(), W2[:, :, 0].flatten()])) / eta[0]
outputs = torch.stack(outputs)
loss = ((outputs - y) ** 2).sum(1) / 2
increases = (loss[1:] > loss[:-1] + 1e-14).sum(0)
swing = (outputs[-1] - outputs[-2])[0].abs()
print("   eta   increases of the loss   p1 after 10,000 steps")
for k, rate in enumerate(rates.tolist()):
    ends = "alternates around 0.23" if swing[k] > 1e-3 else f"{outputs[-1, 0, k]:.2f}"
    print(
        f"{rate:6g}   {'none' if increases[k] == 0 else 'above 3000' if increases[k] > 3000 else increases[k].item():>21}   {ends}"
    )
# --8<-- [end:train]


# %% --8<-- [start:claims]
def network_loss(weights):
    p = torch.sigmoid(weights[4:].view(2, 2) @ torch.sigmoid(weights[:4].view(2, 2) @ x))
    return ((p - y) ** 2).sum() / 2


assert (torch.func.grad(network_loss)(start) - by_hand).abs().max() < 1e-14, "the backward pass by hand is the gradient"
bound = (torch.maximum(y, 1 - y) ** 2).sum() / 2  # outputs lie between 0 and 1
assert (loss <= bound).all(), "the loss is bounded, whatever the step size"
low, middle, high = rates <= 40, (rates >= 60) & (rates <= 200), rates >= 500
assert (increases[:10][low] == 0).all() and ((outputs[-1, 0, :10][low] - 0.23).abs() < 1e-4).all(), (
    "convergence up to 40, within these 10,000 steps"
)
assert (increases[:10][middle] > 3000).all() and (swing[:10][middle] > 1e-3).all(), "oscillation from 60 to 200"
last = outputs[-1, 0, :10][middle], outputs[-2, 0, :10][middle]
assert (torch.maximum(*last) > 0.23).all() and (torch.minimum(*last) < 0.23).all(), "… around the target"
frozen = (y**2).sum() / 2
assert (outputs[-1, :, :10][:, high] < 1e-6).all() and ((loss[-1, :10][high] - frozen).abs() < 1e-6).all(), (
    "saturation from 500 on, at loss 0.0289, for these 10,000 steps"
)
assert (increases[:10][high] == 0).all(), "no oscillation there: the first step jumps onto the plateau"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.3))
for last in (-1, -2):
    ax.semilogx(scan.cpu(), outputs[last, 0, 10:].cpu(), "o", color="C0", ms=3)
ax.axhline(0.23, color="gray", lw=0.8, ls="--")
for threshold in (7.456, 11.916):  # of the ReLU network
    ax.axvline(threshold, color="C1", lw=1.2, ls=":")
    ax.annotate(
        f"${threshold}$",
        (threshold, 0.46),
        (-3 if threshold < 10 else 3, 0),
        textcoords="offset points",
        ha="right" if threshold < 10 else "left",
        color="C1",
        fontsize=9,
    )
ax.set(xlabel=r"$\eta$", ylabel="$p_1$", ylim=(-0.02, 0.5), xlim=(1, 1e4))
plt.show()
# --8<-- [end:figure]
