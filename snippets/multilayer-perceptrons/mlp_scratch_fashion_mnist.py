# %% [markdown] lang="en"
# # The same MLP on the bundled digits, or on Fashion-MNIST
# By default nothing is downloaded. With `DATASET=fashion-mnist` in the environment, OpenML's copy of Fashion-MNIST is
# fetched once, checked and cached by scikit-learn.

# %% [markdown] lang="zh"
# # 同一个 MLP：默认用自带的手写数字，也可用 Fashion-MNIST
# 默认不下载任何数据。设置环境变量 `DATASET=fashion-mnist` 后，scikit-learn 会从 OpenML 下载一次 Fashion-MNIST，
# 校验并缓存。

# %% --8<-- [start:setup]
import os

import torch
from sklearn.datasets import fetch_openml, load_digits
from torch import nn
from torch.nn.functional import cross_entropy

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
if os.environ.get("DATASET") == "fashion-mnist":
    # Cached on disk; the file is compared with the MD5 that OpenML lists. This parser is slow, but needs no pandas.
    data = fetch_openml("Fashion-MNIST", version=1, as_frame=False, parser="liac-arff")
    assert data.data.shape == (70000, 784) and data.data.min() == 0 and data.data.max() == 255
    assert torch.tensor(data.target.astype(int)).bincount().tolist() == [7000] * 10
    name, brightest, h, held_out = "Fashion-MNIST", 255, 256, 10000
else:
    data = load_digits()  # 8x8 pixels, part of scikit-learn
    assert data.data.shape == (1797, 64) and data.data.min() == 0 and data.data.max() == 16
    name, brightest, h, held_out = "digits", 16, 64, 400
X = torch.tensor(data.data / brightest, dtype=torch.float32)
y = torch.tensor(data.target.astype(int))
order = torch.randperm(len(y))  # a split of our own, not the one of the benchmark tables
X, y = X[order].to(device), y[order].to(device)
train, validation, test = slice(0, -2 * held_out), slice(-2 * held_out, -held_out), slice(-held_out, None)
# --8<-- [end:setup]

# %% --8<-- [start:train]
d, q, eta, epochs, batch_size = X.shape[1], 10, 0.1, 20, 50
W1 = nn.Parameter(torch.randn(d, h, device=device) * (2 / d) ** 0.5)  # He initialization
b1 = nn.Parameter(torch.zeros(h, device=device))
W2 = nn.Parameter(torch.randn(h, q, device=device) * (2 / h) ** 0.5)
b2 = nn.Parameter(torch.zeros(q, device=device))
parameters = [W1, b1, W2, b2]


def net(X):
    return torch.relu(X @ W1 + b1) @ W2 + b2


def accuracy(part):
    with torch.no_grad():
        return (net(X[part]).argmax(1) == y[part]).float().mean().item()


for epoch in range(epochs):
    for batch in torch.randperm(len(y) - 2 * held_out, device=device).split(batch_size):
        gradients = torch.autograd.grad(cross_entropy(net(X[train][batch]), y[train][batch]), parameters)
        with torch.no_grad():
            for p, g in zip(parameters, gradients):
                p -= eta * g
print(f"{name}: {d}-{h}-{q}, {sum(p.numel() for p in parameters)} parameters, {epochs} epochs")
print(f"validation accuracy above 0.85: {accuracy(validation) > 0.85}")
# --8<-- [end:train]

# %% --8<-- [start:claims]
assert sum(p.numel() for p in parameters) == h * (d + q + 1) + q
assert X.min() == 0 and X.max() == 1, "pixels are scaled to [0, 1]"
assert accuracy(test) > 0.8, "far above chance, 0.1; on the digits more than 0.9"
assert name != "digits" or accuracy(test) > 0.9
# --8<-- [end:claims]
