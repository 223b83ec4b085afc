# %% [markdown] lang="en"
# # Other symmetries: filters, heads, recurrent units, experts; scales, signs, bases, shifts
# Interchangeable parts with equal starts stay equal. Continuous symmetries only make flat directions.

# %% [markdown] lang="zh"
# # 其他对称性：卷积核、注意力头、循环单元、专家；缩放、变号、换基、平移
# 可互换的部件从相同起点出发就永远相同；连续对称性只带来平坦方向。

# %% --8<-- [start:setup]
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import conv2d, cross_entropy, layer_norm

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
digits = load_digits()
order = torch.randperm(len(digits.target))[:128]
images = torch.tensor(digits.images / 16)[order].to(device)
y = torch.tensor(digits.target)[order].to(device)
# --8<-- [end:setup]

# %% --8<-- [start:train]
units = 4


def parts(*shape, scale=0.3):  # the same random numbers for each of the interchangeable parts: axis 0
    return (scale * torch.randn(1, *shape, device=device)).repeat(units, *[1] * len(shape)).requires_grad_()


def filters(w, v):  # convolution channels with their own read-out
    h = torch.relu(conv2d(images[:, None], w[:, None])).flatten(2)
    return torch.einsum("bcp,cpk->bk", h, v)


def heads(q, k, u, v):  # attention over the eight rows of an image
    Q, K, V = (torch.einsum("btd,hde->bhte", images, m) for m in (q, k, u))
    h = ((Q @ K.mT / Q.shape[-1] ** 0.5).softmax(-1) @ V).mean(2)
    return torch.einsum("bhe,hek->bk", h, v)


def recurrent(w, r, v):  # LSTM units that read the rows; r couples all units equally
    h = c = torch.zeros(len(y), units, device=device)
    for row in images.unbind(1):
        i, f, o, g = torch.einsum("bd,ugd->gbu", row, w) + torch.einsum("bj,ugj->gbu", h, r)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
    return h @ v


def experts(a, v):  # a soft mixture of linear classifiers
    x = images.flatten(1)
    return torch.einsum("be,bek->bk", (x @ a.T).softmax(1), torch.einsum("bd,edk->bek", x, v))


models = {
    "filters of a convolution": (filters, [parts(3, 3), parts(36, 10)]),
    "attention heads": (heads, [parts(8, 3), parts(8, 3), parts(8, 3), parts(3, 10)]),
    "units of an LSTM": (
        recurrent,
        [parts(4, 8), parts(4, 1).detach().repeat(1, 1, units).requires_grad_(), parts(10)],
    ),
    "experts of a mixture": (experts, [parts(64), parts(64, 10)]),
}
results = {}
print("50 steps from equal parts      moved by   parts differ by")
for name, (f, theta) in models.items():
    start = [p.detach().clone() for p in theta]
    for _ in range(50):
        loss = cross_entropy(f(*theta), y)
        with torch.no_grad():
            for p, g in zip(theta, torch.autograd.grad(loss, theta)):
                p -= 0.3 * g
    moved = max((p - q).abs().max().item() for p, q in zip(theta, start))
    spread = max((p.amax(0) - p.amin(0)).max().item() for p in theta)
    results[name] = moved, spread
    print(f"{name:<26}{'more than 0.001' if moved > 1e-3 else moved:>14}{'0' if spread < 1e-9 else spread:>13}")
# --8<-- [end:train]

# %% --8<-- [start:measure]
x = torch.randn(100, 8, device=device)
W, b, V = (torch.randn(*s, device=device) for s in ((16, 8), (16,), (5, 16)))
a = 10 ** torch.empty(16, device=device).uniform_(-2, 2)
Q, K, A = (torch.randn(8, 4, device=device) for _ in "QKA")
A = torch.linalg.qr(A[:4]).Q @ torch.diag(torch.tensor([0.5, 1.0, 2.0, 3.0], device=device))
c = torch.randn(100, 1, device=device)
error = {
    "ReLU unit: a w, a b, v / a": torch.relu(x @ W.T + b) @ V.T
    - torch.relu(x @ (a[:, None] * W).T + a * b) @ (V / a).T,
    "tanh unit: -w, -b, -v": torch.tanh(x @ W.T + b) @ V.T - torch.tanh(x @ -W.T - b) @ -V.T,
    "attention: Q A, K A^-T": (x @ Q) @ (x @ K).T - (x @ Q @ A) @ (x @ K @ torch.linalg.inv(A).T).T,
    "softmax: logits + c": (x @ Q).softmax(1) - (x @ Q + c).softmax(1),
    "normalized layer: 7 W": layer_norm(x @ W.T, (16,), eps=0) - layer_norm(x @ (7 * W).T, (16,), eps=0),
}
print("transformation of the parameters     change of the function")
for name, difference in error.items():
    print(f"{name:<36} {'0' if difference.abs().max() < 1e-9 else difference.abs().max():>10}")
W, b, V = (p.requires_grad_() for p in (W, b, V))
g_W, g_b, g_V = torch.autograd.grad((torch.relu(x @ W.T + b) @ V.T).square().mean(), (W, b, V))
balance = (W * g_W).sum(1) + b * g_b - (V * g_V).sum(0)  # slope of the loss along the flat direction of each unit
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for name, (moved, spread) in results.items():
    assert moved > 1e-3 and spread < 1e-9, f"{name}: they move and stay equal"
for name, difference in error.items():
    assert difference.abs().max() < 1e-9, f"{name}: the function is unchanged"
assert balance.abs().max() < 1e-9, "the gradient has no component along the rescaling of a unit"
# --8<-- [end:claims]
