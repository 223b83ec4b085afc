# %% [markdown] lang="en"
# # Backpropagation by hand, on a minibatch
# A hidden layer and softmax cross-entropy: $\boldsymbol\delta_O = (\hat{\mathbf Y}-\mathbf Y)/n$,
# $\boldsymbol\delta_Z = (\boldsymbol\delta_O\mathbf W_2^\top)\odot\phi'(\mathbf Z)$, and the loss contributes
# (input of the layer)$^\top$ times (error of the layer) to every weight gradient.
# Compared with autograd and with finite differences, and counted in operations.

# %% [markdown] lang="zh"
# # 手写小批量上的反向传播
# 隐藏层之后接 softmax 交叉熵：$\boldsymbol\delta_O = (\hat{\mathbf Y}-\mathbf Y)/n$，
# $\boldsymbol\delta_Z = (\boldsymbol\delta_O\mathbf W_2^\top)\odot\phi'(\mathbf Z)$；
# 损失对每个权重梯度的贡献，都是“该层输入的转置”乘“该层误差”。
# 下面与自动求导、有限差分比较，并数清运算次数。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
n, d, h_units, q, lam = 8, 4, 5, 3, 0.1
X = torch.randn(n, d, device=device)
y = torch.randint(q, (n,), device=device)
shapes = {"W1": (d, h_units), "b1": (h_units,), "W2": (h_units, q), "b2": (q,)}
params = {name: torch.randn(shape, device=device, requires_grad=True) for name, shape in shapes.items()}


def objective(p, X, y, lam):
    logits = torch.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
    return F.cross_entropy(logits, y) + lam / 2 * ((p["W1"] ** 2).sum() + (p["W2"] ** 2).sum())


# --8<-- [end:setup]


# %% --8<-- [start:measure]
def backward_by_hand(p, X, y, lam):
    H = torch.tanh(X @ p["W1"] + p["b1"])  # forward: keep X and H
    Y_hat = torch.softmax(H @ p["W2"] + p["b2"], 1)
    delta_O = (Y_hat - F.one_hot(y, q)) / len(X)
    delta_Z = (delta_O @ p["W2"].T) * (1 - H**2)  # tanh' from its output
    return {
        "W1": X.T @ delta_Z + lam * p["W1"],
        "b1": delta_Z.sum(0),
        "W2": H.T @ delta_O + lam * p["W2"],
        "b2": delta_O.sum(0),
    }


by_hand = {name: G.detach() for name, G in backward_by_hand(params, X, y, lam).items()}
J = objective(params, X, y, lam)
J.backward()
autograd = {name: p.grad.clone() for name, p in params.items()}
for name in params:
    error = (by_hand[name] - autograd[name]).abs().max()
    print(f"{name}  shape {str(tuple(autograd[name].shape)):<7} by hand = autograd to 1e-12: {(error < 1e-12).item()}")

try:
    J.backward()  # the stored values are gone
    second = "works"
except RuntimeError as message:
    second = str(message).split(" (")[0]
print("second backward:", second)
objective(params, X, y, lam).backward()  # a new forward pass, a new graph; .grad is added to, not overwritten
accumulated = {name: (p.grad / autograd[name]).mean().item() for name, p in params.items()}
print("grad after two passes / grad after one:", ", ".join(f"{ratio:.0f}" for ratio in accumulated.values()))

# Cost: floating-point operations of the matrix products, at the size of an image classifier.
N, D, H_UNITS, Q = 64, 784, 256, 10
large_shapes = {"W1": (D, H_UNITS), "b1": (H_UNITS,), "W2": (H_UNITS, Q), "b2": (Q,)}
large = {name: torch.randn(shape, device=device, requires_grad=True) for name, shape in large_shapes.items()}
images, labels = torch.randn(N, D, device=device), torch.randint(Q, (N,), device=device)
with FlopCounterMode(display=False) as counter:
    J_large = objective(large, images, labels, lam)
    flops_forward = counter.get_total_flops()
    J_large.backward()
    flops_both = counter.get_total_flops()
P = sum(p.numel() for p in large.values())
print(f"{D}-{H_UNITS}-{Q}, {P} parameters, cost of all partial derivatives in forward passes:")
print(f"forward and backward {flops_both / flops_forward:.2f}, central differences {2 * P}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for name in params:
    assert (by_hand[name] - autograd[name]).abs().max() < 1e-12, f"{name}: the formula is the gradient"
    assert (params[name].grad - 2 * autograd[name]).abs().max() < 1e-12, f"{name}: gradients accumulate"
assert second.startswith("Trying to backward through the graph a second time")
assert flops_forward == 2 * N * H_UNITS * (D + Q), (
    "one product per layer, a multiplication and an addition per weight and sample"
)
assert flops_both == 2 * N * H_UNITS * (2 * D + 3 * Q), "no gradient is computed for the input"

# Gradient check: difference quotients along every coordinate, for many step widths at once.
names, sizes = list(params), [p.numel() for p in params.values()]
theta = torch.cat([p.detach().flatten() for p in params.values()])
gradient = torch.cat([autograd[name].flatten() for name in names])


def J_flat(theta):
    return objective({name: part.reshape(shapes[name]) for name, part in zip(names, theta.split(sizes))}, X, y, lam)


eps = torch.logspace(-1, -12, 45, device=device)
step = eps[:, None, None] * torch.eye(len(theta), device=device)
evaluate = torch.func.vmap(torch.func.vmap(J_flat))
forward_error = ((evaluate(theta + step) - J_flat(theta)) / eps[:, None] - gradient).abs().max(1).values
central_error = ((evaluate(theta + step) - evaluate(theta - step)) / (2 * eps[:, None]) - gradient).abs().max(1).values

units, zero = torch.eye(len(theta), device=device), torch.zeros((), device=device)


def derivative_along_units(order):  # of J on the line theta + t * unit: the truncation error of a quotient
    def derivative(unit):
        on_line = lambda t: J_flat(theta + t * unit)  # noqa: E731
        for _ in range(order):
            on_line = torch.func.grad(on_line)
        return on_line(zero)

    return torch.func.vmap(derivative)(units).abs().max()


second_derivative, third_derivative = derivative_along_units(2), derivative_along_units(3)


def at(target):  # the grid point nearest to a step width
    return (eps / target).log().abs().argmin()


assert central_error[at(1e-5)] < 1e-8, "a central difference with eps = 1e-5 checks a gradient to 1e-8"
assert abs(central_error[at(1e-3)] / (third_derivative * 1e-6 / 6) - 1) < 0.05, "truncation error eps^2 |J'''| / 6"
assert abs(forward_error[at(1e-4)] / (second_derivative * 1e-4 / 2) - 1) < 0.05, "truncation error eps |J''| / 2"
assert central_error[-1] > 100 * central_error.min(), "smaller is not better: rounding takes over"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, ax = plt.subplots(figsize=(7.2, 3.8))
u = torch.finfo(torch.float64).eps / 2
ax.loglog(eps.cpu(), (second_derivative * eps / 2).cpu(), color="C1", lw=1.2)
ax.loglog(eps.cpu(), (third_derivative * eps**2 / 6).cpu(), color="C0", lw=1.2)
ax.loglog(eps.cpu(), (u * J.item() / eps).cpu(), color="gray", lw=1.2, ls="--")
ax.loglog(eps.cpu(), forward_error.cpu(), "o", color="C1", ms=4)
ax.loglog(eps.cpu(), central_error.cpu(), "o", color="C0", ms=4)
ax.text(3e-6, 6e-5, r"$\frac{\epsilon}{2}\,|J''|$", color="C1", fontsize=13, ha="center")
ax.text(8e-3, 3e-7, r"$\frac{\epsilon^2}{6}\,|J'''|$", color="C0", fontsize=13)
ax.text(2e-11, 1e-7, r"$u\,|J|/\epsilon$", color="gray", fontsize=12)
ax.text(
    3e-7,
    2e-12,
    r"$\frac{J(\theta+\epsilon)-J(\theta-\epsilon)}{2\epsilon}$",
    color="C0",
    fontsize=13,
    ha="right",
    va="center",
)
ax.text(
    1.4e-8, 2e-4, r"$\frac{J(\theta+\epsilon)-J(\theta)}{\epsilon}$", color="C1", fontsize=13, ha="right", va="center"
)
ax.set(xlabel=r"$\epsilon$", ylabel=r"$\max_i\,|\mathrm{error}_i|$", ylim=(1e-13, 1))
plt.show()
# --8<-- [end:figure]
