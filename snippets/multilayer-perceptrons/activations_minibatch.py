# %% [markdown] lang="en"
# # A nonlinearity that acts on a minibatch couples its samples
# Batch normalization in training mode, $\hat x_i = (x_i - \hat\mu_B)/\hat\sigma_B$: the output for one sample depends
# on the others, one sample alone is impossible, and gradients of micro-batches no longer add up.

# %% [markdown] lang="zh"
# # 作用于整个小批量的非线性会把样本耦合起来
# 训练模式下的批量规范化 $\hat x_i = (x_i - \hat\mu_B)/\hat\sigma_B$：一个样本的输出取决于同批的其他样本；
# 单个样本无法处理；微批量的梯度也不再能相加。

# %% --8<-- [start:setup]
import copy

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
# --8<-- [end:setup]

# %% --8<-- [start:measure]
x = torch.randn(32, 4, device=device)
x_changed = x.clone()
x_changed[0] += 5  # only sample 0 changes; what happens to samples 1 to 31?
bn = nn.BatchNorm1d(4).to(device)
units = {"ReLU": nn.ReLU(), "BatchNorm, train": bn, "BatchNorm, eval": copy.deepcopy(bn).eval()}
with torch.no_grad():
    effect = {name: (unit(x_changed) - unit(x))[1:].abs().max().item() for name, unit in units.items()}
    total = bn(x).sum(0).abs().max().item()
for name, change in effect.items():
    print(f"{name:<17} outputs of the other samples change: {change > 0}")

try:
    nn.BatchNorm1d(4).to(device)(x[:1])
    one_sample = "accepted"
except ValueError as error:
    one_sample = str(error).split(",")[0]
print(f"a batch of one: {one_sample}")


def batch_gradient(net, x, y, parts):
    losses = [F.mse_loss(net(a), b) for a, b in zip(x.chunk(parts), y.chunk(parts))]
    gradients = torch.autograd.grad(sum(losses) / parts, list(net.parameters()))
    return torch.cat([g.flatten() for g in gradients])


y = torch.randn(32, 1, device=device)
plain = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 1)).to(device)
normalised = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 1)).to(device)
difference = {}
for name, net in {"without BatchNorm": plain, "with BatchNorm": normalised}.items():
    whole, accumulated = (batch_gradient(net, x, y, parts) for parts in (1, 4))
    difference[name] = ((whole - accumulated).norm() / whole.norm()).item()
    print(f"{name:<17} gradient of 32 samples = mean over 4 x 8: {difference[name] < 1e-12}")
# --8<-- [end:measure]


# %% --8<-- [start:table]
def normalise(batch):  # along the last dimension, as BatchNorm in training mode
    return (batch - batch.mean(-1, keepdim=True)) / batch.std(-1, unbiased=False, keepdim=True)


jacobian = torch.func.jacrev(normalise)(x[:, 0])  # how output j reacts to input i

repeats, x0 = 2000, 1.0  # one fixed sample in many random batches
sizes = [4, 8, 16, 32, 64, 128, 256]
outputs = {}
for B in sizes:
    batch = torch.randn(repeats, B, device=device)
    batch[:, 0] = x0
    outputs[B] = normalise(batch)[:, 0]

n = 2**16
label = torch.arange(2, device=device).repeat_interleave(n // 2)
feature = torch.randn(n, device=device) + 3.2 * label - 1.6  # the sign tells the class
correct = {}
orders = {"shuffled": torch.randperm(n, device=device), "sorted by class": torch.arange(n, device=device)}
for name, order in orders.items():
    prediction = normalise(feature[order].view(-1, 32)).flatten() > 0
    correct[name] = (prediction == label[order]).double().mean().item()
    print(f"sign of the normalised feature, batches {name:<16} {correct[name]:.1f} correct")
# --8<-- [end:table]

# %% --8<-- [start:claims]
assert effect["BatchNorm, train"] > 0.1, "in training mode one sample moves the outputs of the others"
assert effect["BatchNorm, eval"] == effect["ReLU"] == 0, "with running statistics, or elementwise, it does not"
assert total < 1e-12, "the outputs sum to zero: all but one of them give away the last"
assert "more than 1 value per channel" in one_sample, "one sample has no variance"
assert difference["without BatchNorm"] < 1e-12 < 1e-3 < difference["with BatchNorm"], "micro-batches do not add up"
x_hat, B = normalise(x[:, 0]), len(x)
closed_form = (torch.eye(B, device=device) - 1 / B - torch.outer(x_hat, x_hat) / B) / x[:, 0].std(unbiased=False)
assert (jacobian - closed_form).abs().max() < 1e-12, "every output depends on every input"
pair = torch.func.jacrev(normalise)(x[:2, 0])
assert pair.abs().max() < 1e-12, "two samples always become -1 and 1: nothing depends on them, and no gradient passes"
for B in (128, 256):  # delta method: var = (1 + x0^2 / 2) / B + O(1 / B^2)
    theory = ((1 + x0**2 / 2) / B) ** 0.5
    tolerance = 5 / (2 * repeats) ** 0.5 + 1 / B  # five standard errors, and the next order (about 0.4 / B)
    assert abs(outputs[B].std().item() / theory - 1) < tolerance, "the output of a fixed sample is a random variable"
se = (0.25 / n) ** 0.5
assert correct["shuffled"] > 0.9 and abs(correct["sorted by class"] - 0.5) < 5 * se, "sorting by class erases the class"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3))
for k, B in enumerate(sizes):
    shift = torch.linspace(-0.3, 0.3, 150)
    left.plot(k + shift, outputs[B][:150].cpu(), "o", color="C0", ms=2, alpha=0.35, markeredgewidth=0)
left.axhline(x0, color="C1")
left.set(xlabel="$B$", ylabel=r"$\hat x_0$", xticks=range(len(sizes)), xticklabels=sizes, ylim=(-0.6, 2.6))
right.plot(sizes, [((1 + x0**2 / 2) / B) ** 0.5 for B in sizes], color="C0")
right.plot(sizes, [outputs[B].std().item() for B in sizes], "o", color="C0")
right.set(xscale="log", yscale="log", xlabel="$B$", ylabel=r"$\mathrm{sd}(\hat x_0)$", xticks=sizes, xticklabels=sizes)
right.set(yticks=[0.1, 0.2, 0.4], yticklabels=["0.1", "0.2", "0.4"])
right.minorticks_off()
right.text(20, 0.32, r"$\sqrt{(1 + x_0^2/2)/B}$", color="C0")
plt.show()
# --8<-- [end:figure]
