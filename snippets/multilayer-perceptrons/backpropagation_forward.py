# %% [markdown] lang="en"
# # Forward propagation of a network with one hidden layer and an L2 penalty
# $\mathbf z = \mathbf W^{(1)}\mathbf x$, $\mathbf h = \phi(\mathbf z)$, $\mathbf o = \mathbf W^{(2)}\mathbf h$,
# $J = l(\mathbf o, y) + \frac\lambda2\bigl(\|\mathbf W^{(1)}\|_F^2 + \|\mathbf W^{(2)}\|_F^2\bigr)$:
# by hand, by modules, and as the graph that PyTorch records on the way.

# %% [markdown] lang="zh"
# # 带 L2 惩罚的单隐藏层网络的前向传播
# $\mathbf z = \mathbf W^{(1)}\mathbf x$，$\mathbf h = \phi(\mathbf z)$，$\mathbf o = \mathbf W^{(2)}\mathbf h$，
# $J = l(\mathbf o, y) + \frac\lambda2\bigl(\|\mathbf W^{(1)}\|_F^2 + \|\mathbf W^{(2)}\|_F^2\bigr)$：
# 先手算，再用模块算，最后看 PyTorch 沿途记下的计算图。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from matplotlib.patches import Ellipse, FancyArrowPatch, FancyBboxPatch
from torch import nn

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
d, h_units, q, lam = 5, 4, 3, 0.1
x = torch.randn(d, device=device)
y = torch.tensor(2, device=device)
W1 = torch.randn(h_units, d, device=device, requires_grad=True)
W2 = torch.randn(q, h_units, device=device, requires_grad=True)
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def forward():  # columns, as in the formulas
    z = W1 @ x
    h = torch.tanh(z)
    o = W2 @ h
    L = torch.logsumexp(o, 0) - o[y]  # cross-entropy of softmax(o)
    s = lam / 2 * ((W1**2).sum() + (W2**2).sum())
    return {"z": z, "h": h, "o": o, "L": L, "s": s, "J": L + s}


values = forward()
for name, value in values.items():
    print(f"{name}  shape {str(tuple(value.shape)):<5} made by {value.grad_fn.name()}")

# The same numbers from modules: a sample is now a row, and nn.Linear computes x W^T with the same W.
model = nn.Sequential(nn.Linear(d, h_units, bias=False), nn.Tanh(), nn.Linear(h_units, q, bias=False)).to(device)
with torch.no_grad():
    model[0].weight.copy_(W1)
    model[2].weight.copy_(W2)
penalty = lam / 2 * sum((W**2).sum() for W in model.parameters())
J_modules = nn.functional.cross_entropy(model(x[None]), y[None]) + penalty


def recorded(node, done):  # depth first: a node is listed after all that it depends on, a topological order
    for parent, _ in node.next_functions:
        if parent is not None and parent not in done:
            recorded(parent, done)
    done.append(node)
    return done


order = recorded(values["J"].grad_fn, [])
leaves = [node.variable for node in order if hasattr(node, "variable")]
print(f"graph of J: {len(order)} nodes, {len(leaves)} of them are parameters")

saved = []
with torch.autograd.graph.saved_tensors_hooks(lambda t: saved.append(t) or t, lambda t: t):
    forward()
    with_graph = len(saved)
    with torch.no_grad():
        without_graph = forward()
print(f"tensors saved: {with_graph} with a graph, {len(saved) - with_graph} under no_grad")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert abs(values["J"] - J_modules) < 1e-12, "columns by hand and rows by modules give the same J"
assert {id(W) for W in leaves} == {id(W1), id(W2)}, "the leaves of the graph are the parameters; x needs no gradient"
for k, node in enumerate(order):
    for parent, _ in node.next_functions:
        assert parent is None or parent in order[:k], "every node comes after the nodes it depends on: no cycle"
assert with_graph > 0 and len(saved) == with_graph, "nothing is saved without a graph"
assert all(value.grad_fn is None for value in without_graph.values())
assert without_graph["J"] == values["J"], "the values themselves do not depend on recording"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
place = {  # variables: (column, row, symbol, shape)
    "x": (0.8, 1.7, r"$\mathbf{x}$", r"$d$"), "z": (3.9, 1.7, r"$\mathbf{z}$", r"$h$"),
    "h": (6.7, 1.7, r"$\mathbf{h}$", r"$h$"), "o": (9.5, 1.7, r"$\mathbf{o}$", r"$q$"), "L": (12.0, 1.7, r"$L$", ""),
    "J": (13.6, 3.2, r"$J$", ""),
    "W1": (2.3, 3.2, r"$\mathbf{W}^{(1)}$", r"$h\times d$"), "W2": (8.1, 3.2, r"$\mathbf{W}^{(2)}$", r"$q\times h$"),
    "y": (10.8, 0.5, r"$y$", ""), "s": (12.0, 4.7, r"$s$", ""),
}  # fmt: skip
operators = {  # in the order in which they are evaluated
    "mul1": (2.3, 1.7, r"$\times$"), "phi": (5.3, 1.7, r"$\phi$"), "mul2": (8.1, 1.7, r"$\times$"),
    "l": (10.8, 1.7, r"$l$"),
    "penalty": (5.2, 4.7, r"$\frac{\lambda}{2}\|\cdot\|^2$"), "plus": (12.0, 3.2, r"$+$"),
}  # fmt: skip
edges = "x-mul1 W1-mul1 mul1-z z-phi phi-h h-mul2 W2-mul2 mul2-o o-l y-l l-L "
edges += "W1-penalty W2-penalty penalty-s s-plus L-plus plus-J"

fig, ax = plt.subplots(figsize=(7.2, 2.8))
ax.set(xlim=(0.2, 14.2), ylim=(-0.05, 5.4), aspect="equal")
ax.axis("off")
for edge in edges.split():
    start, end = ({**place, **operators}[name][:2] for name in edge.split("-"))
    A, B = (20 if name == "penalty" else 13 for name in edge.split("-"))
    style = {"arrowstyle": "-|>", "mutation_scale": 10, "color": "gray", "lw": 1.1}
    ax.add_patch(FancyArrowPatch(start, end, shrinkA=A, shrinkB=B, **style))
for number, (name, (column, row, symbol)) in enumerate(operators.items(), 1):
    width, size = (1.5, 10) if name == "penalty" else (0.84, 11.5)
    ax.add_patch(Ellipse((column, row), width, 0.84, facecolor="white", edgecolor="gray", lw=1.3, zorder=3))
    ax.text(column, row, symbol, fontsize=size, ha="center", va="center", zorder=4)
    ax.text(column + width / 2 + 0.07, row + 0.45, number, fontsize=8.5, ha="center", va="center", color="gray")
for name, (column, row, symbol, shape) in place.items():
    ink = "C1" if name in ("W1", "W2") else "C0"
    corner, style = (column - 0.4, row - 0.36), "round,pad=0.02,rounding_size=0.12"
    ax.add_patch(FancyBboxPatch(corner, 0.8, 0.72, boxstyle=style, facecolor="white", edgecolor=ink, lw=1.6, zorder=3))
    ax.text(column, row, symbol, fontsize=9 if ink == "C1" else 11.5, ha="center", va="center", zorder=4)
    column, row = (column + 1.05, row) if ink == "C1" else (column, row - 0.72)
    ax.text(column, row, shape, fontsize=9, ha="center", va="center", color=ink)
plt.show()
# --8<-- [end:figure]
