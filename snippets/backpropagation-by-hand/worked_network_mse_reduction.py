# %% [markdown] lang="en"
# # Half the sum of squares and nn.MSELoss
# `nn.MSELoss()` divides by the number of all elements: its ratio to $\frac12\sum(\cdot)^2$ is $2/(nq)$,
# which is exactly 1 for one sample with two outputs.

# %% [markdown] lang="zh"
# # 平方和的一半与 nn.MSELoss
# `nn.MSELoss()` 除以元素总数：它与 $\frac12\sum(\cdot)^2$ 之比为 $2/(nq)$，一个样本、两个输出时恰好是 1。

# %% --8<-- [start:setup]
import warnings

import torch
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
x, y = torch.tensor([[0.5, 0.3], [0.23, -0.07]], device=device)
W1 = torch.tensor([[0.2, 0.5], [-0.4, 0.6]], device=device, requires_grad=True)
W2 = torch.tensor([[0.1, -0.3], [-0.5, 0.8]], device=device, requires_grad=True)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
p = torch.sigmoid(W2 @ torch.sigmoid(W1 @ x))
half_sum = ((p - y) ** 2).sum() / 2
mean = nn.MSELoss()(p, y)
total = nn.MSELoss(reduction="sum")(p, y)
print(f"half sum {half_sum.item():.7f}   mean {mean.item():.7f}   sum {total.item():.7f}")
print("none    ", [round(v, 7) for v in nn.MSELoss(reduction="none")(p, y).tolist()])

ratios = {}
print("  n   q   mean / half sum   2/(nq)")
for n, q in ((1, 2), (1, 1), (32, 1), (32, 10), (256, 10)):
    a, b = torch.randn(2, n, q, device=device)
    a.requires_grad_()
    losses = nn.MSELoss()(a, b), ((a - b) ** 2).sum() / 2
    slopes = [torch.autograd.grad(loss, a)[0] for loss in losses]
    ratios[n, q] = (losses[0] / losses[1]).item(), (slopes[0] / slopes[1]).flatten()
    print(f"{n:3}{q:4}{ratios[n, q][0]:18.6f}{2 / (n * q):9.6f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
gradients = [torch.autograd.grad(loss, [W1, W2], retain_graph=True) for loss in (half_sum, mean)]
assert abs(half_sum - mean) < 1e-15, "one sample, two outputs: the same number"
assert all((a - b).abs().max() < 1e-15 for a, b in zip(*gradients)), "and the same gradients"
assert abs(total - 2 * half_sum) < 1e-15
for (n, q), (ratio, slope) in ratios.items():
    assert abs(ratio - 2 / (n * q)) < 1e-12 and (slope - 2 / (n * q)).abs().max() < 1e-12, (
        "the step shrinks with the loss"
    )

prediction, target = torch.randn(4, 1, device=device), torch.randn(4, device=device)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    broadcast = nn.MSELoss()(prediction, target)
assert any("broadcast" in str(w.message) for w in caught), "shapes (4, 1) and (4,) only warn"
pairs = (prediction - target) ** 2
assert pairs.shape == (4, 4) and torch.isclose(broadcast, pairs.mean()), "every prediction meets every target"
assert not torch.isclose(broadcast, nn.MSELoss()(prediction.squeeze(1), target)), "which is another loss"
# --8<-- [end:claims]
