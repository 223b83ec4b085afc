# %% [markdown] lang="en"
# # What second derivatives cost
# With `create_graph=True` the backward pass is recorded too. A Hessian-vector product
# $\mathbf H\mathbf v = \nabla(\nabla L^\top\mathbf v)$ costs two to three gradients
# whatever the number of parameters $P$; the whole Hessian takes $P$ of them and has $P^2$ entries.

# %% [markdown] lang="zh"
# # 二阶导数的代价
# 设 `create_graph=True` 后，反向传播本身也记入计算图。无论参数个数 $P$ 多大，一次 Hessian 与向量的乘积
# $\mathbf H\mathbf v = \nabla(\nabla L^\top\mathbf v)$ 只需两到三个梯度的计算量；
# 整个 Hessian 要做 $P$ 次，共有 $P^2$ 个元素。

# %% --8<-- [start:setup]
import time

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)


def problem(n, d, h_units, q, depth=1):  # a tanh network without biases: samples, labels, weights
    widths = [d] + [h_units] * depth + [q]
    W = [(torch.randn(a, b, device=device) / a**0.5).requires_grad_() for a, b in zip(widths, widths[1:])]
    return torch.randn(n, d, device=device), torch.randint(q, (n,), device=device), W


def loss(X, y, W):
    for layer in W[:-1]:
        X = torch.tanh(X @ layer)
    return F.cross_entropy(X @ W[-1], y)


# --8<-- [end:setup]


# %% --8<-- [start:measure]
def nodes(*roots):  # operations in the recorded graph
    found, stack = set(), [t.grad_fn for t in roots if t.grad_fn is not None]
    while stack:
        node = stack.pop()
        if node not in found:
            found.add(node)
            stack += [parent for parent, _ in node.next_functions if parent is not None]
    return len(found)


def dot(G, v):
    return sum((g * part).sum() for g, part in zip(G, v))


graph_sizes = {}
for depth in (1, 2, 4, 8):
    X, y, W = problem(16, 64, 32, 10, depth)
    L = loss(X, y, W)
    G = torch.autograd.grad(L, W, create_graph=True)
    graph_sizes[depth] = (nodes(L), nodes(dot(G, [torch.ones_like(g) for g in G])))
print("hidden layers:                  ", "  ".join(f"{depth:4}" for depth in graph_sizes))
print("nodes of the graph of L:        ", "  ".join(f"{first:4}" for first, _ in graph_sizes.values()))
print("nodes of the graph of grad L'v: ", "  ".join(f"{second:4}" for _, second in graph_sizes.values()))

# A network so small that the whole Hessian can be computed, one product with a unit vector per column.
X, y, W = problem(20, 4, 3, 3)
P = sum(w.numel() for w in W)
G = torch.autograd.grad(loss(X, y, W), W, create_graph=True)
columns = []
for unit in torch.eye(P, device=device):
    v = [part.reshape(w.shape) for part, w in zip(unit.split([w.numel() for w in W]), W)]
    columns.append(torch.cat([c.flatten() for c in torch.autograd.grad(G, W, v, retain_graph=True)]))
H = torch.stack(columns, 1)
oracle = torch.autograd.functional.hessian(lambda *W: loss(X, y, W), tuple(W))
oracle = torch.cat([torch.cat([block.reshape(w.numel(), -1) for block in row], 1) for w, row in zip(W, oracle)])
print(f"P = {P}: Hessian {tuple(H.shape)} from {P} products; symmetric: {torch.allclose(H, H.T, rtol=0, atol=1e-12)}")


def flops(task):
    with FlopCounterMode(display=False) as counter:
        task()
    return counter.get_total_flops()


def gradient(X, y, W):
    return torch.autograd.grad(loss(X, y, W), W)


def hessian_vector(X, y, W):
    G = torch.autograd.grad(loss(X, y, W), W, create_graph=True)
    return torch.autograd.grad(G, W, [torch.ones_like(g) for g in G])


def hessian(X, y, W):
    G = torch.autograd.grad(loss(X, y, W), W, create_graph=True)
    for k in range(sum(w.numel() for w in W)):
        torch.autograd.grad(G, W, [torch.ones_like(g) for g in G], retain_graph=True)


n, d, q = 16, 16, 4
cost = {}  # parameters: operations of a gradient, a product, a Hessian, in forward passes
for h_units in (1, 2, 4, 8, 64, 512, 4096):
    args = problem(n, d, h_units, q)
    forward = flops(lambda: loss(*args))
    tasks = (gradient, hessian_vector, hessian) if h_units <= 8 else (gradient, hessian_vector)
    cost[h_units * (d + q)] = [flops(lambda: task(*args)) / forward for task in tasks]
    print(
        f"P = {h_units * (d + q):6}, in forward passes: "
        + ", ".join(f"{task.__name__} {c:.2f}" for task, c in zip(tasks, cost[h_units * (d + q)]))
    )

args = problem(256, 64, 256, 10)
seconds = {gradient: [], hessian_vector: []}
for _ in range(30):
    for task, times in seconds.items():
        start = time.process_time()
        task(*args)[0].sum().item()  # .item() waits for the device, and waiting for it counts
        times.append(time.process_time() - start)
time_ratio = min(seconds[hessian_vector]) / min(seconds[gradient])  # the minimum is the run that nothing disturbed
P_timed = sum(w.numel() for w in args[2])
print(f"P = {P_timed:6}, measured time: a product takes less than 20 gradients:", time_ratio < 20)
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert (H - H.T).abs().max() < 1e-12, "the Hessian is symmetric"
assert (H - oracle).abs().max() < 1e-12, "its columns are Hessian-vector products"
assert all(second > first for first, second in graph_sizes.values()), "the recorded backward pass adds nodes"
steps = [
    (b[k] - a[k]) / (q2 - q1)
    for k in (0, 1)
    for (q1, a), (q2, b) in zip(list(graph_sizes.items()), list(graph_sizes.items())[1:])
]
assert len(set(steps[:3])) == len(set(steps[3:])) == 1, "both graphs grow by a constant number of nodes per layer"
for P, counts in cost.items():
    assert abs(counts[0] - (2 * d + 3 * q) / (d + q)) < 1e-12, "a gradient: 2 to 3 forward passes"
    assert abs(counts[1] - (4 * d + 9 * q) / (d + q)) < 1e-12, "a product: 4 to 9 forward passes"
    if len(counts) == 3:
        again = (2 * d + 6 * q) / (d + q)  # a further product on the same graph repeats only the second backward pass
        assert abs(counts[2] - (counts[0] + P * again)) < 1e-9, "the Hessian: one gradient and P second backward passes"
assert time_ratio < 20, "a product takes a few gradients, not P of them; the bound leaves room for a busy machine"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.5), width_ratios=[1, 1.5])
depths = list(graph_sizes)
for k, ink, label in ((0, "C0", "$L$"), (1, "C1", r"$\nabla L^\top v$")):
    left.plot(depths, [sizes[k] for sizes in graph_sizes.values()], "o-", color=ink, lw=1.2)
    left.text(8.3, graph_sizes[8][k], label, color=ink, va="center")
left.set(xlabel=r"$\ell$", ylabel="grad_fn", xticks=depths, xlim=(0, 11), ylim=(0, None))
sizes = torch.tensor(list(cost))
gradient_line, product_line = (2 * d + 3 * q) / (d + q), (4 * d + 9 * q) / (d + q)
right.loglog(sizes, torch.full(sizes.shape, gradient_line), color="C0")
right.loglog(sizes, torch.full(sizes.shape, product_line), color="C1")
right.loglog(sizes, gradient_line + sizes * (2 * d + 6 * q) / (d + q), color="C2")
for k, ink in enumerate(("C0", "C1", "C2")):
    right.loglog([P for P in cost if len(cost[P]) > k], [c[k] for c in cost.values() if len(c) > k], "o", color=ink)
right.text(2e3, 1.75, r"$\nabla L$", color="C0", va="top")
right.text(2e3, 7, r"$Hv$", color="C1")
right.text(2e3, 3e4, r"$H$", color="C2")
right.set(xlabel="$P$", ylabel=r"$\mathrm{FLOP}\;/\;\mathrm{FLOP}(L)$", ylim=(0.5, 1e6))
plt.show()
# --8<-- [end:figure]
