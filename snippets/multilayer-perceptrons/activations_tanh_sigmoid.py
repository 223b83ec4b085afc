# %% [markdown] lang="en"
# # A tanh network is a sigmoid network with other parameters
# $\tanh z = 2\sigma(2z) - 1$ turns every tanh layer into a sigmoid layer, exactly;
# the constant $-1$ moves into the next bias.

# %% [markdown] lang="zh"
# # tanh 网络就是换了参数的 sigmoid 网络
# 由 $\tanh z = 2\sigma(2z) - 1$，每个 tanh 层都能精确改写成 sigmoid 层；常数 $-1$ 并入下一层的偏置。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
device = "cuda" if torch.cuda.is_available() else "cpu"
# --8<-- [end:setup]

# %% --8<-- [start:measure]
x = torch.linspace(-5, 5, 1001, device=device)
identity_error = (torch.tanh(x) + 1 - 2 * torch.sigmoid(2 * x)).abs().max().item()


def network(widths, activation):
    layers = []
    for n_in, n_out in zip(widths, widths[1:]):
        layers += [nn.Linear(n_in, n_out), activation()]
    return nn.Sequential(*layers[:-1]).to(device)  # no activation after the output layer


@torch.no_grad()
def as_sigmoid(tanh_net, widths):
    sigmoid_net = network(widths, nn.Sigmoid)
    affine = range(0, len(sigmoid_net), 2)
    for i in affine:
        W, b = tanh_net[i].weight.clone(), tanh_net[i].bias.clone()
        if i > 0:  # the input is tanh(z) = 2 sigmoid(2z) - 1
            W, b = 2 * W, b - W.sum(1)
        if i < affine[-1]:  # the output enters a sigmoid, which wants 2z
            W, b = 2 * W, 2 * b
        sigmoid_net[i].weight.copy_(W)
        sigmoid_net[i].bias.copy_(b)
    return sigmoid_net


inputs = torch.randn(256, 8, device=device)
mismatch = {}
for widths in ([8, 32, 3], [8, 32, 32, 32, 3]):
    tanh_net = network(widths, nn.Tanh)
    sigmoid_net = as_sigmoid(tanh_net, widths)
    mismatch[len(widths) - 2] = (tanh_net(inputs) - sigmoid_net(inputs)).abs().max().item()

with torch.no_grad():  # the same map where the output layer has no bias to absorb the constant
    W = tanh_net[-1].weight
    tanh_net[-1].bias.zero_()
    sigmoid_net[-1].bias.zero_()
    gap = sigmoid_net(inputs) - tanh_net(inputs)

print(f"tanh x + 1 = 2 sigmoid(2x)            error < 1e-14: {identity_error < 1e-14}")
for hidden, error in mismatch.items():
    print(f"{hidden} hidden layer(s), same function     error < 1e-12: {error < 1e-12}")
print(f"without output bias, gap = W1         error < 1e-12: {(gap - W.sum(1)).abs().max().item() < 1e-12}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
assert identity_error < 1e-14, "the identity holds to rounding error"
assert max(mismatch.values()) < 1e-12, "the converted network computes the same function"
assert (gap - W.sum(1)).abs().max() < 1e-12, "the lost constant is W times the vector of ones"
assert gap.std(0).max() < 1e-12 < W.sum(1).abs().max(), "it is the same for every input, and not 0"

tanh_net = network(widths, nn.Tanh)
sigmoid_net = as_sigmoid(tanh_net, widths)
for net in (tanh_net, sigmoid_net):
    net(inputs).square().mean().backward()
first, middle = ((sigmoid_net[i].weight.grad, tanh_net[i].weight.grad, tanh_net[i].bias.grad[:, None]) for i in (0, 2))
assert (first[0] - first[1] / 2).abs().max() < 1e-12, "dL/dW' = dL/dW / 2 in the first layer"
assert (middle[0] - (middle[1] + middle[2]) / 4).abs().max() < 1e-12, "(dL/dW + dL/db 1') / 4 between hidden layers"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
t = x.cpu()
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 2.8))
left.plot(t, torch.tanh(t) + 1, color="C1", lw=6, alpha=0.3)
left.plot(t, 2 * torch.sigmoid(2 * t), color="C0", lw=1.6, ls=(0, (4, 2)))
left.plot(t, torch.tanh(t), color="C1")
left.plot(t, torch.sigmoid(t), color="C0")
left.text(-4.8, 1.66, r"$\tanh x + 1$", color="C1")
left.text(-4.8, 1.28, r"$2\sigma(2x)$", color="C0")
left.text(1.3, 0.62, r"$\sigma(x)$", color="C0")
left.text(0.45, -0.05, r"$\tanh x$", color="C1")
one = torch.linspace(-3, 3, 301, device=device)[:, None]
with torch.no_grad():
    for seed, ink in enumerate(("C2", "C3", "C4")):
        torch.manual_seed(seed)
        net = network([1, 32, 32, 1], nn.Tanh)
        net[0].weight *= 3
        right.plot(one.cpu(), net(one).cpu(), color=ink, lw=6, alpha=0.3)
        right.plot(
            one.cpu(),
            as_sigmoid(net, [1, 32, 32, 1])(one).cpu(),
            color=plt.rcParams["text.color"],
            lw=1.2,
            ls=(0, (4, 2)),
        )
left.set(xlabel="$x$", ylim=(-1.15, 2.15), xlim=(-5, 5))
right.set(xlabel="$x$", ylabel="$f(x)$", xlim=(-3, 3))
plt.show()
# --8<-- [end:figure]
