# %% [markdown] lang="en"
# # Equal function classes do not train alike
# Digits, three hidden layers, plain SGD: tanh, a sigmoid network with the same parameters, and a sigmoid network that
# starts as the *same function* as the tanh network.

# %% [markdown] lang="zh"
# # 函数类相同，训练过程不同
# 手写数字、三个隐藏层、普通 SGD。
# 比较 tanh 网络、参数相同的 sigmoid 网络，以及起点与 tanh 网络*函数相同*的 sigmoid 网络。

# %% --8<-- [start:setup]
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits

torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
digits = load_digits()
x = torch.tensor(digits.data, dtype=torch.float32, device=device) / 16 - 0.3
y = torch.tensor(digits.target, device=device)
train, valid = torch.randperm(len(x), device=device).split([1408, 389])
# --8<-- [end:setup]

# %% --8<-- [start:train]
widths, epochs, batch_size, seeds = [64, 32, 32, 32, 10], 15, 64, 3
rates = [0.1, 0.3, 1.0, 3.0]  # every pair of a rate and a seed is one network of a batch of networks
eta = torch.tensor(rates, device=device).repeat_interleave(seeds).view(-1, 1, 1)
xavier = []
for n_in, n_out in zip(widths, widths[1:]):
    W = torch.empty(seeds, n_in, n_out, device=device).uniform_(-1, 1) * (6 / (n_in + n_out)) ** 0.5
    xavier.append((W.repeat(len(rates), 1, 1), torch.zeros(len(eta), 1, n_out, device=device)))

converted = []  # tanh(z) = 2 sigmoid(2z) - 1
for layer, (W, b) in enumerate(xavier):
    if layer > 0:
        W, b = 2 * W, b - W.sum(1, keepdim=True)
    if layer < len(xavier) - 1:
        W, b = 2 * W, 2 * b
    converted.append((W, b))


def logits(parameters, activation, x):
    h = x.expand(len(eta), *x.shape)
    for W, b in parameters[:-1]:
        h = activation(torch.baddbmm(b, h, W))
    return torch.baddbmm(parameters[-1][1], h, parameters[-1][0])


arms = {
    "tanh": (torch.tanh, xavier),
    "sigmoid, same W, b": (torch.sigmoid, xavier),
    "sigmoid, same f": (torch.sigmoid, converted),
}
order = [torch.randperm(len(train), device=device).view(-1, batch_size) for _ in range(epochs)]
start, accuracy = {}, {}
for name, (activation, initial) in arms.items():
    parameters = [tuple(p.clone().requires_grad_() for p in pair) for pair in initial]
    start[name] = logits(parameters, activation, x[valid]).detach()
    history = []
    for epoch in order:
        for batch in train[epoch]:
            output = logits(parameters, activation, x[batch])
            loss = F.cross_entropy(output.flatten(0, 1), y[batch].repeat(len(eta)))
            loss = loss * len(eta)  # the sum of the networks' mean losses
            flat = [p for pair in parameters for p in pair]
            with torch.no_grad():
                for p, g in zip(flat, torch.autograd.grad(loss, flat)):
                    p -= eta * g
        with torch.no_grad():
            hits = logits(parameters, activation, x[valid]).argmax(2) == y[valid]
        history.append(hits.float().mean(1).view(len(rates), seeds))
    accuracy[name] = torch.stack(history).cpu()  # epoch, rate, seed

print(f"validation accuracy after {epochs} epochs, mean (lowest, highest) of {seeds} seeds")
print("eta   " + "".join(f"{name:>22}" for name in arms))
for i, rate in enumerate(rates):
    final = [accuracy[name][-1, i] for name in arms]
    print(f"{rate:<6g}" + "".join(f"{a.mean():10.2f} ({a.min():.2f}, {a.max():.2f})" for a in final))
# --8<-- [end:train]

# %% --8<-- [start:claims]
assert (start["sigmoid, same f"] - start["tanh"]).abs().max() < 1e-4, (
    "the converted network starts as the same function"
)
tanh, plain, same_f = (accuracy[name][-1] for name in arms)  # after the last epoch: rate, seed
assert tanh[0].min() > 0.9 and plain[0].max() < 0.3, "at the smallest rate the sigmoid stays near chance"
assert same_f[0].min() > plain[0].max() + 0.4, "and it is not the sigmoid as such"
assert (tanh[:2].mean(1) > same_f[:2].mean(1)).all(), "the same function, but at small rates slower steps"
assert tanh[-1].max() < 0.3 and same_f[-1].min() > 0.9, "at the largest rate tanh fails, and the same function learns"
# --8<-- [end:claims]

# %% --8<-- [start:figure]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.1), sharey=True)
labels = (r"$\tanh(Wx+b)$", r"$\sigma(Wx+b)$", r"$\sigma(W'x+b')$")
for ink, name, label in zip(("C1", "C0", "C2"), arms, labels):
    left.plot(range(1, epochs + 1), accuracy[name][:, 0], color=ink, lw=0.8, alpha=0.5)
    left.plot(range(1, epochs + 1), accuracy[name][:, 0].mean(1), color=ink, lw=2.2)
    right.plot(rates, accuracy[name][-1], "o", color=ink, ms=4, alpha=0.5)
    right.plot(rates, accuracy[name][-1].mean(1), color=ink, label=label)
for ax in (left, right):
    ax.axhline(0.1, color="gray", lw=0.8, ls=":")
left.text(15, 0.13, r"$\frac{1}{10}$", color="gray", ha="right")
left.text(1, 1.04, rf"$\eta = {rates[0]}$", fontsize=10)
left.set(xlabel="$t$", ylabel="$A$", ylim=(0, 1.12), xticks=range(0, 16, 5))
right.set(xlabel=r"$\eta$", xscale="log", xticks=rates, xticklabels=[f"{rate:g}" for rate in rates])
right.minorticks_off()
fig.legend(*right.get_legend_handles_labels(), loc="outside upper center", ncols=3)
plt.show()
# --8<-- [end:figure]
