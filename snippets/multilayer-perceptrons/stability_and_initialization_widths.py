# %% [markdown] lang="en"
# # Widths need not decrease, and depth need not cost epochs
# Digits, He initialization, equal minibatches: a few arrangements of hidden widths, three seeds each.

# %% [markdown] lang="zh"
# # 宽度不必递减，加深也不必多训几轮
# 手写数字，He 初始化，小批量相同：几种隐藏层宽度的安排，各三个种子。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from sklearn.datasets import load_digits
from torch.nn.functional import cross_entropy

seed = 0
torch.manual_seed(seed)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
order = torch.randperm(len(digits.target))[:1000]
X = torch.tensor(digits.data / 16, dtype=torch.float32)[order].to(device)
X = X - X.mean(0)
y = torch.tensor(digits.target)[order].to(device)
# --8<-- [end:setup]

# %% --8<-- [start:train]
seeds, eta, epochs, batch_size = 3, 0.1, 12, 50
arrangements = [(64,), (128, 64), (64, 128), (96, 96), (64, 64, 64, 64), (128, 1, 128)]
batches = torch.cat([torch.randperm(1000, device=device) for _ in range(epochs)])  # the same order for all
curves = {}
for widths in arrangements:
    sizes = (64, *widths, 10)
    weights = [torch.randn(seeds, a, b, device=device) * (2 / a) ** 0.5 for a, b in zip(sizes, sizes[1:])]
    biases = [torch.zeros(seeds, 1, b, device=device) for b in sizes[1:]]
    parameters = [p.requires_grad_() for p in weights + biases]
    history = []
    for batch in batches.split(batch_size):
        h = X[batch].expand(seeds, -1, -1)
        for k, (w, b) in enumerate(zip(weights, biases)):
            h = torch.baddbmm(b, torch.relu(h) if k else h, w)
        losses = cross_entropy(h.mT, y[batch].expand(seeds, -1), reduction="none").mean(1)
        history.append(losses.detach())
        gradients = torch.autograd.grad(losses.sum(), parameters)  # the seeds share no parameter
        with torch.no_grad():
            for p, g in zip(parameters, gradients):
                p -= eta * g
    curves[widths] = torch.stack(history).cpu().reshape(epochs, -1, seeds).mean(1)  # mean loss of each epoch

print("hidden widths        loss of epoch 12 (3 seeds)      first epoch with loss < 0.3")
for widths, loss in curves.items():
    when = [str(1 + int((path < 0.3).int().argmax())) if (path < 0.3).any() else "-" for path in loss.T]
    print(f"{'-'.join(map(str, widths)):<20}", "  ".join(f"{v:.2f}" for v in loss[-1]), f"{' '.join(when):>22}")
# --8<-- [end:train]

# %% --8<-- [start:claims]
final = {widths: loss[-1].mean() for widths, loss in curves.items()}
assert (final[(128, 64)] - final[(64, 128)]).abs() < 0.05, "increasing widths train as well as decreasing ones"
assert (final[(128, 64)] - final[(96, 96)]).abs() < 0.05, "and so do equal ones"
assert final[(128, 1, 128)] > 1, "a bottleneck of one unit is what hurts"
assert curves[(64, 64, 64, 64)].mean(1)[3] < curves[(64,)].mean(1)[3], "after four epochs four layers are ahead of one"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.4))
t = torch.arange(1, epochs + 1)
inks = ["C0", "C1", "C2", "C3", "C4", "C5"]
for ink, (widths, loss) in zip(inks, curves.items()):
    ax.fill_between(t, loss.min(1).values, loss.max(1).values, color=ink, alpha=0.2, lw=0)
    ax.plot(t, loss.mean(1), color=ink, label="-".join(map(str, widths)))
ax.set(xlabel="$t$", ylabel="$L$", yscale="log", xlim=(1, epochs), xticks=range(1, epochs + 1))
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()
# --8<-- [end:figure]
