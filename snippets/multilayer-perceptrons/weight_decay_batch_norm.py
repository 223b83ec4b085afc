# %% [markdown] lang="en"
# # Batch normalization adds noise and cancels the scale of the weights
# In training mode the output for one sample depends on the others in its batch, with a standard deviation of
# about $\sqrt{(1 + x^2/2)/B}$. The scale of the weights before it cancels:
# $\mathrm{BN}(c\,\mathbf W\mathbf x) = \mathrm{BN}(\mathbf W\mathbf x)$, so that an $L_2$ penalty cannot limit
# the function.

# %% [markdown] lang="zh"
# # 批量规范化带来噪声，并抵消权重的尺度
# 训练模式下，一个样本的输出取决于同批的其他样本，标准差约为 $\sqrt{(1 + x^2/2)/B}$。
# 其前权重的尺度会抵消：$\mathrm{BN}(c\,\mathbf W\mathbf x) = \mathrm{BN}(\mathbf W\mathbf x)$，
# 因此 $L_2$ 惩罚限制不了函数本身。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
x, repeats = 1.0, 8000  # the sample we watch, among mates drawn from N(0, 1)
sizes = [4, 8, 16, 32, 64, 128, 256]
# --8<-- [end:setup]

# %% --8<-- [start:measure]
noise = {}
for B in sizes:
    batch = torch.randn(B, repeats, device=device)  # every column is one batch of one unit
    batch[0] = x
    layer = nn.BatchNorm1d(repeats, device=device)
    noise[B] = layer(batch)[0].std().item()

theory = {B: ((1 + x**2 / 2) / B) ** 0.5 for B in sizes}
print("B     sd of the output   sqrt((1 + x^2 / 2) / B)")
for B in sizes:
    print(f"{B:<6d}{noise[B]:8.3f} ± {noise[B] / (2 * repeats) ** 0.5:.3f}{theory[B]:16.3f}")

inputs, target = torch.randn(64, 10, device=device), torch.randn(64, 5, device=device)
W = torch.randn(5, 10, device=device)


def loss_and_gradient(W):
    W = W.clone().requires_grad_()
    out = F.batch_norm(inputs @ W.T, None, None, training=True, eps=1e-12)
    loss = F.mse_loss(out, target)
    return loss.item(), torch.autograd.grad(loss, W)[0]


loss, gradient = loss_and_gradient(W)
halved_loss, halved_gradient = loss_and_gradient(W / 2)
print(f"W halved: loss x {halved_loss / loss:.3f}, gradient x {(halved_gradient.norm() / gradient.norm()):.3f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
sd = torch.tensor([noise[B] for B in sizes])
assert (sd.diff() < 0).all(), "the larger the batch, the smaller the noise"
tolerance = 5 / (2 * repeats) ** 0.5 + 4 / 256  # five standard errors, and a correction of order 1 / B
assert abs(noise[256] / theory[256] - 1) < tolerance, "mean and variance of the batch contribute 1/B and x^2/(2B)"

other_mates = torch.randn(256, repeats, device=device)
other_mates[0] = x
assert not torch.equal(layer.train()(batch)[0], layer(other_mates)[0]), "in training the mates matter"
layer.eval()
assert torch.equal(layer(batch)[0], layer(other_mates)[0]), "in prediction they do not"

assert abs(halved_loss - loss) < 1e-9 * loss, "the scale of W cancels"
assert (halved_gradient - 2 * gradient).abs().max() < 1e-8 * gradient.abs().max(), "the gradient grows as W shrinks"
assert (W * gradient).sum(1).abs().max() < 1e-8, "and is orthogonal to every row of W"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.2))
ax.plot(sizes, list(theory.values()), color="C0", label=r"$\sqrt{(1+x^2/2)\,/\,B}$")
ax.plot(sizes, list(noise.values()), "o", color="C1")
ax.set(xscale="log", yscale="log", xlabel="$B$", ylabel=r"$\mathrm{sd}(\mathrm{BN}(x))$")
ax.set_xticks(sizes, sizes)
ax.set_yticks([0.1, 0.2, 0.4], ["0.1", "0.2", "0.4"])
ax.minorticks_off()
ax.legend(loc="upper right")
plt.show()
# --8<-- [end:figure]
