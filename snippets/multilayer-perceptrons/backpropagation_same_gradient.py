# %% [markdown] lang="en"
# # Three ways to fit a large graph that keep the gradient, and one that does not
# Cutting the network in two, accumulating over micro-batches and recomputing activations all return the full-batch
# gradient to rounding error. A smaller minibatch returns an estimate: drawn with replacement,
# $\mathbb E\|\mathbf g_m - \mathbf g\|^2 = \mathrm{tr}\,\boldsymbol\Sigma/m$.

# %% [markdown] lang="zh"
# # 装下大计算图：三种办法梯度不变，一种会变
# 把网络切成两段、在微批量上累积梯度、重算激活值，得到的都是全批量梯度，只差舍入误差。
# 缩小批量得到的只是估计：有放回抽样时，$\mathbb E\|\mathbf g_m - \mathbf g\|^2 = \mathrm{tr}\,\boldsymbol\Sigma/m$。

# %% --8<-- [start:setup]
import weakref

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.checkpoint import checkpoint
from torch.utils.flop_counter import FlopCounterMode

device = "cuda" if torch.cuda.is_available() else "cpu"
torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
n, d, q, layers = 256, 32, 4, 16
X, y = torch.randn(n, d, device=device), torch.randint(q, (n,), device=device)


def network(batch_norm=False):
    norm = [nn.BatchNorm1d(d)] if batch_norm else []
    hidden = [layer for _ in range(layers) for layer in (nn.Linear(d, d), *norm, nn.Tanh())]
    return nn.Sequential(*hidden, nn.Linear(d, q)).to(device)


net = network()
first, second = net[:layers], net[layers:]  # half of the hidden layers each: a layer is a Linear and a Tanh
# --8<-- [end:setup]


# %% --8<-- [start:measure]
def gradient_of(net):
    G = torch.cat([w.grad.flatten() for w in net.parameters()])
    net.zero_grad()
    return G


def whole():
    F.cross_entropy(net(X), y).backward()


def two_stages():  # first and second could live on two devices
    sent = first(X)
    received = sent.detach().requires_grad_()  # n x width numbers go forward
    F.cross_entropy(second(received), y).backward()
    sent.backward(received.grad)  # n x width numbers come back


def micro_batches(net=net, parts=4):
    for X_part, y_part in zip(X.chunk(parts), y.chunk(parts)):
        (F.cross_entropy(net(X_part), y_part) / parts).backward()  # .grad adds up


def checkpoints():  # keep the input of every fourth layer, recompute the rest
    H = X
    for k in range(0, 2 * layers, 8):
        H = checkpoint(net[k : k + 8], H, use_reentrant=False)
    F.cross_entropy(net[-1](H), y).backward()


outputs, alive = {}, []  # hidden activations that exist whenever a layer has run, in units of n x d, per stage


def count_alive(layer, inputs, output):
    storage = output.untyped_storage()
    outputs[storage._cdata] = weakref.ref(storage), stage_of[layer]
    held = [0, 0]
    for ref, stage in outputs.values():
        if ref() is not None:
            held[stage] += ref().nbytes() / X.untyped_storage().nbytes()
    alive.append(held)


stage_of = {layer: stage for stage, part in enumerate((first, second[:-1])) for layer in part}
hooks = [layer.register_forward_hook(count_alive) for layer in stage_of]
results = {}
for task in (whole, two_stages, micro_batches, checkpoints):
    outputs.clear(), alive.clear()
    task()
    peak = torch.tensor(alive)
    peak = peak.max() if task is two_stages else peak.sum(1).max()  # two devices, or one
    with FlopCounterMode(display=False) as counter:
        task()
    results[task.__name__] = gradient_of(net) / 2, peak.item(), counter.get_total_flops()  # two runs have added up
for hook in hooks:
    hook.remove()

g, _, operations = results["whole"]
print("               same gradient   activations   operations")
for name, (G, peak, count) in results.items():
    print(f"{name:<14}{str(((G - g).abs().max() < 1e-12).item()):>14}{peak:14.2f}{count / operations:13.2f}")

bn = network(batch_norm=True)
F.cross_entropy(bn(X), y).backward()
g_bn = gradient_of(bn)
micro_batches(bn)
bn_gap = ((gradient_of(bn) - g_bn).norm() / g_bn.norm()).item()
print("micro_batches with batch normalization, same gradient:", bn_gap < 1e-12)


# One sample at a time: how far is a minibatch of m from the whole gradient?
weights = {name: w.detach() for name, w in net.named_parameters()}


def one_sample(weights, x, y):
    return F.cross_entropy(torch.func.functional_call(net, weights, (x[None],)), y[None])


per_sample = torch.func.vmap(torch.func.grad(one_sample), in_dims=(None, 0, 0))(weights, X, y)
per_sample = torch.cat([G.flatten(1) for G in per_sample.values()], 1)
centred = per_sample - per_sample.mean(0)
gram, trace = centred @ centred.T, (centred**2).sum() / n
draws, noise = 2000, {}
for m in (1, 4, 16, 64):
    counts = F.one_hot(torch.randint(n, (draws, m), device=device), n).sum(1) / m
    distance = ((counts @ gram) * counts).sum(1)  # |g_m - g|^2 of every draw
    noise[m] = (distance.mean(), distance.std() / draws**0.5)
    print(f"m = {m:2}: E|g_m - g|^2 / (tr Sigma / m) = {distance.mean() * m / trace:.1f}")
# --8<-- [end:measure]

# %% --8<-- [start:claims]
for name, (G, peak, count) in results.items():
    assert (G - g).abs().max() < 1e-12, f"{name}: the gradient of the whole batch"
peaks = {name: peak for name, (_, peak, _) in results.items()}
assert peaks["whole"] == layers + 1, "the output of every layer, and one pre-activation before it is released"
assert peaks["two_stages"] == layers / 2 + 1, "each device holds its own layers only"
assert peaks["micro_batches"] == peaks["whole"] / 4, "activations shrink with the batch"
assert peaks["checkpoints"] <= 4 + 4 + 1, "four kept layers, one segment of four, one pre-activation"
assert results["two_stages"][2] == results["micro_batches"][2] == operations, "neither costs more arithmetic"
forward_pass = layers * d * d + d * q
recomputed = 1 + layers * d * d / (3 * forward_pass - d * d)  # one more forward pass through the hidden layers
assert abs(results["checkpoints"][2] / operations - recomputed) < 1e-12
with torch.no_grad():  # inside a layer: half of the last hidden units on each of two devices
    H, hidden, output = net[:-3](X), net[-3], net[-1]
    halves = zip(hidden.weight.chunk(2), hidden.bias.chunk(2), output.weight.chunk(2, dim=1))
    tensor_parallel = sum(torch.tanh(H @ W.T + b) @ V.T for W, b, V in halves) + output.bias
    assert (tensor_parallel - net(X)).abs().max() < 1e-12, "one sum over the devices gives the same outputs"
assert bn_gap > 1e-3, "batch normalization sees other statistics in a micro-batch"
assert (per_sample.mean(0) - g).abs().max() < 1e-12, "the mean of the single gradients is the whole gradient"
for m, (mean, standard_error) in noise.items():
    assert abs(mean - trace / m) < 5 * standard_error, f"m = {m}: the squared error is tr(Sigma) / m"
# --8<-- [end:claims]
