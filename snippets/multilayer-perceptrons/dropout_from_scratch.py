# %% [markdown] lang="en"
# # Inverted dropout from scratch, with its edge cases
# `nn.Dropout` in ten lines: it follows `train()` and `eval()`, keeps device and dtype, and is defined for
# every $0 \le p \le 1$.

# %% [markdown] lang="zh"
# # 从零实现反向缩放的暂退法，连同边界情况
# 十来行写出 `nn.Dropout`：随 `train()` 与 `eval()` 切换，保持设备与数据类型，对每个 $0 \le p \le 1$ 都有定义。

# %% --8<-- [start:setup]
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"


class Dropout(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"drop probability must lie in [0, 1], not {p}")
        self.p = p

    def forward(self, x):
        if not self.training:  # set by train() and eval(), also on a parent module
            return x
        if self.p == 1:
            return x * 0.0  # x / (1 - p) would be 0 / 0
        keep = (
            torch.rand_like(x) >= self.p
        )  # a mask per element, on x's device; rand lies in [0, 1), so p = 0 keeps all
        return x * keep / (1 - self.p)


# --8<-- [end:setup]

# %% --8<-- [start:measure]
N, p = 1_000_000, 0.3
x = torch.full((N,), 3.0, device=device, requires_grad=True)
layer = Dropout(p)
for name, candidate in (("from scratch", layer), ("nn.Dropout", nn.Dropout(p))):
    y = candidate(x)
    zeros, mean, count = (y == 0).float().mean(), y.mean(), len(list(candidate.parameters()))
    print(f"{name:<13} zeros {zeros:.2f}   kept value {y.max():.4f}   mean {mean:.2f}   parameters {count}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
y = layer(x)
zeros = (y == 0).float().mean().item()
assert abs(zeros - p) < 5 * (p * (1 - p) / N) ** 0.5, "a fraction p is dropped"
assert torch.equal(y[y != 0], (x / (1 - p))[y != 0]), "the others are divided by 1 - p"
y.sum().backward()
assert torch.equal(x.grad != 0, y != 0) and torch.allclose(x.grad, (y != 0) / (1 - p)), (
    "the gradient wears the same mask"
)
assert y.sum().item() != x.sum().item(), "the sum is kept in expectation only"

assert torch.equal(Dropout(0.0)(x), x) and not Dropout(1.0)(x).any(), "p = 0 is the identity, p = 1 the zero map"
assert torch.isnan(x * (torch.rand_like(x) > 1) / (1 - 1)).all(), "without the special case p = 1 gives nan"
half = torch.ones(4, dtype=torch.float16, device=device)
assert layer(half).dtype == torch.float16, "rand_like and a boolean mask keep the dtype"
assert ((torch.rand(half.shape, device=device) > p).float() * half).dtype == torch.float32, "a float mask does not"

first, second = layer(x), layer(x)
assert not torch.equal(first, second), "a new mask at every forward pass"
net = nn.Sequential(nn.Linear(8, 8, device=device), layer)
before = [t.clone() for t in net.parameters()]
batch = torch.ones(64, 8, device=device)
net(batch)
assert all(torch.equal(a, b) for a, b in zip(before, net.parameters())), "no weight is touched"
net.eval()
assert not layer.training and torch.equal(net(batch), net(batch)) and layer(x) is x, (
    "eval() reaches the layer: identity"
)


class AlwaysOn(nn.Module):
    def forward(self, x):
        return F.dropout(x, 0.5)  # training=True is the default of the function


noisy = AlwaysOn().eval()
assert not torch.equal(noisy(x), x), "F.dropout without training=self.training stays on after eval()"
image = nn.Dropout2d(0.5)(torch.ones(64, 8, 3, 3, device=device))
assert (image.flatten(2).std(2) == 0).all(), "Dropout2d drops whole channels"
# --8<-- [end:claims]
