# %% [markdown] lang="en"
# # The allocator of a GPU reports the memory that the count predicts
# The same 784-256-10 network on a GPU: bytes that PyTorch's allocator has handed out, against four times the numbers
# counted by hand. It hands out multiples of 512 bytes, and cuts a large block only where a MiB or more would remain.

# %% [markdown] lang="zh"
# # GPU 分配器报告的内存，与数出来的一致
# 同一个 784-256-10 网络放到 GPU 上：PyTorch 分配器实际分出的字节数，与手算的个数乘以四对照。分配以 512 字节为单位；大块内存只在剩余不少于 1 MiB 时才切开。

# %% --8<-- [start:setup] tags=["gpu"]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import nn

torch.manual_seed(0)
device = "cuda"
d, h_units, q = 784, 256, 10
batches = (32, 256, 4096, 16384, 65536)
P = h_units * (d + q)
model = nn.Sequential(nn.Linear(d, h_units, bias=False), nn.ReLU(), nn.Linear(h_units, q, bias=False)).to(device)
optimizer = torch.optim.Adam(model.parameters())
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def allocated():
    torch.cuda.synchronize()
    return torch.cuda.memory_allocated()


def step(n):  # bytes after the forward pass, and at the peak, beyond what was there before
    y = torch.zeros(n, dtype=torch.long, device=device)
    before = allocated()
    torch.cuda.reset_peak_memory_stats()
    x = torch.randn(n, d, device=device)
    L = F.cross_entropy(model(x), y)
    kept = allocated() - before
    L.backward()
    return kept, torch.cuda.max_memory_allocated() - before


def predict(n):
    before = allocated()
    torch.cuda.reset_peak_memory_stats()
    with torch.no_grad():
        value = torch.randn(n, d, device=device)
        value = (value @ model[0].weight.T).relu_()
        value = value @ model[2].weight.T
    return torch.cuda.max_memory_allocated() - before


step(32), predict(32)  # the libraries take their workspace once
model.zero_grad()  # so that every measured backward pass makes its gradients anew
measured = {}
for n in batches:
    measured[n] = (*step(n), predict(n))
    model.zero_grad()
counted = {}
for n in batches:
    peak = n * d + max(3 * n * h_units + h_units * q, n * h_units + P) + 2
    counted[n] = tuple(4 * numbers for numbers in (n * (d + h_units + q) + 2, peak, n * max(d + h_units, h_units + q)))
print("      n   training, forward done   training, peak   prediction, peak   (MB: measured / counted)")
for n in batches:
    pairs = [f"{m / 1e6:.2f} / {c / 1e6:.2f}" for m, c in zip(measured[n], counted[n])]
    print(f"{n:7}   {pairs[0]:>22}   {pairs[1]:>14}   {pairs[2]:>16}")

before = allocated()
F.cross_entropy(model(torch.randn(1, d, device=device)), torch.zeros(1, dtype=torch.long, device=device)).backward()
gradients = allocated() - before
optimizer.step()
moments = allocated() - before - gradients
print(f"parameters {4 * P} bytes, gradients {gradients}, Adam's moments {moments}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
workspace = 64 * 2**20
for n in batches:
    kept, peak, prediction = measured[n]
    slack = 8 * (512 if counted[n][1] < 2**20 else 2**20)  # eight tensors at most, each in a block of its own
    assert 0 <= kept - counted[n][0] <= slack, "x, h and log softmax(o), and nothing besides"
    assert counted[n][1] <= peak <= 1.05 * counted[n][1] + workspace, "plus what a matrix product needs while it runs"
    assert counted[n][2] <= prediction <= 1.05 * counted[n][2] + workspace, "two neighbouring layers"
assert measured[batches[-1]][1] > measured[batches[-1]][2], "training needs more than prediction"
assert 0 <= gradients - 4 * P <= 2 * 512 and 0 <= moments - 8 * P <= 4 * 512, "one gradient, two moments"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.2))
for column, ink, label in ((1, "C0", r"$\nabla J$"), (2, "C1", r"$\hat{\mathbf{y}}$")):
    ax.loglog(batches, [counted[n][column] / 1e6 for n in batches], color=ink)
    ax.loglog(batches, [measured[n][column] / 1e6 for n in batches], "o", color=ink)
    ax.annotate(
        label, (batches[-1], measured[batches[-1]][column] / 1e6), (8, 0), textcoords="offset points", color=ink
    )
ax.set(xlabel="$n$", ylabel="MB")
plt.show()
# --8<-- [end:figure]
