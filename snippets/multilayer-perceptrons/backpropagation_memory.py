# %% [markdown] lang="en"
# # Memory of training and of prediction, counted
# Training stores the input of every layer until its weight gradient has been taken, $n\,(d+h)$ numbers for one
# hidden layer, on top of parameters, gradients and optimiser state. Prediction needs two neighbouring layers at a time.

# %% [markdown] lang="zh"
# # 数清训练与预测各占多少内存
# 训练要保存每一层的输入，直到该层权重的梯度算完为止：单隐藏层时为 $n\,(d+h)$ 个数；
# 此外还有参数、梯度和优化器状态。预测时，只有相邻两层的值需要同时存在。

# %% --8<-- [start:setup]
import weakref

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
d, h_units, q = 784, 256, 10
batches = (1, 32, 256, 4096)


def mlp(depth=1, phi=nn.ReLU):
    hidden = [layer for _ in range(depth - 1) for layer in (nn.Linear(h_units, h_units, bias=False), phi())]
    return nn.Sequential(nn.Linear(d, h_units, bias=False), phi(), *hidden, nn.Linear(h_units, q, bias=False)).to(
        device
    )


class Alive(TorchDispatchMode):
    """Counts the numbers held by all tensors that operations create inside the block, from birth to release."""

    def __enter__(self):
        self.now, self.peak, self.known = 0, 0, set()
        return super().__enter__()

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        result = operation(*args, **(kwargs or {}))
        # a result may also be a view of an argument, or the argument itself, changed in place
        before = {t.untyped_storage()._cdata for t in tree_leaves((args, kwargs)) if torch.is_tensor(t)}
        for t in tree_leaves(result):
            storage = t.untyped_storage()
            if storage._cdata not in self.known | before:
                self.known.add(storage._cdata)
                self.now += storage.nbytes() // t.element_size()
                self.peak = max(self.peak, self.now)
                weakref.finalize(storage, self.release, storage._cdata, storage.nbytes() // t.element_size())
        return result

    def release(self, key, numbers):
        self.known.discard(key)
        self.now -= numbers


# --8<-- [end:setup]


# %% --8<-- [start:measure]
def saved_for_backward(
    model, n, grad=True
):  # distinct tensors that the graph up to the logits keeps, without the parameters
    saved, weights = {}, {W.data_ptr() for W in model.parameters()}
    x = torch.randn(n, d, device=device)
    with (
        torch.set_grad_enabled(grad),
        torch.autograd.graph.saved_tensors_hooks(lambda t: saved.setdefault(t.data_ptr(), t), lambda t: t),
    ):
        o = model(x)
    return sum(t.numel() for pointer, t in saved.items() if pointer not in weights), o


saved = {
    phi: [saved_for_backward(mlp(phi=phi), n)[0] for n in batches] for phi in (nn.ReLU, nn.Sigmoid, nn.Tanh, nn.GELU)
}
no_grad = [saved_for_backward(mlp(), n, grad=False)[0] for n in batches]
print("saved for backward, n =" + "".join(f"{n:9}" for n in batches))
for phi, counts in saved.items():
    print(f"{phi.__name__:<23}" + "".join(f"{count:9}" for count in counts))
print(f"{'ReLU, no_grad':<23}" + "".join(f"{count:9}" for count in no_grad))

model = mlp()
P = sum(W.numel() for W in model.parameters())
optimizer = torch.optim.Adam(model.parameters())
F.cross_entropy(model(torch.randn(1, d, device=device)), torch.zeros(1, dtype=torch.long, device=device)).backward()
optimizer.step()
state = sum(t.numel() for moments in optimizer.state.values() for name, t in moments.items() if name != "step")
gradients = sum(W.grad.numel() for W in model.parameters())
print(f"parameters {P}, gradients {gradients}, Adam state {state}")


def train_alive(model, n):  # (alive after the forward pass, peak of forward and backward), input included
    y = torch.zeros(n, dtype=torch.long, device=device)
    with Alive() as alive:
        x = torch.randn(n, d, device=device)
        L = F.cross_entropy(model(x), y)
        kept = alive.now
        L.backward()
    return kept, alive.peak


def predict_alive(model, n):
    weights = [W.detach() for W in model.parameters()]
    with torch.no_grad(), Alive() as alive:
        value = torch.randn(n, d, device=device)
        for W in weights[:-1]:
            value = (value @ W.T).relu_()  # in place; the previous layer is released here
        value = value @ weights[-1].T
    return alive.peak


kept, peak = zip(*(train_alive(mlp(), n) for n in batches))
predict = [predict_alive(mlp(), n) for n in batches]
print("alive besides parameters")
for name, counts in (("training, forward done", kept), ("training, peak", peak), ("prediction, peak", predict)):
    print(f"{name:<23}" + "".join(f"{count:9}" for count in counts))

depths = (1, 2, 4, 8, 16)
by_depth = [(saved_for_backward(mlp(depth), 32)[0], predict_alive(mlp(depth), 32)) for depth in depths]
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for n, *counts in zip(batches, *saved.values()):
    assert counts[:3] == [n * (d + h_units)] * 3, (
        "ReLU, sigmoid and tanh: the inputs of the two layers; phi' comes from h, so z is not kept"
    )
    assert counts[3] == n * (d + 2 * h_units), "GELU needs z as well"
assert no_grad == [0, 0, 0, 0], "nothing is saved without a graph"
assert P == gradients == h_units * (d + q) and state == 2 * P, "one gradient and two Adam moments per weight"
for n, *counts in zip(batches, kept, peak, predict):
    assert counts[0] == n * (d + h_units + q) + 2, "x, h and log softmax(o), plus L and a scalar of the loss"
    assert counts[1] == n * d + max(3 * n * h_units + h_units * q, n * h_units + P) + 2
    assert counts[2] == n * max(d + h_units, h_units + q), "two neighbouring layers"
for depth, (training, prediction) in zip(depths, by_depth):
    assert training == 32 * (d + depth * h_units) and prediction == 32 * (d + h_units), "only training grows with depth"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (bars, depth_axis) = plt.subplots(1, 2, figsize=(7.2, 3.8), width_ratios=[1.5, 1])
megabyte = 4 / 1e6  # four bytes per number
for row, (n, trained, predicted) in enumerate(zip(batches, kept, predict)):
    training = [
        (r"$\theta$", "C5", P),
        (r"$\nabla J$", "C1", gradients),
        ("Adam", "C4", state),
        (r"$\mathbf{x},\ \mathbf{h},\ \mathbf{o}$", "C0", trained),
    ]
    prediction = [(None, "C5", P), (None, "C0", predicted)]
    for y, stack, alpha in ((3 * row, training, 1), (3 * row + 1, prediction, 0.45)):
        left = 0
        for label, ink, numbers in stack:
            bars.barh(
                y, numbers * megabyte, left=left, color=ink, alpha=alpha, height=0.94, label=label if row == 0 else None
            )
            left += numbers * megabyte
        bars.text(left + 0.3, y, f"{left:.2f}", va="center", fontsize=9)
bars.set(
    yticks=[3 * row + 0.5 for row in range(4)], yticklabels=[f"$n={n}$" for n in batches], xlabel="MB", xlim=(0, 24)
)
bars.invert_yaxis()
bars.grid(visible=False)
bars.tick_params(axis="y", length=0)
bars.legend(loc="upper right")
line = torch.arange(0, 18)
depth_axis.plot(line, d + line * h_units, color="C0")
depth_axis.plot(line, torch.full_like(line, d + h_units), color="C0", alpha=0.45)
depth_axis.plot(depths, [training / 32 for training, _ in by_depth], "o", color="C0")
depth_axis.plot(depths, [prediction / 32 for _, prediction in by_depth], "o", color="C0", markerfacecolor="white")
depth_axis.text(9.3, 3900, r"$d+\ell h$", color="C0", ha="right")
depth_axis.text(9, 1250, r"$d+h$", color="C0")
depth_axis.set(xlabel=r"$\ell$", ylabel=r"$N/n$", xlim=(0, 17), ylim=(0, 5200), xticks=depths)
plt.show()
# --8<-- [end:figure]
