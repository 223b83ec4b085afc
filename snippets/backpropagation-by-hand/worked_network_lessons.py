# %% [markdown] lang="en"
# # Eleven checks that catch most mistakes on this page
# Forward values, gradients, update, layout, reduction, range, targets, initialisation: one assertion each.

# %% [markdown] lang="zh"
# # 十一项检查，抓住本页的多数错误
# 前向值、梯度、更新、布局、归约方式、值域、目标、初始化，各用一条断言。

# %% --8<-- [start:setup]
import torch
import torch.nn.functional as F

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
w = torch.tensor([0.2, -0.4, 0.5, 0.6, 0.1, -0.5, -0.3, 0.8], device=device)
x, y = torch.tensor([[0.5, 0.3], [0.23, -0.07]], device=device)
W1, W2 = w[[0, 2, 1, 3]].view(2, 2), w[[4, 6, 5, 7]].view(2, 2)


def loss(W1, W2, phi=torch.sigmoid):
    return ((phi(W2 @ phi(W1 @ x)) - y) ** 2).sum() / 2


def gradients(W1, W2, phi=torch.sigmoid):
    leaves = W1.clone().requires_grad_(), W2.clone().requires_grad_()
    return torch.autograd.grad(loss(*leaves, phi), leaves)


# --8<-- [end:setup]

# %% --8<-- [start:claims]
h = torch.sigmoid(W1 @ x)
p = torch.sigmoid(W2 @ h)
delta2 = (p - y) * p * (1 - p)
delta1 = (W2.T @ delta2) * h * (1 - h)
G1, G2 = torch.outer(delta1, x), torch.outer(delta2, h)
shift = torch.tensor([[1e-6, 0.0], [0.0, 0.0]], device=device)
slope = (loss(W1 + shift, W2) - loss(W1 - shift, W2)) / 2e-6
relu_gradients = torch.cat([g.flatten() for g in gradients(W1, W2, torch.relu)])
zero = torch.zeros(2, 2, device=device)

checks = {
    "forward: z as on paper": torch.allclose(W1 @ x, torch.tensor([0.25, -0.02], device=device)),
    "layout: row = receiving unit": torch.isclose((W1 @ x)[0], w[0] * x[0] + w[2] * x[1]),
    "shapes: a gradient looks like its weight": G1.shape == W1.shape and G2.shape == W2.shape,
    "backward: deltas = autograd": all(torch.allclose(a, b) for a, b in zip((G1, G2), gradients(W1, W2))),
    "backward: deltas = differences": abs(slope - G1[0, 0]) < 1e-9,
    "update: one step lowers the loss": loss(W1 - G1, W2 - G2) < loss(W1, W2),
    "reduction: half sum = nn.MSELoss here": torch.isclose(F.mse_loss(p, y), loss(W1, W2)),
    "range: target 2 lies outside (0, 1), so the loss has a floor": not ((y > 0) & (y < 1)).all(),
    "targets: y is no probability vector, so no cross-entropy": (y < 0).any()
    and not torch.isclose(y.sum(), y.new_tensor(1.0)),
    "dead units: five zero gradients with ReLU": (relu_gradients == 0).sum() == 5,
    "symmetry: equal rows from zero weights": torch.equal(*gradients(zero, zero)[1].T),
}
for name, passed in checks.items():
    assert passed, name
    print(name)
# --8<-- [end:claims]
