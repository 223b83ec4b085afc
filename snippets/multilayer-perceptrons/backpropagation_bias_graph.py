# %% [markdown] lang="en"
# # A bias in the hidden layer: the graph and its equations
# $\mathbf z = \mathbf W^{(1)}\mathbf x + \mathbf b^{(1)}$ adds one node and one gradient,
# $\partial J/\partial\mathbf b^{(1)} = \partial J/\partial\mathbf z$, without a $\lambda$, because no edge leads
# from the bias to the penalty. On a minibatch it is the sum over the samples.

# %% [markdown] lang="zh"
# # 给隐藏层加偏置：计算图与方程
# $\mathbf z = \mathbf W^{(1)}\mathbf x + \mathbf b^{(1)}$ 多出一个节点和一个梯度：
# $\partial J/\partial\mathbf b^{(1)} = \partial J/\partial\mathbf z$。
# 偏置没有边通向惩罚项，所以式中不含 $\lambda$；在小批量上则对样本求和。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from matplotlib.patches import Ellipse, FancyBboxPatch

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
n, d, h_units, q, lam = 6, 5, 4, 3, 0.1
X, Y = torch.randn(n, d, device=device), torch.randint(q, (n,), device=device)  # rows are samples
W1 = torch.randn(h_units, d, device=device, requires_grad=True)
b1 = torch.randn(h_units, device=device, requires_grad=True)
W2 = torch.randn(q, h_units, device=device, requires_grad=True)
b2 = torch.randn(q, device=device, requires_grad=True)
params = (W1, b1, W2, b2)
# --8<-- [end:setup]

# %% --8<-- [start:measure]
x, y = X[0], Y[0]

z = W1 @ x + b1  # forward
h = torch.tanh(z)
o = W2 @ h + b2
L = F.cross_entropy(o, y)
s = lam / 2 * ((W1**2).sum() + (W2**2).sum())
J = L + s

with torch.no_grad():  # backward, in the opposite order
    dJ_do = torch.softmax(o, 0) - F.one_hot(y, q)
    dJ_dW2 = torch.outer(dJ_do, h) + lam * W2
    dJ_db2 = dJ_do
    dJ_dh = W2.T @ dJ_do
    dJ_dz = dJ_dh * (1 - h**2)  # tanh' from its output
    dJ_dW1 = torch.outer(dJ_dz, x) + lam * W1
    dJ_db1 = dJ_dz
by_hand = (dJ_dW1, dJ_db1, dJ_dW2, dJ_db2)

autograd = torch.autograd.grad(J, params, retain_graph=True)
from_penalty = torch.autograd.grad(s, params, allow_unused=True)  # None: no path from this parameter to s
for name, hand, auto, penalty in zip(("W1", "b1", "W2", "b2"), by_hand, autograd, from_penalty):
    agrees = ((hand - auto).abs().max() < 1e-12).item()
    print(f"{name}  shape {str(tuple(auto.shape)):<6}  by hand = autograd: {agrees}  reaches s: {penalty is not None}")

H = torch.tanh(X @ W1.T + b1)  # the same parameters on a minibatch
logits = H @ W2.T + b2
batch = {}
for reduction in ("sum", "mean"):
    L_batch = F.cross_entropy(logits, Y, reduction=reduction)
    batch[reduction] = torch.autograd.grad(L_batch, b1, retain_graph=True)[0]
delta_O = torch.softmax(logits, 1) - F.one_hot(Y, q)
delta_Z = ((delta_O @ W2) * (1 - H**2)).detach()  # row i: dL_i/dz_i
print(f"minibatch: dL/dZ {tuple(delta_Z.shape)}, dL/db1 {tuple(batch['sum'].shape)}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for hand, auto in zip(by_hand, autograd):
    assert (hand - auto).abs().max() < 1e-12, "every equation is the gradient"
assert [penalty is None for penalty in from_penalty] == [False, True, False, True], "no edge from a bias to the penalty"
dz_db = torch.func.jacrev(lambda b: W1.detach() @ x + b)(b1.detach())
assert torch.equal(dz_db, torch.eye(h_units, device=device)), "dz/db is the identity, so dJ/db = dJ/dz"
wrong = dJ_dz + lam * b1.detach()
assert abs((wrong - autograd[1]).norm() - lam * b1.detach().norm()) < 1e-12, "a lambda term would be off by lambda |b|"
assert (batch["sum"] - delta_Z.sum(0)).abs().max() < 1e-12, "broadcast forward, sum backward"
assert (batch["mean"] - delta_Z.mean(0)).abs().max() < 1e-12, "with a mean loss the sum is divided by n"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
top, upper, main, lower, bottom = 8.5, 6.9, 5.3, 2.7, 0.7  # rows
variables = {  # (column, row, symbol, ink)
    "x": (0.6, main, r"$\mathbf{x}$", "C0"), "z": (5.0, main, r"$\mathbf{z}$", "C0"),
    "h": (7.9, main, r"$\mathbf{h}$", "C0"),
    "o": (10.9, main, r"$\mathbf{o}$", "C0"), "L": (13.7, main, r"$L$", "C0"), "J": (15.3, upper, r"$J$", "C0"),
    "W1": (2.0, upper, r"$\mathbf{W}^{(1)}$", "C1"), "b1": (3.5, upper, r"$\mathbf{b}^{(1)}$", "C2"),
    "W2": (9.4, upper, r"$\mathbf{W}^{(2)}$", "C1"), "y": (12.3, 3.9, r"$y$", "C0"), "s": (13.7, top, r"$s$", "C0"),
}  # fmt: skip
operators = {
    "mul1": (2.0, main, r"$\times$"), "add1": (3.5, main, r"$+$"), "phi": (6.45, main, r"$\phi$"),
    "mul2": (9.4, main, r"$\times$"), "l": (12.3, main, r"$l$"), "plus": (13.7, upper, r"$+$"),
    "penalty": (4.1, top, r"$\frac{\lambda}{2}\|\cdot\|^2$"),
}  # fmt: skip
gradients = {  # (column, row, formula, ink, width); a bar is short for dJ/d(variable)
    "dJ": (15.2, lower, r"$\overline{J}=1$", "C0", 1.4), "dL": (13.3, lower, r"$\overline{L}=1$", "C0", 1.4),
    "do": (11.1, lower, r"$\overline{\mathbf{o}}=\partial l/\partial\mathbf{o}$", "C0", 2.0),
    "dh": (7.5, lower, r"$\overline{\mathbf{h}}=\mathbf{W}^{(2)\top}\overline{\mathbf{o}}$", "C0", 2.5),
    "dz": (4.0, lower, r"$\overline{\mathbf{z}}=\overline{\mathbf{h}}\odot\phi'(\mathbf{z})$", "C0", 2.7),
    "dW1": (2.2, bottom, r"$\overline{\mathbf{W}}^{(1)}=\overline{\mathbf{z}}\,\mathbf{x}^{\top}"
                         r"+\lambda\mathbf{W}^{(1)}$", "C1", 4.1),
    "db1": (6.2, bottom, r"$\overline{\mathbf{b}}^{(1)}=\overline{\mathbf{z}}$", "C2", 2.0),
    "dW2": (11.1, bottom, r"$\overline{\mathbf{W}}^{(2)}=\overline{\mathbf{o}}\,\mathbf{h}^{\top}"
                          r"+\lambda\mathbf{W}^{(2)}$", "C1", 4.1),
}  # fmt: skip
forward = "x-mul1 W1-mul1 mul1-add1 b1-add1 add1-z z-phi phi-h h-mul2 W2-mul2 mul2-o o-l y-l l-L "
forward += "L-plus W1-penalty W2-penalty penalty-s s-plus plus-J"
backward = "dJ-dL dL-do do-dh dh-dz do-dW2 dz-dW1 dz-db1"
stored = "x-dW1 z-dz h-dW2 o-do"

fig, ax = plt.subplots(figsize=(7.2, 4.1))
ax.set(xlim=(0.05, 16.0), ylim=(0.1, 9.05), aspect="equal")
ax.axis("off")
node = {}
for name, (column, row, symbol) in operators.items():
    w = 1.7 if name == "penalty" else 0.9
    node[name] = Ellipse((column, row), w, 0.9, facecolor="white", edgecolor="gray", lw=1.3, zorder=3)
    ax.text(column, row, symbol, fontsize=10.5, ha="center", va="center", zorder=4)
for name, (column, row, symbol, ink, *width) in {**variables, **gradients}.items():
    w = width[0] if width else 0.9
    shape, lw = "round,pad=0.02,rounding_size=0.14", 2.6 if ink == "C2" else 1.5
    corner = (column - w / 2, row - 0.42)
    node[name] = FancyBboxPatch(corner, w, 0.84, boxstyle=shape, facecolor="white", edgecolor=ink, lw=lw, zorder=3)
    size = 10 if width or ink != "C0" else 11.5
    ax.text(column, row - 0.02, symbol, fontsize=size, ha="center", va="center", zorder=4)
for patch in node.values():
    ax.add_patch(patch)
middle = {name: entry[:2] for name, entry in {**operators, **variables, **gradients}.items()}
styles = {"color": "gray"}, {"color": "C3", "lw": 1.6}, {"color": "gray", "ls": (0, (2, 2))}
for edges, style in zip((forward, backward, stored), styles):
    for edge in edges.split():
        start, end = edge.split("-")
        tail, head = middle[start], middle[end]
        if edges is stored:
            head = (10.0 if edge == "h-dW2" else tail[0], head[1])
        arrow = {"arrowstyle": "-|>", "patchA": node[start], "patchB": node[end], "shrinkA": 0, "shrinkB": 1}
        ax.annotate("", head, tail, zorder=1, arrowprops=arrow | {"mutation_scale": 9, "lw": 1.1} | style)
plt.show()
# --8<-- [end:figure]
